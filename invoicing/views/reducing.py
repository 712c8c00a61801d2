"""Reducing retainage: the rules on the contract, and what they propose for an application."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from directory.web.numbers import whole_number
from invoicing.actions import reducing
from invoicing.exceptions import ContractChanged, FieldRefused, InvoicingError
from invoicing.forms.reducing import ReductionForm
from invoicing.policies import can_edit, can_edit_contracts
from invoicing.views.answers import page_status, refuse
from invoicing.views.fetch import contract_or_404, invoice_or_404, project_page, terms_on, version_of
from invoicing.views.navigation import contract_tabs, url_of

LINES_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def reductions(request, company, project, contract_id):
    """The contract's rules: add one, remove one."""
    project = project_page(request, company, project, can_edit_contracts)
    contract = contract_or_404(project, contract_id)
    if "remove" in request.POST:
        return _remove(request, contract)
    form = ReductionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reducing.add_reduction(contract.pk, form.values, actor=request.user, version=version_of(request))
        except (FieldRefused, ContractChanged) as error:
            refuse(form, error)
        else:
            messages.success(request, f"{contract.number} was saved.")
            return redirect(_here(contract))
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, project), "contract"),
        "rules": [(rule.pk, reducing.said(rule)) for rule in contract.reductions.all()],
        "form": form,
    }
    return render(request, "invoicing/reductions.html", values, status=page_status(form))


def _remove(request, contract):
    rule_id = whole_number(request.POST["remove"]) or 0
    try:
        reducing.remove_reduction(contract.pk, rule_id, actor=request.user, version=version_of(request))
    except ContractChanged as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{contract.number} was saved.")
    return redirect(_here(contract))


def _here(contract):
    return url_of("reductions", contract.project, contract_id=contract.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reduce(request, company, project, invoice_id):
    """Look at what the rules propose for an application, and apply it."""
    project = project_page(request, company, project, can_edit_contracts)
    invoice = invoice_or_404(project, invoice_id)
    allowed = can_edit(request.user, invoice)
    if request.method == "POST":
        return _apply(request, invoice)
    proposal = reducing.proposal_for(invoice)
    planned = reducing.plan_reduction(invoice, proposal) if proposal else []
    values = {
        "invoice": invoice,
        "allowed": allowed,
        "proposal": proposal,
        "planned": planned[:LINES_SHOWN],
        "more": max(len(planned) - LINES_SHOWN, 0),
        "now": sum(before.retainage for _, before, _ in planned),
        "then": sum(after.retainage for _, _, after in planned),
    }
    return render(request, "invoicing/reduce.html", values)


def _apply(request, invoice):
    try:
        saved = reducing.apply_reduction(invoice.pk, actor=request.user, version=version_of(request))
    except InvoicingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{saved.display_number} was saved.")
    return redirect(invoice)
