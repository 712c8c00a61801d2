from django import forms

from directory.models import User
from directory.models.companies import DICTIONARIES


class SettingsForm(forms.ModelForm):
    """A person's theme, shortcuts and dictionary; `actions.change_settings` saves them."""

    dictionary = forms.ChoiceField(
        label="Dictionary",
        required=False,
        choices=[("", "As the project or company speaks"), *DICTIONARIES],
        help_text="Which names you read for contracts, owners and invoices, in every company.",
    )

    class Meta:
        model = User
        fields = ("theme", "shortcuts_enabled", "dictionary")
        widgets = {"theme": forms.RadioSelect}
        help_texts = {"shortcuts_enabled": "Single keys on lists, such as A to accept. Never while you type."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = User._meta.get_field("theme").choices
