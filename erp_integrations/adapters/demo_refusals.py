"""What the demo ERP refuses, in our words."""

import datetime
import json
import re
from collections.abc import Mapping

from .base import Problem, Rendered
from .http import text_of

CATALOGUE_CODES = {
    "period_closed": "PERIOD_CLOSED",
    "number_too_long": "NUMBER_TOO_LONG",
    "text_too_long": "TEXT_TOO_LONG",
    "too_many_lines": "TOO_MANY_LINES",
    "customer_unknown": "CUSTOMER_UNKNOWN",
    "customer_closed": "CUSTOMER_CLOSED",
    "currency_unknown": "CURRENCY_UNKNOWN",
    "total_mismatch": "TOTAL_MISMATCH",
    "duplicate_number": "DUPLICATE_NUMBER",
    "duplicate_reference": "DUPLICATE_NUMBER",
}
LINE_FIELD = re.compile(r"lines\[([0-9]{1,4})\]")
OUR_PARAMS = {"calculated": "theirs", "sent": "ours"}
OUR_FIELDS = {"date": "billing_date", "customer": "owner", "job": "project"}


def problem_of(error: Mapping, rendered: Rendered, excerpt: str) -> Problem:
    """Read {"code", "message", "field", ...} into our words; the rest of its fields are parameters."""
    field = text_of(error, "field")
    params = _named(field, rendered)
    params |= {OUR_PARAMS.get(name, name): str(error[name]) for name in error.keys() - {"code", "message", "field"}}
    if "period" in params:
        params["period"] = _month(params["period"])
    return Problem(
        code=CATALOGUE_CODES.get(text_of(error, "code"), "UNKNOWN"),
        where=f"line:{params['item']}" if "item" in params else OUR_FIELDS.get(field, field),
        message=text_of(error, "message") or excerpt,
        params=params,
    )


def _named(field: str, rendered: Rendered) -> dict[str, str]:
    """What a refused field held, for the sentence: the customer's code, the currency, the item of the line."""
    body = json.loads(rendered.body)
    if field in ("customer", "currency"):
        return {"code" if field == "customer" else field: str(body.get(field, ""))}
    line = LINE_FIELD.match(field)
    lines = body.get("lines", [])
    return {"item": str(lines[int(line[1])]["item"])} if line and int(line[1]) < len(lines) else {}


def _month(period: str) -> str:
    """2026-10 -> Oct 2026."""
    try:
        return f"{datetime.date.fromisoformat(f'{period}-01'):%b %Y}"
    except ValueError:
        return period
