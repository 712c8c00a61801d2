"""Tryton's own lists to map to: parties are customers, accounts of a revenue type take the lines."""

from collections.abc import Mapping

from ..base import CUSTOMER, CodePage, ErpCode
from ..http import text_of
from .rpc import Rpc

PAGE = 50


def codes_of(rpc: Rpc, kind: str, search: str, offset: int) -> CodePage:
    if kind == CUSTOMER:
        model, closed, domain = "party.party", "active", []
    else:
        model, closed = "account.account", "closed"
        domain = [["type.revenue", "=", True], ["company", "=", rpc.company]]
    if search:
        pattern = f"%{_literal(search)}%"
        domain.append(["OR", ["code", "ilike", pattern], ["name", "ilike", pattern]])
    fields = ("code", "name", "rec_name", closed)
    rows = rpc.rows(model, domain, fields, offset=offset, limit=PAGE + 1, order=[["code", "ASC"]], active_test=False)
    codes = tuple(_code(row, bool(row.get(closed)) is (closed == "active")) for row in rows[:PAGE])
    return CodePage(tuple(one for one in codes if one.code), str(offset + PAGE) if len(rows) > PAGE else "")


def _code(row: Mapping, is_active: bool) -> ErpCode:
    return ErpCode(text_of(row, "code"), text_of(row, "name") or text_of(row, "rec_name"), is_active)


def _literal(text: str) -> str:
    """What a person types means itself, not a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
