"""What people say of an export: in doubt, a duplicate, gone, or booked outside Tieout."""

from django import forms
from django.core.validators import (
    MaxLengthValidator,
)

from erp_integrations.forms.reasons import erp_number_field, reason_field


class ThereForm(forms.Form):
    """*It is there*, and Link to ERP."""

    number = erp_number_field()


class AbsentForm(forms.Form):
    """*It is not there*."""

    reason = reason_field("Enter a reason. It stays in the history: where did you look?", rows=2)


class DifferenceForm(forms.Form):
    """*It differs*; `seen` are the ERP's figures as the page showed them."""

    number = erp_number_field(required=False)
    reason = reason_field("Enter a reason. It stays in the history: why may the figures differ?", rows=2)
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class RemovedForm(forms.Form):
    """*It was removed in the ERP*."""

    number = erp_number_field(required=False)
    reason = reason_field("Enter a reason. It stays in the history: who removed it, and why?", rows=2)


class OutsideForm(forms.Form):
    """*Booked outside Tieout*."""

    number = erp_number_field()
    date = forms.DateField(
        label="Date in the ERP",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the date under which the ERP has it.", "invalid": "Enter a date."},
    )
    reason = reason_field("Enter a reason. It stays in the history: why was it not exported?", rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].validators.append(
            MaxLengthValidator(60, "A number has at most %(limit_value)d characters.")
        )


class TakeBackForm(forms.Form):
    reason = reason_field("Enter a reason. It stays in the history: why does the booking not count?", rows=2)


class UnlinkForm(forms.Form):
    reason = reason_field("Enter a reason. It stays in the history: why is it gone from the ERP?", rows=2)
