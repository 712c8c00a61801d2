"""What an ERP can and cannot do, as data: engine, checks and screens follow it, none asks which ERP it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .documents import INVOICE, InvoiceDocument, amount_text
from .outcomes import Problem

CUSTOMER = "customer"
JOB = "job"
ACCOUNT = "account"


@dataclass(frozen=True)
class Capabilities:
    """Facts about one connection's ERP.

    `idempotency_key`: a repeated key creates nothing twice; `upsert`: a repeated reference overwrites; `lookup`: `find`
    sees what exists. With none of them a person answers after an unknown outcome. `key_replays_errors`: a refusal
    comes back for its key for ever, so a mended invoice needs a new key. `creates_posted`: False when drafts are made.
    `lookup_delay_s`: how long a stored document may stay invisible to `find`. `roles`: the documents one export makes.
    `required_mappings` and `code_kinds` name CUSTOMER, JOB, ACCOUNT. `limits` gives the longest text per document field
    ("number", "description") and "lines" (how many). `retainage` is how it is booked: "negative_line", "native",
    "two_documents" or "net_only".
    """

    idempotency_key: bool = False
    upsert: bool = False
    lookup: bool = True
    key_replays_errors: bool = False
    creates_posted: bool = True
    lookup_delay_s: float = 600.0
    calls_at_once: int = 2
    calls_per_minute: int | None = None
    retainage: str = "negative_line"
    retainage_release: bool = True
    negative_lines: bool = True
    negative_total: bool = True
    roles: tuple[str, ...] = (INVOICE,)
    required_mappings: tuple[str, ...] = (CUSTOMER,)
    code_kinds: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def repeats_safely(self) -> bool:
        """Sending the same create again cannot book twice."""
        return self.idempotency_key or self.upsert


def problems_by_capability(document: InvoiceDocument, can: Capabilities) -> tuple[Problem, ...]:
    """Everything about a document that these capabilities rule out, without asking the ERP."""
    return (
        *_missing_mappings(document, can),
        *_texts_too_long(document, can),
        *_amounts_not_bookable(document, can),
    )


def _missing_mappings(document: InvoiceDocument, can: Capabilities) -> Iterator[Problem]:
    codes = document.mappings
    if CUSTOMER in can.required_mappings and not codes.customer:
        yield Problem("CUSTOMER_UNMAPPED", "owner", params={"name": document.owner_name or document.owner_code})
    if JOB in can.required_mappings and not codes.job:
        yield Problem("JOB_UNMAPPED", "project", params={"name": document.project_name or document.project_code})
    if ACCOUNT in can.required_mappings:
        for cost_code in dict.fromkeys(line.cost_code for line in document.lines):
            if not codes.accounts.get(cost_code):
                yield Problem("ACCOUNT_UNMAPPED", f"cost_code:{cost_code}", params={"cost_code": cost_code})


def _texts_too_long(document: InvoiceDocument, can: Capabilities) -> Iterator[Problem]:
    longest_number = can.limits.get("number")
    if longest_number is not None and len(document.number) > longest_number:
        figures = {"length": str(len(document.number)), "limit": str(longest_number)}
        yield Problem("NUMBER_TOO_LONG", "number", params=figures)
    longest_text = can.limits.get("description")
    for line in document.lines if longest_text is not None else ():
        if len(line.description) > longest_text:
            figures = {"item": line.item, "length": str(len(line.description)), "limit": str(longest_text)}
            yield Problem("TEXT_TOO_LONG", f"line:{line.item}", params=figures)
    most_lines = can.limits.get("lines")
    if most_lines is not None and len(document.lines) > most_lines:
        figures = {"count": str(len(document.lines)), "limit": str(most_lines)}
        yield Problem("TOO_MANY_LINES", "lines", params=figures)


def _amounts_not_bookable(document: InvoiceDocument, can: Capabilities) -> Iterator[Problem]:
    if not document.lines:
        yield Problem("NO_LINES", "lines")
    added_up = document.amount - document.retainage
    if document.lines and added_up != document.untaxed_total:
        figures = {"theirs": amount_text(added_up), "ours": amount_text(document.untaxed_total)}
        yield Problem("LINES_DIFFER", "total", params=figures)
    if can.currencies and document.currency not in can.currencies:
        yield Problem("CURRENCY_UNKNOWN", "currency", params={"currency": document.currency})
    if not can.negative_total and document.untaxed_total < Decimal(0):
        yield Problem("NEGATIVE_TOTAL", "total")
    for line in document.lines:
        if line.amount < 0 and not can.negative_lines:
            yield Problem("NEGATIVE_LINE", f"line:{line.item}", params={"item": line.item})
        if line.retainage < 0 and not can.retainage_release:
            yield Problem("RETAINAGE_RELEASE", f"line:{line.item}", params={"item": line.item})
