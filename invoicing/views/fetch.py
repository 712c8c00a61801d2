"""What every page of a project does first: 404 for strangers, 403 with the reason for colleagues."""

from django.http import Http404

from directory.web.access import company_or_404, project_or_404, require
from directory.web.numbers import version_in
from invoicing.models import BillingPeriod, OwnerInvoice, Payment, PrimeContract
from invoicing.policies import can_read_contracts, can_see_contract, terms_for


def project_page(request, company, project, *policies):
    """The project, for people who may read its contracts and whom `policies` (user, project) let pass."""
    company = company_or_404(request, company)
    project = project_or_404(request, company, project)
    project.company, project.reader = company, request.user
    for policy in (can_read_contracts, *policies):
        require(policy(request.user, project))
    return project


def contract_or_404(project, contract_id):
    """A contract of the project; a private one only for those it is open to."""
    contracts = PrimeContract.objects.filter(project=project).select_related("owner", "created_by")
    contract = _belonging(contracts.filter(pk=contract_id).first(), project, "No such contract.")
    require(can_see_contract(project.reader, contract))
    return contract


def invoice_or_404(project, invoice_id):
    """An application of the project, a deleted one too: its page offers to restore it."""
    people = ("created_by", "sent_by", "accepted_by")
    invoices = OwnerInvoice.objects.filter(contract__project=project)
    invoices = invoices.select_related("contract__owner", "period", *people)
    invoice = invoices.filter(pk=invoice_id).first()
    if invoice is not None:
        require(can_see_contract(project.reader, _belonging(invoice.contract, project, "")))
    return _belonging(invoice, project, "No such invoice.")


def change_order_or_404(contract, order_id):
    order = _belonging(contract.change_orders.filter(pk=order_id).first(), contract.project, "No such change order.")
    order.contract = contract
    return order


def payment_or_404(project, payment_id):
    """A payment for an application of the project, in the company's own rows."""
    people = ("recorded_by", "reversed_by__recorded_by")
    payments = Payment.objects.filter(invoice__contract__project=project).select_related("invoice__contract", *people)
    payment = payments.filter(pk=payment_id).first()
    if payment is not None:
        require(can_see_contract(project.reader, _belonging(payment.invoice.contract, project, "")))
        payment.invoice.company = project.company
    return _belonging(payment, project, "No such payment.")


def period_or_404(project, period_id):
    return _belonging(BillingPeriod.objects.filter(project=project, pk=period_id).first(), project, "No such period.")


def _belonging(row, project, missing):
    """Hand the page's own project and company on, so that policies ask for neither again."""
    if row is None:
        raise Http404(missing)
    row.company = project.company
    if hasattr(row, "project_id"):
        row.project = project
    return row


def terms_on(request, project):
    return terms_for(request.user, project.company, project)


def version_of(request):
    """The version that the page showed."""
    return version_in(request.POST.get("version", ""))


def version_shown(request, subject, told):
    """The version a form goes on with: after a mistake the one it came with, so that nobody is overwritten unseen;
    the newest once the person was `told` of the change."""
    typed = version_of(request) if request.method == "POST" and not told else None
    return subject.version if typed is None else typed
