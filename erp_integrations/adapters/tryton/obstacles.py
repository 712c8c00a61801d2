"""What Tryton would refuse, asked beforehand: its texts differ by database, so that no reason is read out of them."""

import datetime
from collections.abc import Iterator, Mapping

from ..base import Problem
from ..http import text_of
from .asking import INVOICES
from .rpc import Rpc, date_of, encoded


def customer_problems(rpc: Rpc, code: str) -> tuple[Problem, ...]:
    rows = rpc.rows("party.party", [["code", "=", code], ["active", "in", [True, False]]], ("active",), limit=1)
    if rows and rows[0].get("active"):
        return ()
    return (Problem("CUSTOMER_CLOSED" if rows else "CUSTOMER_UNKNOWN", "owner", params={"code": code}),)


def account_problems(rpc: Rpc, codes: set[str]) -> Iterator[Problem]:
    known = accounts_by_code(rpc, codes)
    for code in sorted(codes - known.keys()):
        yield Problem("ACCOUNT_UNKNOWN", "lines", params={"code": code})


def accounts_by_code(rpc: Rpc, codes: set[str]) -> dict[str, int]:
    domain = [["code", "in", sorted(codes)], ["company", "=", rpc.company], ["closed", "!=", True]]
    return {text_of(row, "code"): row["id"] for row in rpc.rows("account.account", domain, ("code",))}


def date_problems(rpc: Rpc, date: datetime.date, may_be_ahead: bool) -> tuple[Problem, ...]:
    """Closed periods, dates ahead of time, and dates before what the same sequence has numbered already."""
    if not may_be_ahead and date > (date_of(rpc.call("ir.date.today")) or date):
        return (Problem("FUTURE_DATE", "billing_date", params={"date": f"{date:%d %b %Y}"}),)
    period = _period_of(rpc, date)
    if not period or period.get("state") != "open" or _revenue_is_closed(rpc, period):
        return (Problem("PERIOD_CLOSED", "billing_date", params={"period": f"{date:%b %Y}"}),)
    later = _numbered_later(rpc, period, date)
    if later is None:
        return ()
    told = {"number": text_of(later, "number"), "date": f"{date_of(later.get('invoice_date')):%d %b %Y}"}
    return (Problem("DATE_ORDER", "billing_date", params=told),)


def _period_of(rpc: Rpc, date: datetime.date) -> Mapping | None:
    day = encoded(date)
    standard = [["type", "=", "standard"], ["company", "=", rpc.company]]
    domain = [["start_date", "<=", day], ["end_date", ">=", day], *standard]
    rows = rpc.rows("account.period", domain, ("state", "fiscalyear"), limit=1, order=[["start_date", "DESC"]])
    return rows[0] if rows else None


def _revenue_is_closed(rpc: Rpc, period: Mapping) -> bool:
    """Closing a period closes its journals too, and who opens it again may forget them."""
    domain = [["period", "=", period["id"]], ["journal.type", "=", "revenue"], ["state", "=", "closed"]]
    return bool(rpc.rows("account.journal.period", domain, (), limit=1))


def _numbered_later(rpc: Rpc, period: Mapping, date: datetime.date) -> Mapping | None:
    """The last invoice of a later date that took its number from the sequence this one would draw from."""
    domain = [["fiscalyear", "=", period.get("fiscalyear")]]
    rows = rpc.rows("account.fiscalyear.invoice_sequence", domain, ("period", "out_invoice_sequence"))
    sequences = [row.get("out_invoice_sequence") for row in rows if row.get("period") in (None, period["id"])]
    if not sequences:
        return None
    later = [["sequence", "=", sequences[0]], ["invoice_date", ">", encoded(date)]]
    found = rpc.rows(INVOICES, later, ("number", "invoice_date"), limit=1, order=[["invoice_date", "DESC"]])
    return found[0] if found else None
