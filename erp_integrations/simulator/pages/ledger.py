"""All documents, newest first, fifty to a page, with the totals of everything that matches."""

from collections import defaultdict
from decimal import Decimal
from html import escape
from urllib.parse import urlencode

from ..documents import Document
from ..erp import Erp
from ..messages import Answer, Request
from .behaviour import behaviour_panel
from .layout import day, figure, moment, page

ROWS = 50
SEARCHED = ("number", "invoice_number", "reference", "customer", "job", "company", "total")


def show_ledger(erp: Erp, request: Request) -> Answer:
    wanted = request.query.get("q", "")[:100].strip()
    matching = [one for one in erp.ledger.newest_first() if matches(one, wanted)]
    start = next((at for at, one in enumerate(matching) if one.id == request.query.get("from")), 0)
    main = f"""<h1>Customer invoices</h1>
<div class="work">
<div class="books">
{_search_form(wanted)}
{_table(erp, matching, start, wanted)}
{_pager(matching, start, wanted)}
</div>
{behaviour_panel(erp)}
</div>"""
    return page("Customer invoices", main)


def matches(document: Document, wanted: str) -> bool:
    return not wanted or any(wanted.casefold() in getattr(document, name).casefold() for name in SEARCHED)


def _search_form(wanted: str) -> str:
    return f"""<form class="find" method="get" action="/" role="search">
<label for="q">Number, reference, customer or amount</label>
<span><input type="search" id="q" name="q" value="{escape(wanted)}" maxlength="100"><button>Find</button></span>
</form>"""


def _table(erp: Erp, matching: list[Document], start: int, wanted: str) -> str:
    if not matching:
        told = (
            f"No document matches “{escape(wanted)}”."
            if wanted
            else "No documents yet. What Tieout exports stands here."
        )
        return f'<p class="empty">{told}</p>'
    rows = "\n".join(_row(erp, one) for one in matching[start : start + ROWS])
    return f"""<table role="table">
<caption>Documents in the ledger, newest first</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Number</th>
<th role="columnheader" scope="col">Invoice</th><th role="columnheader" scope="col">Customer</th>
<th role="columnheader" scope="col">Date</th><th role="columnheader" scope="col" class="num">Total</th>
<th role="columnheader" scope="col">Booked</th></tr></thead>
<tbody role="rowgroup">
{rows}
</tbody>
<tfoot role="rowgroup">{_totals(matching)}</tfoot>
</table>"""


def _row(erp: Erp, one: Document) -> str:
    customer = erp.ledger.codes["customers"].get(one.customer, {}).get("name", "")
    codes = " · ".join(filter(None, (one.customer, one.job)))
    company = f"<small>{escape(one.company)}</small>" if one.company else ""
    draft = "" if one.posted else ' <span class="chip">Draft</span>'
    draft += ' <span class="chip">Credit note</span>' if Decimal(one.total) < 0 else ""
    return f"""<tr role="row">
<th role="rowheader" scope="row"><a href="{escape(one.url)}">{escape(one.number)}</a>{draft}</th>
<td role="cell" data-label="Invoice">{escape(one.invoice_number)}<small>{escape(one.reference)}</small></td>
<td role="cell" data-label="Customer">{escape(customer or one.customer)}<small>{escape(codes)}</small></td>
<td role="cell" data-label="Date">{day(one.date)}</td>
<td role="cell" data-label="Total" class="num">{figure(one.total)} <small>{one.currency}</small></td>
<td role="cell" data-label="Booked">{moment(one.received_at)}{company}</td></tr>"""


def _totals(matching: list[Document]) -> str:
    sums: defaultdict[str, list[Decimal]] = defaultdict(list)
    for one in matching:
        sums[one.currency].append(Decimal(one.total))
    return "\n".join(
        f"""<tr role="row"><th role="rowheader" scope="row" colspan="4">{len(totals)}
{"document" if len(totals) == 1 else "documents"} in {currency}</th>
<td role="cell" data-label="Total" class="num"><b>{figure(sum(totals))}</b></td>
<td role="cell" class="blank"></td></tr>"""
        for currency, totals in sorted(sums.items())
    )


def _pager(matching: list[Document], start: int, wanted: str) -> str:
    links = []
    if start:
        links.append(_page_link("Newer", matching[max(start - ROWS, 0)], wanted))
    if start + ROWS < len(matching):
        links.append(_page_link("Older", matching[start + ROWS], wanted))
    shown = f"{start + 1} to {min(start + ROWS, len(matching))} of {len(matching)}"
    return f'<nav aria-label="Pages">{shown} {" ".join(links)}</nav>' if links else ""


def _page_link(word: str, first: Document, wanted: str) -> str:
    query = urlencode({"q": wanted, "from": first.id} if wanted else {"from": first.id})
    return f'<a href="/?{escape(query)}">{word} documents</a>'
