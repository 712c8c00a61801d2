from django import forms

from invoicing.forms.fields import AmountField, date_field, text_field

REASON_LENGTH = 250


class PaymentForm(forms.Form):
    """What came in for an application; `key` tells one form from another, so that a doubled press records once."""

    amount = AmountField(label="Amount received", error_messages={"required": "Enter the amount, such as 1,234.50."})
    received_on = date_field("Received on")
    check_number = text_field("Check or transfer number", 40, required=False)
    key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": "Open the form again.", "invalid": "Open the form again."}
    )


class ReversalForm(forms.Form):
    """Why a payment is undone."""

    reason = forms.CharField(
        label="Reason",
        min_length=5,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason. It stands beside the payment from then on."},
    )
