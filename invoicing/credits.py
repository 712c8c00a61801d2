"""Credit applications: those that give back more than they claim. They are sent only where the contract allows it."""

from invoicing.money import ZERO, format_amount


def why_credit_refused(invoice):
    """Why a credit cannot be sent under its contract, and where that is switched on; "" for any other application."""
    if invoice.contract.credits_allowed or not (told := credit_in_words(invoice)):
        return ""
    return (
        f"{told} {invoice.contract.number} does not allow credit invoices. An Admin switches them on under Edit there."
    )


def credit_in_words(invoice):
    """What makes an application a credit: line 8 below zero, else what it bills in all; "" when neither is."""
    if invoice.current_payment_due < ZERO:
        return f"Line 8 is {format_amount(invoice.current_payment_due)}, a credit to the owner."
    if invoice.billed_this_period < ZERO:
        return f"It bills {format_amount(invoice.billed_this_period)} this period, a credit to the owner."
    return ""
