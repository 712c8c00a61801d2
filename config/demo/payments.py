"""What the owners paid: most of it when it was due, some late, in parts, or not yet."""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from config.demo.moves import after_period
from directory import audit
from invoicing.actions.contract_history import change_row
from invoicing.actions.payments import change_of, event_of
from invoicing.models import ContractChange, InvoiceEvent, Payment
from invoicing.money import CENT
from invoicing.states import ErpStatus

# The share that came in for an application, counted back from the last that is booked; the rest is still open.
SHARES = {
    "PC-002": {4: "0.70"},
    "PC-004": {0: "0", 1: "0.40"},
    "PC-005": {0: "0"},
    "PC-007": {0: "0.50"},
    "PC-010": {0: "0", 1: "0", 2: "0.25"},
    "PC-012": {0: "0.60"},
    "PC-013": {0: "0", 1: "0"},
}
PAYS_IN_TWO = {"PC-004", "PC-006"}
RETURNED = {("PC-007", 15): "The bank returned the check: it was not signed."}


def receive(settled, all_billed, today):
    """Write a company's payments with their histories, oldest first; then the checks that came back."""
    payments = [payment for billed in all_billed for payment in _payments(settled, billed, today)]
    payments.sort(key=lambda payment: payment.recorded_at)
    Payment.objects.bulk_create(payments)
    returned = {(each.invoice.contract.number, each.invoice.position): each for each in payments}
    mirrors = [_mirror(returned[key], reason) for key, reason in RETURNED.items() if key in returned]
    Payment.objects.bulk_create(mirrors)
    _tell(settled, [*payments, *mirrors])


def _payments(settled, billed, today):
    """Every booked application that is due by now, or nearly, as its owner pays."""
    number = billed.contract.number
    booked = [each for each in billed.invoices if each.erp_status == ErpStatus.SYNCED]
    for back, invoice in enumerate(reversed(booked)):
        share = Decimal(SHARES.get(number, {}).get(back, "1"))
        day = invoice.period.due + timedelta(days=int(number[-2:]) * 7 % 25 - 8)
        due = (invoice.current_payment_due * share).quantize(CENT, rounding=ROUND_DOWN)
        for part, amount in enumerate(_parts(due, 2 if number in PAYS_IN_TWO else 1)):
            received_on = day + timedelta(days=9 * part)
            if amount > 0 and received_on <= today:
                check = f"{4000 + int(number[-2:]) * 40 + invoice.position}{'-B' if part else ''}"
                yield _payment(invoice, amount, received_on, check, settled.people[billed.job.sender])


def _parts(amount, count):
    first = (amount / count).quantize(CENT, rounding=ROUND_DOWN)
    return [first, amount - first] if count == 2 else [amount]


def _payment(invoice, amount, received_on, check, staff, **given):
    return Payment(
        company_id=invoice.company_id,
        invoice=invoice,
        amount=amount,
        received_on=received_on,
        check_number=check,
        recorded_by=staff,
        recorded_at=after_period(received_on, days=0, hour=9 + len(given), minute=20),
        **given,
    )


def _mirror(payment, reason):
    told = (payment.invoice, -payment.amount, payment.received_on, payment.check_number, payment.recorded_by)
    return _payment(*told, reverses=payment, reason=reason)


def _tell(settled, payments):
    """As the product's own actions do, at the moments of then."""
    ContractChange.objects.bulk_create(
        change_row(each.invoice.contract, change_of(each), actor=each.recorded_by, at=each.recorded_at)
        for each in payments
    )
    events = [event_of(payment) for payment in payments]
    InvoiceEvent.objects.bulk_create(event for event, _ in events)
    audit.record_all(settled.company.pk, [entry for _, entry in events])
