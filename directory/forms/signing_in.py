from django import forms
from django.contrib.auth.forms import AuthenticationForm

WRONG_PAIR = "Check your email and password. Caps Lock may be on."


class SignInForm(AuthenticationForm):
    """Email and password. Unknown, wrong and deactivated all get the same answer."""

    username = forms.EmailField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": "Enter your email.", "invalid": "Enter an email address, such as ana@example.com."},
    )
    error_messages = {"invalid_login": WRONG_PAIR, "inactive": WRONG_PAIR}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].error_messages["required"] = "Enter your password."
