"""One document with its lines: where Tieout's link leads."""

from decimal import Decimal
from html import escape

from ..documents import Document, Refusal
from ..erp import Erp
from ..messages import Answer, Request, see_other
from .layout import day, figure, moment, page


def show_document(erp: Erp, request: Request, id: str) -> Answer:
    document = _document(erp, id)
    main = f"""<p><a href="/">All documents</a></p>
<h1>{escape(document.number)}</h1>
<dl>{_facts(erp, document)}</dl>
{_lines(document)}
<form method="post" action="{escape(document.url)}/remove">
<p>Somebody may delete a document in the ERP itself. Tieout must notice.</p>
<button>Remove {escape(document.number)} from the books</button>
</form>"""
    return page(document.number, main)


def remove_document(erp: Erp, request: Request, id: str) -> Answer:
    erp.ledger.remove(_document(erp, id).id)
    return see_other("/")


def _document(erp: Erp, id: str) -> Document:
    document = erp.ledger.documents.get(id)
    if document is None:
        raise Refusal("not_found", "There is no such document in the books.", status=404)
    return document


def _facts(erp: Erp, document: Document) -> str:
    customer = erp.ledger.codes["customers"].get(document.customer, {}).get("name", "")
    facts = {
        "Kind": "Credit note" if Decimal(document.total) < 0 else "Invoice",
        "Invoice": escape(document.invoice_number),
        "Reference": escape(document.reference),
        "Customer": escape(f"{document.customer} {customer}"),
        "Job": escape(document.job or "none"),
        "Date": day(document.date),
        "Due": day(document.due_date) if document.due_date else "not told",
        "State": "Posted" if document.posted else "Draft",
        "Company": escape(document.company or "not told"),
        "Booked": moment(document.received_at),
        "Key": escape(document.key or "none"),
    }
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())


def _lines(document: Document) -> str:
    rows = "\n".join(_line(line) for line in document.lines)
    billed = sum((Decimal(line["amount"]) for line in document.lines), Decimal(0))
    held = sum((Decimal(line["retainage"]) for line in document.lines), Decimal(0))
    return f"""<table role="table">
<caption>Lines of {escape(document.number)} in {escape(document.currency)}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Description</th>
<th role="columnheader" scope="col">Cost code</th><th role="columnheader" scope="col">Account</th>
<th role="columnheader" scope="col" class="num">Amount</th>
<th role="columnheader" scope="col" class="num">Retainage</th></tr></thead>
<tbody role="rowgroup">
{rows}
</tbody>
<tfoot role="rowgroup"><tr role="row"><th role="rowheader" scope="row" colspan="3">All lines</th>
<td role="cell" data-label="Amount" class="num">{figure(billed)}</td>
<td role="cell" data-label="Retainage" class="num">{figure(held)}</td></tr>
<tr role="row"><th role="rowheader" scope="row" colspan="3">Total, as booked</th>
<td role="cell" data-label="Total" class="num"><b>{figure(document.total)}</b></td>
<td role="cell" class="blank"></td></tr></tfoot>
</table>"""


def _line(line: dict) -> str:
    return f"""<tr role="row"><th role="rowheader" scope="row">{escape(line["item"])} {escape(line["description"])}</th>
<td role="cell" data-label="Cost code">{escape(line["cost_code"])}</td>
<td role="cell" data-label="Account">{escape(line["account"])}</td>
<td role="cell" data-label="Amount" class="num">{figure(line["amount"])}</td>
<td role="cell" data-label="Retainage" class="num">{figure(line["retainage"])}</td></tr>"""
