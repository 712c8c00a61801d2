"""Reject, and picking a code."""

from django import forms

from erp_integrations.forms.reasons import NO_REASON, reason_field


class RejectForm(forms.Form):
    """The Reason of a rejection; what was typed stays, whatever is wrong with it."""

    reason = reason_field(NO_REASON)


class MappingForm(forms.Form):
    """One pick from the ERP's own list."""

    erp_id = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": "Pick one of the ERP's entries, then save."}
    )

    def __init__(self, *args, codes, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["erp_id"].label = label
        self.fields["erp_id"].choices = [(each.code, f"{each.code} {each.name}") for each in codes]
