from django import forms

from invoicing.actions.bulk_editing import BulkEdit
from invoicing.forms.fields import PercentField, text_field
from invoicing.forms.invoices import NOTE_LENGTH

ITEMS_LENGTH = 300
ALL, GROUP = "", "group:"


def note_field():
    """What accounts for retainage that is not at the contract's rate."""
    return text_field(
        "Why retainage differs from the contract",
        NOTE_LENGTH,
        required=False,
        help_text="It stands on the invoice, and accounting reads it.",
    )


class LinesForm(forms.Form):
    """Which lines of an application: all, a group, or some by their items. `groups` maps each name to what is said."""

    group = forms.ChoiceField(
        label="Lines", required=False, error_messages={"invalid_choice": "Choose one from the list."}
    )
    item = text_field(
        "Only the lines",
        ITEMS_LENGTH,
        required=False,
        help_text="Their items, such as 05, or 05, 07 to 12. Empty: all these.",
    )

    def __init__(self, *args, groups, everything="All lines", **options):
        super().__init__(*args, **options)
        several = groups.items() if len(groups) > 1 else ()
        self.fields["group"].choices = [(ALL, everything), *((f"{GROUP}{name}", said) for name, said in several)]

    @property
    def lines_asked(self):
        """The two words of it that the actions take: None for all groups, "" for lines without one."""
        group = self.cleaned_data["group"]
        return {"group": group.removeprefix(GROUP) if group else None, "item": self.cleaned_data["item"]}


class BulkEditForm(LinesForm):
    """The same percentages for many lines; `asked` is what the actions take."""

    to_date = PercentField(label="Complete to date, percent", required=False)
    work_rate = PercentField(label="Retainage on work, percent", required=False)
    materials_rate = PercentField(label="Retainage on stored materials, percent", required=False)
    note = note_field()

    def clean(self):
        cleaned = super().clean()
        unset = all(cleaned.get(name) is None for name in ("to_date", "work_rate", "materials_rate"))
        if unset and not self.errors:
            self.add_error("to_date", "Enter at least one of the three percentages.")
        return cleaned

    @property
    def asked(self):
        names = ("to_date", "work_rate", "materials_rate")
        return BulkEdit(**{name: self.cleaned_data[name] for name in names}, **self.lines_asked)
