from django import forms

from invoicing.forms.fields import LONG_TEXT, date_field, text_field

MOST_DAYS = 9_999


class ChangeOrderForm(forms.Form):
    """What a change order says beside its lines; `actions.create_change_order` and `save_change_order` save it."""

    number = text_field("Number", 30, help_text="Such as CO-01.")
    title = text_field("Title", 160)
    dated = date_field("Date", required=False)
    due_on = date_field("Answer due", required=False)
    schedule_days = forms.IntegerField(
        label="Days added to the schedule",
        required=False,
        min_value=-MOST_DAYS,
        max_value=MOST_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Enter a whole number of days, such as 5 or −3."},
    )
    description = forms.CharField(
        label="Description", required=False, max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


def initial_of(order):
    """The form's values of a stored change order."""
    return {name: getattr(order, name) for name in ChangeOrderForm.base_fields}
