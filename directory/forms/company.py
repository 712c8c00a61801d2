from zoneinfo import available_timezones

from django import forms

from directory.models import Company

# Choosing a dictionary shows, without saving, what it would rename.
PREVIEW = {"hx-get": "", "hx-target": "#renamed", "hx-swap": "outerHTML"}


class CompanyForm(forms.ModelForm):
    """What a Directory Admin may say of their company; `actions.change_company` saves it."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"],
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        max_length=3,
        help_text="Three letters, such as USD.",
        error_messages={"invalid": "Enter three capital letters, such as USD."},
    )

    class Meta:
        model = Company
        fields = ("name", "dictionary", "currency", "time_zone", "creators_may_not_accept")
        labels = {"dictionary": "Dictionary"}
        widgets = {"dictionary": forms.RadioSelect(attrs=PREVIEW)}
        help_texts = {
            "creators_may_not_accept": "Somebody else than the creator of an invoice must accept it.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dictionary"].choices = Company._meta.get_field("dictionary").choices
