from django import forms

from invoicing.forms.fields import LONG_TEXT, AmountField, PercentField, date_field, text_field
from invoicing.models import Owner
from invoicing.states import AccountingMethod, ContractStatus

FOR_ADMINS = (ContractStatus.APPROVED, ContractStatus.COMPLETE, ContractStatus.TERMINATED)


def long_text(label):
    return forms.CharField(label=label, required=False, max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class ContractForm(forms.Form):
    """A prime contract; `actions.create_contract` and `update_contract` save it.

    `may_approve` offers the statuses that only an Admin sets; the one the contract has is always offered. `why_fixed`
    says why its accounting method cannot be chosen any more.
    """

    number = text_field("Number", 30, help_text="Such as PC-011.")
    title = text_field("Title", 160)
    owner = forms.ModelChoiceField(
        queryset=Owner.objects.none(),
        error_messages={"invalid_choice": "Choose one from the list."},
    )
    status = forms.ChoiceField(choices=ContractStatus.choices)
    contractor = text_field("Contractor", 160, required=False)
    architect = text_field("Architect or engineer", 160, required=False)
    executed = forms.BooleanField(required=False)
    private = forms.BooleanField(
        label="Private",
        required=False,
        help_text="For Admins of the project’s tool and for whoever created it. Accounting sees what is sent to it.",
    )
    credits_allowed = forms.BooleanField(
        label="Credit invoices",
        required=False,
        help_text="An invoice that comes to less than nothing may be sent to the ERP.",
    )
    contract_date = date_field("Contract date", required=False)
    start_date = date_field("Start", required=False)
    estimated_completion = date_field("Substantial completion, estimated", required=False)
    actual_completion = date_field("Substantial completion, actual", required=False)
    signed_received = date_field("Signed contract received", required=False)
    terminated_on = date_field("Terminated", required=False)
    signed_sum = AmountField(
        label="Contract sum, as signed", required=False, help_text="The schedule of values is compared with it."
    )
    accounting_method = forms.ChoiceField(label="Accounting method", choices=AccountingMethod.choices)
    work_retainage_percent = PercentField(label="Retainage on completed work, percent")
    materials_retainage_percent = PercentField(label="Retainage on stored materials, percent")
    description = long_text("Description")
    inclusions = long_text("Inclusions")
    exclusions = long_text("Exclusions")

    def __init__(self, *args, company, owner_label, may_approve, current=ContractStatus.DRAFT, why_fixed="", **options):
        super().__init__(*args, **options)
        self.fields["owner"].queryset = Owner.objects.filter(company=company)
        self.fields["owner"].label = owner_label
        if why_fixed:
            self.fields["accounting_method"].disabled = True
            self.fields["accounting_method"].help_text = why_fixed
        status = self.fields["status"]
        if not may_approve:
            offered = [each for each in ContractStatus if each not in FOR_ADMINS or each == current]
            status.choices = [(each.value, each.label) for each in offered]
            status.help_text = "An Admin approves it."
            self.fields["credits_allowed"].disabled = True
            self.fields["credits_allowed"].help_text += " An Admin switches it."

    def clean(self):
        cleaned = super().clean()
        start = cleaned.get("start_date")
        for name in ("estimated_completion", "actual_completion"):
            if start and cleaned.get(name) and cleaned[name] < start:
                self.add_error(name, "This is before the start.")
        return cleaned

    @property
    def values(self):
        """What the actions take, by the contract's column names."""
        values = dict(self.cleaned_data)
        return {**values, "owner_id": values.pop("owner").pk}


def initial_of(contract):
    """The form's values of an existing contract."""
    return {name: getattr(contract, name) for name in ContractForm.base_fields if name != "owner"} | {
        "owner": contract.owner_id
    }
