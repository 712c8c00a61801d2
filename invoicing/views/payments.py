"""Payments of a contract and of one application; recording and reversing them."""

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directory.web.paging import keyset_page
from invoicing.actions.payments import record_payment, reverse_payment
from invoicing.exceptions import FieldRefused, FieldsRefused, FormUsed, InvoiceLocked, PaymentExists
from invoicing.forms.payments import PaymentForm, ReversalForm
from invoicing.models import Payment, PrimeContract
from invoicing.money import format_amount
from invoicing.payment_application.receipts import Ageing, days_late
from invoicing.payment_policies import can_record_payment, can_reverse_payment
from invoicing.policies import can_administer_contracts
from invoicing.receivables import ageing_by_contract, owed, unpaid, with_receivables
from invoicing.views.answers import page_status, refuse
from invoicing.views.fetch import contract_or_404, invoice_or_404, payment_or_404, project_page, terms_on
from invoicing.views.navigation import contract_tabs, url_of


@require_safe
def contract_payments(request, company, project, contract_id):
    """The Payments tab: what is outstanding and how old it is, and every payment with its reversal."""
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    this = PrimeContract.objects.filter(pk=contract.pk)
    rows = Payment.objects.filter(invoice__contract=contract).select_related("invoice", "recorded_by", "reversed_by")
    page = keyset_page(rows, request.GET.get("cursor", ""), key="received_on", descending=True)
    for payment in page:
        payment.invoice.contract = contract
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, project), "contract_payments"),
        "sums": with_receivables(this).get(),
        "ageing": ageing_by_contract(this).get(contract.pk, Ageing()),
        "open": _open_invoices(contract),
        "page": page,
        "can_administer": can_administer_contracts(request.user, project),
    }
    return render(request, "invoicing/contract_payments.html", values)


def _open_invoices(contract):
    """The applications with something outstanding, the oldest first, with how late they are."""
    today, found = timezone.localdate(), unpaid(owed().filter(contract=contract)).select_related("period")
    invoices = list(found.order_by("position"))
    for invoice in invoices:
        invoice.contract = contract
        invoice.days_late = days_late(invoice.period.due, today)
    return invoices


@require_http_methods(["GET", "HEAD", "POST"])
def payment_new(request, company, project, invoice_id):
    """Record what came in for an application."""
    project = project_page(request, company, project, can_administer_contracts)
    invoice = invoice_or_404(project, invoice_id)
    form = PaymentForm(request.POST or None, initial={"received_on": timezone.localdate()})
    refused = None
    if form.is_valid():
        refused = _refusal(request, invoice, form)
        if refused is None:
            return redirect(invoice)
    values = {
        "invoice": invoice,
        "form": form,
        "key": form["key"].value() if form.is_bound and not isinstance(refused, FormUsed) else uuid4(),
        "allowed": can_record_payment(request.user, invoice),
        "payments": payments_of(invoice),
    }
    return render(request, "invoicing/payment_new.html", values, status=page_status(form))


def _refusal(request, invoice, form):
    """Record the payment; what it was refused for stands at the form and is returned, None where it stands now."""
    cleaned = dict(form.cleaned_data)
    try:
        payment = record_payment(invoice.pk, form_key=cleaned.pop("key"), actor=request.user, **cleaned)
    except PaymentExists as error:
        messages.info(request, str(error))
    except FieldsRefused as error:
        for field, sentence in error.problems.items():
            form.add_error(field, sentence)
        return error
    except (FormUsed, InvoiceLocked) as error:
        refuse(form, error)
        return error
    else:
        amount = format_amount(payment.amount)
        messages.success(request, f"A payment of {amount} for {invoice.display_number} was recorded.")
    return None


def payments_of(invoice):
    """The payments of an application, the latest day first."""
    payments = invoice.payments.select_related("recorded_by", "reversed_by__recorded_by")
    return list(payments.order_by("-received_on", "-id"))


@require_http_methods(["GET", "HEAD", "POST"])
def payment_reverse(request, company, project, payment_id):
    """Undo a payment, with the reason."""
    project = project_page(request, company, project, can_administer_contracts)
    payment = payment_or_404(project, payment_id)
    form = ReversalForm(request.POST or None)
    if form.is_valid():
        try:
            reverse_payment(payment.pk, reason=form.cleaned_data["reason"], actor=request.user)
        except InvoiceLocked as error:
            messages.error(request, str(error))
        except FieldRefused as error:
            refuse(form, error)
        else:
            messages.success(request, f"The payment of {format_amount(payment.amount)} was reversed.")
        if not form.errors:
            return redirect(url_of("contract_payments", project, contract_id=payment.invoice.contract_id))
    values = {"payment": payment, "form": form, "allowed": can_reverse_payment(request.user, payment)}
    return render(request, "invoicing/payment_reverse.html", values, status=page_status(form))
