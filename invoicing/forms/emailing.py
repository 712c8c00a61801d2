from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_COPIES = 5


class EmailForm(forms.Form):
    """Who gets an application by mail, and what is said with it."""

    to = forms.EmailField(label="To", max_length=254)
    copies = forms.CharField(
        label="Copies to", required=False, max_length=1500, help_text="Addresses with commas between them, at most 5."
    )
    message = forms.CharField(
        label="Message", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    with_files = forms.BooleanField(required=False)
    before = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)

    def __init__(self, *args, attached, **options):
        """`attached` are the invoice's files; where there are none, nothing is asked."""
        super().__init__(*args, **options)
        if not attached:
            del self.fields["with_files"]
            return
        self.fields["with_files"].label = "Send its attachments too"
        self.fields["with_files"].help_text = ", ".join(each.name for each in attached)

    def clean_copies(self):
        addresses = [each.strip() for each in self.cleaned_data["copies"].split(",") if each.strip()]
        if len(addresses) > MOST_COPIES:
            raise ValidationError(f"Enter at most {MOST_COPIES} addresses.")
        for address in addresses:
            try:
                validate_email(address if len(address) < 255 else "")
            except ValidationError:
                raise ValidationError("One of these is no e-mail address.") from None
        return addresses

    @property
    def recipients(self):
        """Each address once, the first of them `to`."""
        chosen = {}
        for address in [self.cleaned_data["to"], *self.cleaned_data["copies"]]:
            chosen.setdefault(address.lower(), address)
        return list(chosen.values())
