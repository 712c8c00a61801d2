"""Money received against approved applications. Rows are only ever added: a mistake is undone by its mirror image."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from directory import audit
from invoicing.actions import history
from invoicing.actions.chain import lock_present
from invoicing.actions.contract_history import record_changes
from invoicing.exceptions import FieldRefused, FieldsRefused, FormUsed, InvoiceLocked, PaymentExists
from invoicing.models import Payment
from invoicing.models.events import PAYMENT, REVERSAL
from invoicing.money import format_amount
from invoicing.payment_application.receipts import refusals
from invoicing.payment_policies import why_not_payable, why_not_reversible


@transaction.atomic
def record_payment(invoice_id, *, amount, received_on, check_number="", actor, form_key=None):
    """Record what came in for an approved application, at most what is outstanding.

    `form_key`, where given, is the form's own: sent twice, it raises `PaymentExists`; sent with another payment in it,
    `FormUsed`. Also `InvoiceLocked`, `FieldsRefused`.
    """
    invoice, _ = lock_present(invoice_id)
    payment = Payment(
        company_id=invoice.company_id,
        invoice=invoice,
        amount=amount,
        received_on=received_on,
        check_number=check_number,
        recorded_by=actor,
    )
    if form_key is not None:
        payment.form_key = form_key
        _refuse_repeated(payment)
    if reason := why_not_payable(invoice):
        raise InvoiceLocked(reason)
    _refuse_impossible(payment)
    payment.save(force_insert=True)
    _tell(payment)
    return payment


@transaction.atomic
def reverse_payment(payment_id, *, reason, actor):
    """Undo a payment by a row of the same day with the sign turned. Raises `InvoiceLocked`, `FieldRefused`."""
    invoice, _ = lock_present(Payment.objects.values_list("invoice_id", flat=True).get(pk=payment_id))
    payment = Payment.objects.select_related("reversed_by__recorded_by").get(pk=payment_id)
    if why := why_not_reversible(payment):
        raise InvoiceLocked(why)
    if not reason.strip():
        raise FieldRefused("reason", "Enter a reason. It stands beside the payment from then on.")
    mirror = Payment(
        company_id=invoice.company_id,
        invoice=invoice,
        amount=-payment.amount,
        received_on=payment.received_on,
        check_number=payment.check_number,
        recorded_by=actor,
        reverses=payment,
        reason=reason.strip(),
    )
    mirror.save(force_insert=True)
    _tell(mirror)
    return mirror


def _refuse_repeated(payment):
    """One form records one payment, and says so when it is sent again."""
    same = Payment.objects.filter(invoice=payment.invoice, form_key=payment.form_key).first()
    if same is None:
        return
    alike = all(getattr(same, name) == getattr(payment, name) for name in ("amount", "received_on", "check_number"))
    raise PaymentExists(same) if alike else FormUsed(same)


def _refuse_impossible(payment):
    invoice = payment.invoice
    problems = refusals(
        payment.amount,
        payment.received_on,
        outstanding=invoice.outstanding,
        billed_on=invoice.billing_date,
        today=timezone.localdate(),
    )
    if problems:
        raise FieldsRefused(problems)


def said(payment):
    """The payment in words, for histories."""
    check = f", check {payment.check_number}" if payment.check_number else ""
    return f"{format_amount(abs(payment.amount))} received {date_format(payment.received_on, 'M j, Y')}{check}"


def change_of(payment):
    """What the contract's history says of a row, as `record_changes` takes it."""
    subject = f"Payment for {payment.invoice.display_number}"
    if payment.reverses_id is None:
        return subject, "Recorded", "", said(payment)
    return subject, "Reversed", said(payment), f"Reversed: {payment.reason}"


def event_of(payment):
    """What the application's history says of it, not saved; and what the audit chain does."""
    move = PAYMENT if payment.reverses_id is None else REVERSAL
    note = f"{said(payment)}. {payment.reason}".strip()
    event = history.event_of(payment.invoice, move, actor=payment.recorded_by, at=payment.recorded_at, note=note)
    return event, history.audit_entry(event, {"amount": str(payment.amount)})


def _tell(payment):
    """In the contract's history, the application's and the audit chain; last before commit."""
    record_changes(payment.invoice.contract, [change_of(payment)], actor=payment.recorded_by)
    event, entry = event_of(payment)
    event.save(force_insert=True)
    audit.record(payment.company_id, **entry)
