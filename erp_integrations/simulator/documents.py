"""A customer invoice: read from a request with every figure checked, and as the ledger keeps it."""

import datetime
import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

LONGEST_NUMBER = 21
LONGEST_DESCRIPTION = 500
MOST_LINES = 5_000
AMOUNT = re.compile(r"-?[0-9]{1,14}\.[0-9]{2}\Z")
REFERENCE = re.compile(r"[A-Za-z0-9._/-]{1,40}\Z")
CURRENCY = re.compile(r"[A-Z]{3}\Z")


class Refusal(Exception):
    """The request cannot be booked. `code` is for programs, the message for people, `field` names what is wrong."""

    def __init__(self, code: str, message: str, field: str = "", status: int = 422, **params: object):
        super().__init__(message)
        self.status = status
        self.as_json = {"code": code, "message": message, "field": field, **params}


@dataclass(frozen=True)
class Document:
    """One invoice in the books. Amounts are text with two decimals; `number` is ours, `invoice_number` the sender's."""

    id: str
    number: str
    reference: str
    key: str
    total: str
    date: str
    posted: bool
    received_at: str
    company: str = ""
    invoice_number: str = ""
    customer: str = ""
    job: str = ""
    currency: str = "USD"
    due_date: str = ""
    lines: tuple[dict, ...] = ()
    fingerprint: str = ""
    visible_at: float = 0.0

    @property
    def url(self) -> str:
        return f"/documents/{self.id}"

    @property
    def period(self) -> str:
        return self.date[:7]

    def as_json(self, with_lines: bool = True) -> dict:
        public = asdict(self)
        for private in ("fingerprint", "visible_at"):
            del public[private]
        if not with_lines:
            del public["lines"]
        return {**public, "url": self.url, "line_count": len(self.lines)}

    def as_event(self) -> dict:
        return {"event": "document", **asdict(self)}

    @classmethod
    def from_event(cls, event: dict) -> "Document":
        known = {name: event[name] for name in cls.__dataclass_fields__ if name in event}
        return replace(cls(**known), lines=tuple(event.get("lines", ())))


def amount_of(value: object, field: str) -> Decimal:
    if not isinstance(value, str) or not AMOUNT.match(value):
        raise Refusal("amount_invalid", f"{field} must be text with two decimals, such as 1250.00.", field)
    return Decimal(value)


def text_of(body: dict, field: str, longest: int = 200, required: bool = False) -> str:
    value = body.get(field)
    if value is None or value == "":
        if required:
            raise Refusal("field_required", f"{field} is required.", field)
        return ""
    if not isinstance(value, str):
        raise Refusal("field_invalid", f"{field} must be text.", field)
    if len(value) > longest:
        message = f"{field} has {len(value)} characters. The limit is {longest}."
        raise Refusal("text_too_long", message, field, length=len(value), limit=longest)
    return value


def date_of(body: dict, field: str, required: bool = False) -> str:
    text = text_of(body, field, 10, required)
    try:
        return text and datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refusal("date_invalid", f"{field} must be a date such as 2026-10-31.", field) from None


def line_of(value: object, position: int) -> dict:
    field = f"lines[{position}]"
    if not isinstance(value, dict):
        raise Refusal("field_invalid", f"{field} must be an object.", field)
    try:
        line = {name: text_of(value, name, 80) for name in ("item", "cost_code", "account")}
        line["description"] = text_of(value, "description", LONGEST_DESCRIPTION)
        line["amount"] = f"{amount_of(value.get('amount'), 'amount')}"
        line["retainage"] = f"{amount_of(value.get('retainage', '0.00'), 'retainage')}"
    except Refusal as refusal:
        refusal.as_json["field"] = f"{field}.{refusal.as_json['field']}"
        raise
    return line


def lines_of(body: dict) -> tuple[dict, ...]:
    lines = body.get("lines")
    if not isinstance(lines, list) or not lines:
        raise Refusal("field_required", "lines must hold at least one line.", "lines")
    if len(lines) > MOST_LINES:
        message = f"The invoice has {len(lines)} lines. The limit is {MOST_LINES}."
        raise Refusal("too_many_lines", message, "lines", count=len(lines), limit=MOST_LINES)
    return tuple(line_of(line, position) for position, line in enumerate(lines))


def check_total(total: Decimal, lines: tuple[dict, ...]) -> None:
    added_up = sum((Decimal(line["amount"]) - Decimal(line["retainage"]) for line in lines), Decimal("0.00"))
    if total != added_up:
        message = f"The lines add up to {added_up}, the total says {total}."
        raise Refusal("total_mismatch", message, "total", calculated=str(added_up), sent=str(total))


def fingerprint_of(body: dict) -> str:
    """Equal for requests that mean the same document."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def document_of(body: object, key: str = "", company: str = "") -> Document:
    """Read a create request. The ledger gives it id, number and time; Refusal says what is wrong with which field."""
    if not isinstance(body, dict):
        raise Refusal("body_invalid", "The body must be a JSON object.", status=400)
    reference = text_of(body, "reference", 40, required=True)
    if not REFERENCE.match(reference):
        raise Refusal("field_invalid", "reference may hold letters, digits and . _ / - only.", "reference")
    number = text_of(body, "number", 10_000, required=True)
    if len(number) > LONGEST_NUMBER:
        message = f"The number has {len(number)} characters. The limit is {LONGEST_NUMBER}."
        raise Refusal("number_too_long", message, "number", length=len(number), limit=LONGEST_NUMBER)
    currency = text_of(body, "currency", 3) or "USD"
    if not CURRENCY.match(currency):
        raise Refusal("currency_unknown", f"There is no currency {currency}.", "currency")
    lines = lines_of(body)
    total = amount_of(body.get("total"), "total")
    check_total(total, lines)
    return Document(
        id="",
        number="",
        reference=reference,
        key=key,
        total=f"{total}",
        date=date_of(body, "date", required=True),
        posted=True,
        received_at="",
        company=company,
        invoice_number=number,
        customer=text_of(body, "customer", 80, required=True),
        job=text_of(body, "job", 80),
        currency=currency,
        due_date=date_of(body, "due_date"),
        lines=lines,
        fingerprint=fingerprint_of(body),
    )
