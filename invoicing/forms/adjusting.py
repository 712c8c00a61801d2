from django import forms

from invoicing.actions.adjusting import WORDS, Asked
from invoicing.forms.fields import text_field
from invoicing.forms.many_lines import LinesForm, note_field
from invoicing.money import FigureError, format_amount, parse_amount, parse_percent

LONGEST = 40


class AdjustmentForm(LinesForm):
    """How much, and of which lines; `asked` is what the actions take. `sums` is what each group of lines has."""

    amount = text_field("How much", LONGEST)

    def __init__(self, *args, adjustment, sums, **options):
        everything = f"All lines: {format_amount(sum(sums.values()))}"
        groups = {name: f"{name or 'Without a group'}: {format_amount(each)}" for name, each in sums.items()}
        super().__init__(*args, groups=groups, everything=everything, **options)
        self.adjustment = adjustment
        held = WORDS[adjustment.name][0]
        self.fields["amount"].help_text = f"An amount, or a part of what is {held}, such as 50%. All of it is 100%."

    def clean_amount(self):
        typed = self.cleaned_data["amount"]
        try:
            return (None, parse_percent(typed)) if typed.endswith("%") else (parse_amount(typed), None)
        except FigureError as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def asked(self):
        amount, percent = self.cleaned_data["amount"]
        return Asked(self.adjustment, amount=amount, percent=percent, **self.lines_asked)


class RetainageAdjustmentForm(AdjustmentForm):
    """The same with the note that accounts for retainage that is not at the contract's rate."""

    note = note_field()
