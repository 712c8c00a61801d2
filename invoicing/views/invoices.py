from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from directory.policies import ALLOW, deny
from directory.web.paging import keyset_page
from invoicing import actions
from invoicing.exceptions import ApplicationExists, ContractNotBillable, FieldRefused
from invoicing.forms.invoices import NewInvoiceForm, periods_of
from invoicing.models import OwnerInvoice
from invoicing.policies import can_edit_contracts, why_not_billable
from invoicing.views.answers import page_status, refuse
from invoicing.views.fetch import contract_or_404, project_page, terms_on
from invoicing.views.navigation import contract_tabs, url_of

TOTALS = ("billed_this_period", "retainage_this_period", "current_payment_due")
DELETED_SHOWN = 10


@require_safe
def contract_invoices(request, company, project, contract_id):
    """The Invoices tab: the contract's applications, latest first, with accounting's side of each."""
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    rows = OwnerInvoice.objects.filter(contract=contract).select_related("period")
    page = keyset_page(rows.present(), request.GET.get("cursor", ""), key="position", descending=True)
    deleted = rows.filter(deleted_at__isnull=False).order_by("-deleted_at")[:DELETED_SHOWN]
    for invoice in (*page, *deleted):
        invoice.contract, invoice.company = contract, contract.company
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, project), "contract_invoices"),
        "page": page,
        "deleted": deleted,
        "totals": rows.standing().aggregate(**{name: Sum(name) for name in TOTALS}),
        "can_edit": can_edit_contracts(request.user, project),
        "can_create": _can_create(request, contract),
    }
    return render(request, "invoicing/contract_invoices.html", values)


def _can_create(request, contract):
    """Whether the next application can be made now, and if not, everything that is missing."""
    allowed = can_edit_contracts(request.user, contract.project)
    period = "" if periods_of(contract.project).exists() else "The project has no billing period yet."
    reasons = [reason for reason in (allowed.reason, why_not_billable(contract), period) if reason]
    return deny(" ".join(reasons)) if reasons else ALLOW


@require_http_methods(["GET", "HEAD", "POST"])
def invoice_new(request, company, project, contract_id):
    """The next application: its period, number and date; the figures are carried from the last one."""
    project = project_page(request, company, project, can_edit_contracts)
    contract = contract_or_404(project, contract_id)
    last = OwnerInvoice.objects.standing().filter(contract=contract).order_by("-position").first()
    position = last.position + 1 if last else 1
    initial = {"number": f"{contract.number}-{position}", "position": position}
    form = NewInvoiceForm(request.POST or None, project=project, initial=initial)
    if form.is_valid():
        try:
            return _create(request, contract, form.cleaned_data)
        except (FieldRefused, ContractNotBillable) as error:
            refuse(form, error)
    values = {"form": form, "contract": contract, "last": last, "can_create": _can_create(request, contract)}
    return render(request, "invoicing/invoice_new.html", values, status=page_status(form))


def _create(request, contract, cleaned):
    try:
        invoice = actions.create_invoice(
            contract.pk,
            cleaned["period"].pk,
            actor=request.user,
            billing_date=cleaned["billing_date"],
            number=cleaned["number"],
            position=cleaned["position"],
        )
    except ApplicationExists as error:
        invoice = error.invoice
        messages.info(request, str(error))
    else:
        messages.success(request, f"{invoice.display_number} was created.")
    return redirect(url_of("invoice", contract.project, invoice_id=invoice.pk))
