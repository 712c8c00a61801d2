from django import forms

from invoicing.forms.fields import PercentField

SCOPES = [("thereafter", "Work from then on"), ("whole", "All work to date: what is held beyond it is released")]


class ReductionForm(forms.Form):
    """A rule that reduces retainage; `actions.reducing.add_reduction` saves it."""

    at_percent = PercentField(
        label="From this percentage of the revised contract on", help_text="Completed and stored, such as 50."
    )
    work_percent = PercentField(label="Retainage on completed work, percent")
    materials_percent = PercentField(
        label="Retainage on stored materials, percent", required=False, help_text="Empty: theirs stays."
    )
    scope = forms.ChoiceField(label="It applies to", choices=SCOPES, error_messages={"invalid_choice": "Choose one."})

    def clean_at_percent(self):
        at = self.cleaned_data["at_percent"]
        if not at:
            raise forms.ValidationError("Enter more than 0. The contract's own rates apply from the start.")
        return at

    @property
    def values(self):
        values = dict(self.cleaned_data)
        scope = values.pop("scope")
        return {**values, "whole": scope == "whole"}
