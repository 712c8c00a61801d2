from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from directory.web.access import require
from directory.web.kept import forgotten
from invoicing import actions
from invoicing.exceptions import FieldRefused, FiguresRefused, InvoiceLocked, InvoicingError, StaleVersion
from invoicing.forms.invoices import DetailsForm
from invoicing.forms.lines import LineSheet
from invoicing.policies import can_administer_contracts, can_edit_contracts
from invoicing.views.answers import refuse
from invoicing.views.editor import editor_page, initial_details, lines_page
from invoicing.views.fetch import invoice_or_404, project_page, version_of
from invoicing.views.navigation import url_of

# What a press in the grid does once it is saved.
THEN = {
    "submit": (can_edit_contracts, actions.submit_invoice, "is under review"),
    "approve": (can_administer_contracts, actions.approve_invoice, "is approved"),
}


@require_safe
def invoice(request, company, project, invoice_id):
    """The application: a grid while it may be edited, a list when it is locked."""
    project = project_page(request, company, project)
    return editor_page(request, invoice_or_404(project, invoice_id))


@require_POST
def invoice_lines(request, company, project, invoice_id):
    """Save what was typed and, when asked to, submit or approve it."""
    project = project_page(request, company, project, can_edit_contracts)
    invoice = invoice_or_404(project, invoice_id)
    then = THEN.get(request.POST.get("then", ""))
    if then:
        require(then[0](request.user, project))
    lines = lines_page(request, invoice)
    sheet = LineSheet(lines.lines, request.POST)
    details = _details(request, invoice)
    if sheet.is_valid() and details.is_valid():
        try:
            return _save(request, invoice, sheet, details, then)
        except FiguresRefused as error:
            sheet.refuse(error.problems)
        except FieldRefused as error:
            refuse(details, error)
        except (StaleVersion, InvoiceLocked) as error:
            return _overtaken(request, invoice, sheet, details, error)
    return editor_page(request, invoice, lines=lines, sheet=sheet, details=details)


def _details(request, invoice):
    """The header's form; a page that did not send it changes nothing there."""
    typed = request.POST if "number" in request.POST else initial_details(invoice)
    return DetailsForm(typed, project=invoice.contract.project)


def _save(request, invoice, sheet, details, then):
    cleaned = details.cleaned_data
    header = actions.InvoiceDetails(
        number=cleaned["number"],
        period_id=cleaned["period"].pk,
        billing_date=cleaned["billing_date"],
        retainage_note=cleaned["retainage_note"],
    )
    saved = actions.save_lines(
        invoice.pk, sheet.entries, actor=request.user, version=version_of(request), details=header
    )
    messages.success(request, f"{saved.display_number} was saved.{_then(request, saved, then)}")
    return forgotten(request, redirect(_next_url(request, invoice)))


def _then(request, saved, then):
    if not then:
        return ""
    _, act, result = then
    try:
        act(saved.pk, actor=request.user, version=saved.version)
    except InvoicingError as error:
        messages.error(request, str(error))
        return ""
    return f" It {result}."


def _next_url(request, invoice):
    """The page of lines that was asked for, else the one that was saved."""
    here = url_of("invoice", invoice.contract.project, invoice_id=invoice.pk)
    page = request.POST.get("page") or request.GET.get("page", "")
    return f"{here}?page={page}" if page.isascii() and page.isdigit() else here


def _overtaken(request, invoice, sheet, details, error):
    """Somebody was faster: nothing is overwritten, what was typed stays, and what stands by now is shown beside it."""
    fresh = invoice_or_404(invoice.contract.project, invoice.pk)
    lines = lines_page(request, fresh)
    kept = LineSheet(lines.lines, request.POST)
    kept.mark_saved()
    return editor_page(request, fresh, lines=lines, sheet=kept, details=details, conflict=str(error))
