from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from invoicing.money import FigureError, format_amount, parse_amount, parse_percent

LONG_TEXT = 5_000


class FigureField(forms.CharField):
    """A typed figure as Decimal; the message says what to type instead."""

    parse = None

    def __init__(self, **options):
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return type(self).parse(text)
        except FigureError as error:
            raise forms.ValidationError(str(error)) from error

    def run_validators(self, value):
        """A figure that was read has no length left to judge."""


class PercentField(FigureField):
    parse = staticmethod(parse_percent)

    def prepare_value(self, value):
        return f"{value.normalize():f}" if hasattr(value, "normalize") else value


class AmountField(FigureField):
    parse = staticmethod(parse_amount)

    def prepare_value(self, value):
        return format_amount(value) if hasattr(value, "normalize") else value


# Years that somebody can mean; with others, the day after would be none.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
WITHIN = "Enter a date between 1900 and 2199."


def date_field(label, **options):
    """A day, picked from a calendar or typed as 2026-10-31."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        widget=widget,
        error_messages={"invalid": "Enter a date, such as 2026-10-31."},
        validators=[MinValueValidator(EARLIEST, WITHIN), MaxValueValidator(LATEST, WITHIN)],
        **options,
    )


def text_field(label, max_length, **options):
    return forms.CharField(label=label, max_length=max_length, **options)
