from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.web.numbers import whole_number
from invoicing.figure_history import TITLES, changed_cells, lines_of, since_rejection
from invoicing.views.fetch import invoice_or_404, project_page, terms_on
from invoicing.views.navigation import contract_tabs

LAST_PAGE = 10_000


@require_safe
def figure_history(request, company, project, invoice_id):
    """Who changed which figure from what to what, latest first; of one line or column where asked for."""
    project = project_page(request, company, project)
    invoice = invoice_or_404(project, invoice_id)
    line, page = whole_number(request.GET.get("line", "")), whole_number(request.GET.get("page", "")) or 1
    column = request.GET.get("column", "")
    column = column if column in TITLES else ""
    cells, has_more = changed_cells(invoice, line=line, column=column, page=min(page, LAST_PAGE))
    values = {
        "invoice": invoice,
        "contract": invoice.contract,
        "tabs": contract_tabs(invoice.contract, terms_on(request, project), "contract_invoices"),
        "cells": cells,
        "line": line,
        "column": column,
        "lines": lines_of(invoice),
        "columns": TITLES.items(),
        "page": page,
        "before": page - 1,
        "after": page + 1 if has_more else None,
        "since": since_rejection(invoice),
    }
    return render(request, "invoicing/figure_history.html", values)
