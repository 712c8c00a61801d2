"""From an owner invoice to the documents that Tryton is to hold: which there are, and on which accounts.

"two_documents": what is to be paid now stands on the owner's receivable account, what is retained on a receivable
account of its own; a release is the same the other way round. "negative_line": one document that takes the retainage
off on a revenue account which runs against revenue. Tryton refuses any other account on an invoice line.
"""

from collections.abc import Mapping
from decimal import Decimal

from ..base import (
    INVOICE,
    RETAINAGE,
    DocumentLine,
    ExpectedDocument,
    InvoiceDocument,
    Rendered,
    RenderedLine,
    amount_text,
    canonical_json,
)

TWO_DOCUMENTS, NEGATIVE_LINE = "two_documents", "negative_line"
RETAINAGE_SUFFIX = "-RET"
ZERO = Decimal("0.00")


def references_of(reference: str) -> dict[str, str]:
    """What is written where Tryton can search it -> the role of the document that carries it."""
    return {reference: INVOICE, f"{reference}{RETAINAGE_SUFFIX}": RETAINAGE}


def rendered_for_tryton(document: InvoiceDocument, settings: Mapping[str, str]) -> Rendered:
    is_split = settings.get("retainage", TWO_DOCUMENTS) != NEGATIVE_LINE
    wanted = _two_documents(document, settings) if is_split else [_one_document(document, settings)]
    return Rendered(
        reference=document.reference,
        body=canonical_json({"documents": wanted}),
        expected=tuple(
            ExpectedDocument(_total(one), document.billing_date, references_of(document.reference)[one["reference"]])
            for one in wanted
        ),
        lines=tuple(
            RenderedLine(line["description"], line["account"], Decimal(line["amount"]))
            for one in wanted
            for line in one["lines"]
        ),
    )


def _two_documents(document: InvoiceDocument, settings: Mapping[str, str]) -> list[dict]:
    payable = [_line(document, line, line.amount - line.retainage, settings) for line in document.lines]
    retained = [
        _line(document, line, line.retainage, settings, "Retainage: ") for line in document.lines if line.retainage
    ]
    wanted = [_document(document, document.reference, payable)]
    if retained:
        account = settings.get("retainage_account", "")
        wanted.append(_document(document, f"{document.reference}{RETAINAGE_SUFFIX}", retained, account))
    return wanted


def _one_document(document: InvoiceDocument, settings: Mapping[str, str]) -> dict:
    lines = [_line(document, line, line.amount, settings) for line in document.lines]
    if document.retainage:
        account, amount = settings.get("retainage_account", ""), amount_text(-document.retainage)
        lines.append({"account": account, "description": "Retainage", "amount": amount})
    return _document(document, document.reference, lines)


def _line(document: InvoiceDocument, line: DocumentLine, amount: Decimal, settings, prefix: str = "") -> dict:
    account = document.mappings.accounts.get(line.cost_code) or settings.get("revenue_account", "")
    label = f"{prefix}{line.item} {line.description}".strip()
    return {"account": account, "description": label, "amount": amount_text(amount)}


def _document(document: InvoiceDocument, reference: str, lines: list[dict], receivable: str = "") -> dict:
    """`receivable` "" is the customer's own. Lines of nothing are left out: Tryton would book them."""
    return {
        "reference": reference,
        "description": f"Owner invoice {document.number}",
        "customer": document.mappings.customer,
        "currency": document.currency,
        "date": document.billing_date.isoformat(),
        "due_date": document.due_date.isoformat() if document.due_date else "",
        "receivable": receivable,
        "lines": [line for line in lines if Decimal(line["amount"])],
    }


def _total(wanted: dict) -> Decimal:
    return sum((Decimal(line["amount"]) for line in wanted["lines"]), ZERO)
