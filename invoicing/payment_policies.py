"""Who may record and reverse payments, each answer with its reason."""

from django.utils import timezone
from django.utils.formats import date_format

from directory.policies import unless
from invoicing.policies import can_administer_contracts
from invoicing.states import BillingStatus


def can_record_payment(user, invoice):
    return unless(can_administer_contracts(user, invoice.contract.project), why_not_payable(invoice))


def can_reverse_payment(user, payment):
    return unless(can_administer_contracts(user, payment.invoice.contract.project), why_not_reversible(payment))


def why_not_payable(invoice):
    """Why no payment can be recorded against an application now."""
    if invoice.deleted_at:
        return "It was deleted."
    if invoice.status != BillingStatus.APPROVED:
        return f"Only an approved invoice takes payments. It is {invoice.get_status_display()}."
    if invoice.billing_date > timezone.localdate():
        return f"It is billed on {date_format(invoice.billing_date, 'M j, Y')}. Payments are recorded from that day on."
    if invoice.outstanding > 0:
        return ""
    return "It is paid in full." if invoice.received else "Nothing is due on it."


def why_not_reversible(payment):
    if payment.reverses_id:
        return "It is a reversal itself. Record the payment again instead."
    undone = getattr(payment, "reversed_by", None)
    return f"{undone.recorded_by.name} reversed it already." if undone else ""
