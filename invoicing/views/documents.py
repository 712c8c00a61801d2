"""An application to hand on: a page to print, a PDF, a workbook, a table. Whoever may read it may have them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from invoicing import printing
from invoicing.views.downloads import CSV, PDF, XLSX, download
from invoicing.views.fetch import invoice_or_404, project_page, terms_on


@require_safe
def printed_page(request, company, project, invoice_id):
    invoice, printed = _printed(request, company, project, invoice_id)
    values = {"invoice": invoice, "printed": printed, "columns": printing.COLUMNS}
    return render(request, "invoicing/printed.html", values)


@require_safe
def pdf(request, company, project, invoice_id):
    invoice, printed = _printed(request, company, project, invoice_id)
    try:
        content = printing.as_pdf(printed)
    except printing.PrintingFailed as error:
        messages.error(request, str(error))
        return redirect(invoice)
    return download(content, PDF, f"{printing.file_name(printed)}.pdf")


@require_safe
def workbook(request, company, project, invoice_id):
    _, printed = _printed(request, company, project, invoice_id)
    return download(printing.as_workbook(printed), XLSX, f"{printing.file_name(printed)}.xlsx")


@require_safe
def table(request, company, project, invoice_id):
    _, printed = _printed(request, company, project, invoice_id)
    return download(printing.as_table(printed), CSV, f"{printing.file_name(printed)}.csv")


def _printed(request, company, project, invoice_id):
    project = project_page(request, company, project)
    invoice = invoice_or_404(project, invoice_id)
    return invoice, printing.printed(invoice, terms_on(request, project))
