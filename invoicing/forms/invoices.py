from django import forms

from invoicing.forms.fields import date_field, text_field
from invoicing.models import BillingPeriod, PeriodStatus

NOTE_LENGTH = 250
REASON_LENGTH = 1_000


def periods_of(project):
    return BillingPeriod.objects.filter(project=project).order_by("-start")


class PeriodForm(forms.Form):
    """A billing period; `actions.create_period` and `update_period` save it."""

    start = date_field("From")
    end = date_field("To")
    due = date_field("Due date")


class PeriodRuleForm(forms.Form):
    """How billing periods follow each other; `actions.set_period_rule` saves it."""

    automatic = forms.BooleanField(
        label="Open the next period by itself",
        required=False,
        help_text="On the day after the last one ends. That one is closed then; invoices can still be billed for it.",
    )
    last_day = forms.IntegerField(
        label="Last day of a billing month",
        min_value=1,
        max_value=31,
        help_text="1 to 31. 31 is the last day of every month, and so is 30 in February.",
        error_messages={"invalid": "Enter a day of the month, 1 to 31."},
    )
    due_days = forms.IntegerField(
        label="Due, days after the last day",
        min_value=0,
        max_value=366,
        error_messages={"invalid": "Enter a whole number of days, such as 25."},
    )


class NewInvoiceForm(forms.Form):
    """The next application of a contract; `position` is the one the page promised."""

    period = forms.ModelChoiceField(
        label="Billing period",
        queryset=BillingPeriod.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "Choose a billing period of this project."},
    )
    number = text_field("Invoice number", 40)
    billing_date = date_field("Billing date", required=False, help_text="Empty: the last day of the period.")
    position = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=1_000_000)

    def __init__(self, *args, project, **options):
        super().__init__(*args, **options)
        periods = periods_of(project)
        self.fields["period"].queryset = periods
        self.fields["period"].initial = periods.filter(status=PeriodStatus.OPEN).first() or periods.first()


class DetailsForm(forms.Form):
    """The header of an application beside its lines; saved together with them."""

    number = text_field("Invoice number", 40)
    period = forms.ModelChoiceField(
        label="Billing period",
        queryset=BillingPeriod.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "Choose a billing period of this project."},
    )
    billing_date = date_field("Billing date")
    retainage_note = text_field(
        "Why retainage differs from the contract",
        NOTE_LENGTH,
        required=False,
        help_text="Only when a line is not at the contract's rate, or some is released.",
    )

    def __init__(self, *args, project, **options):
        super().__init__(*args, **options)
        self.fields["period"].queryset = periods_of(project)


class ReasonForm(forms.Form):
    """Why an invoice goes back, or is void."""

    reason = forms.CharField(
        label="Reason",
        min_length=5,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter a reason. The project team needs to know what to change."},
    )
