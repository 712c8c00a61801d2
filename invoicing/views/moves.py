"""One press, one move: each answers with a message on the application's page."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from invoicing import actions, policies
from invoicing.exceptions import InvoicingError
from invoicing.forms.invoices import ReasonForm
from invoicing.policies import can_administer_contracts, can_edit_contracts
from invoicing.views.answers import page_status
from invoicing.views.fetch import invoice_or_404, project_page, version_of
from invoicing.views.navigation import url_of


@require_POST
def submit(request, company, project, invoice_id):
    return _move(request, company, project, invoice_id, can_edit_contracts, actions.submit_invoice, "is under review")


@require_POST
def approve(request, company, project, invoice_id):
    act = actions.approve_invoice
    return _move(request, company, project, invoice_id, can_administer_contracts, act, "is approved")


@require_POST
def reopen(request, company, project, invoice_id):
    act = actions.reopen_invoice
    return _move(request, company, project, invoice_id, can_administer_contracts, act, "is a draft again")


@require_POST
def send(request, company, project, invoice_id):
    act = actions.send_to_erp
    return _move(request, company, project, invoice_id, can_administer_contracts, act, "was sent to ERP Integrations")


@require_POST
def recall(request, company, project, invoice_id):
    act = actions.recall_invoice
    return _move(request, company, project, invoice_id, can_administer_contracts, act, "was recalled")


@require_POST
def delete(request, company, project, invoice_id):
    act = actions.delete_invoice
    return _move(request, company, project, invoice_id, can_edit_contracts, act, "was deleted. It can be restored")


@require_POST
def restore(request, company, project, invoice_id):
    return _move(request, company, project, invoice_id, can_edit_contracts, actions.restore_invoice, "was restored")


def _move(request, company, project, invoice_id, policy, act, result):
    project = project_page(request, company, project, policy)
    return _act(request, invoice_or_404(project, invoice_id), act, result)


def _act(request, invoice, act, result, **options):
    """Carry it out, or say who was faster; either way back to the application."""
    try:
        act(invoice.pk, actor=request.user, version=version_of(request), **options)
    except InvoicingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{invoice.display_number} {result}.")
    return redirect(url_of("invoice", invoice.contract.project, invoice_id=invoice.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request, company, project, invoice_id):
    """Send an invoice under review back to whoever prepared it."""
    words = {"title": "Ask to revise", "button": "Ask to revise", "policy": policies.can_ask_to_revise}
    return _with_reason(request, company, project, invoice_id, actions.ask_to_revise, "is to be revised", words)


@require_http_methods(["GET", "HEAD", "POST"])
def void(request, company, project, invoice_id):
    """Void the latest invoice of a contract."""
    words = {"title": "Void", "button": "Void", "policy": policies.can_void}
    return _with_reason(request, company, project, invoice_id, actions.void_invoice, "is void", words)


def _with_reason(request, company, project, invoice_id, act, result, words):
    project = project_page(request, company, project, can_administer_contracts)
    invoice = invoice_or_404(project, invoice_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return _act(request, invoice, act, result, reason=form.cleaned_data["reason"])
    values = {"form": form, "invoice": invoice, "allowed": words["policy"](request.user, invoice), **words}
    return render(request, "invoicing/reason.html", values, status=page_status(form))
