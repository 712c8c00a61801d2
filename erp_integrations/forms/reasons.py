"""The reasons that approvers type, and a number as the ERP shows it."""

from django import forms
from django.core.validators import (
    MaxLengthValidator,
    MinLengthValidator,
    ProhibitNullCharactersValidator,
)

SHORTEST_REASON, LONGEST_REASON = 5, 1_000
NO_REASON = "Enter a reason. The project team needs to know what to change."

COMMON_REASONS = (
    "Doesn’t match last certificate",
    "Wrong billing period",
    "Retainage differs from contract",
    "Missing backup",
)


def reason_field(required, rows=4):
    """A Reason of a sensible length; `required` is what an empty one is told."""
    return forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
        validators=[
            ProhibitNullCharactersValidator("The reason has a character that cannot be stored. Type it again."),
            MinLengthValidator(SHORTEST_REASON, "Say a little more: at least %(limit_value)d characters."),
            MaxLengthValidator(LONGEST_REASON, "Shorten it to %(limit_value)d characters; it has %(show_value)d."),
        ],
    )


def erp_number_field(**arguments):
    return forms.CharField(
        label="Number in the ERP",
        max_length=100,
        error_messages={"required": "Enter the number that the ERP shows for it."},
        **arguments,
    )
