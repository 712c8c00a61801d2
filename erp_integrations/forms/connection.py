"""A company's connection to its ERP."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import (
    URLValidator,
)

from erp_integrations.adapters import registry
from erp_integrations.adapters.base import ADDRESS, LINK, SECONDS, NotSent
from erp_integrations.adapters.http import check_url
from erp_integrations.connecting import leads_to, outbound_rules, stored_secrets


def adapters():
    """Pairs of name and label of every ERP that can be connected, by label."""
    found = []
    for name in registry.adapter_names():
        try:
            found.append((name, registry.adapter_class(name).label or name))
        except registry.UnknownAdapter:  # a system check tells the operator
            continue
    return sorted(found, key=lambda pair: pair[1].lower())


class AdapterForm(forms.Form):
    """Which ERP; what it then asks for differs."""

    adapter = forms.ChoiceField(
        label="Which ERP",
        choices=adapters,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the ERP, then continue.",
            "invalid_choice": "Choose one of these ERPs, then continue.",
        },
    )


class ConnectionForm(forms.Form):
    """What an adapter asks for: its settings, and its secrets, which are never written back into the page.

    A field's name says what it is, so that a form kept through a new sign-in never holds a secret.
    """

    def __init__(self, *args, adapter, connection=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.adapter = adapter
        self.connection = connection if connection and connection.adapter == adapter else None
        self.stored = self.connection.settings if self.connection else {}
        self.kept = set(stored_secrets(self.connection)) if self.connection else set()
        self.asked = {
            f"secret_{each.name}" if each.is_secret else f"setting_{each.name}": each
            for each in registry.adapter_of(adapter).settings_fields
        }
        for name, each in self.asked.items():
            self.fields[name] = self._secret(each) if each.is_secret else self._setting(each)

    def _setting(self, each):
        default = self._default(each)
        told = {
            "label": each.label,
            "help_text": each.help_text,
            "required": each.is_required,
            "initial": self.stored.get(each.name) or default,
            "error_messages": {"required": f"Enter {_named(each)}."},
        }
        if each.choices:
            told["error_messages"]["invalid_choice"] = f"Choose one of: {', '.join(dict(each.choices))}."
            return forms.ChoiceField(choices=each.choices, **told)
        if each.kind == SECONDS:
            return forms.IntegerField(min_value=0, max_value=86_400, **told)
        return forms.CharField(max_length=500, validators=VALIDATORS.get(each.kind, ()), **told)

    def _secret(self, each):
        is_kept = each.name in self.kept
        return forms.CharField(
            label=each.label,
            help_text="Set. Leave empty to keep it." if is_kept else each.help_text,
            required=each.is_required and not is_kept,
            strip=False,
            max_length=2_000,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            error_messages={"required": f"Enter {_named(each)}."},
        )

    def _default(self, each):
        """What counts when the company says nothing."""
        return settings.ERP_ADAPTER_DEFAULTS.get(self.adapter, {}).get(each.name) or each.default

    def clean(self):
        """Another address wants the secrets again: whoever reads it there must know them already."""
        if self.connection and not self.errors and not leads_to(self.connection, self.adapter, self.settings):
            for name, each in self.asked.items():
                if each.is_secret and each.name in self.kept and not self.cleaned_data[name]:
                    self.add_error(name, f"Enter {_named(each)} again: it was given for another address.")
        return self.cleaned_data

    @property
    def settings(self):
        """What the company says; what the deployment says already is left to it."""
        said = {}
        for name, each in self.asked.items():
            value = "" if each.is_secret else self.cleaned_data.get(name)
            text = "" if value is None else str(value)
            if text and (text != self._default(each) or each.name in self.stored):
                said[each.name] = text
        return said

    @property
    def label(self):
        return registry.adapter_of(self.adapter).label

    @property
    def facts(self):
        """What is stored, as pairs of label and text, for those who may only look."""
        return [(each.label, self._fact(name, each)) for name, each in self.asked.items()]

    def _fact(self, name, each):
        if each.is_secret:
            return "Set, never shown" if each.name in self.kept else "Not set"
        value = self.get_initial_for_field(self.fields[name], name)
        return dict(each.choices).get(value, value) or "Not given"

    @property
    def secrets(self):
        typed = {each.name: self.cleaned_data[name] for name, each in self.asked.items() if each.is_secret}
        return {name: value for name, value in typed.items() if value}


def _named(each):
    """ "the address": a label in the middle of a sentence; one of capitals only stays as it is."""
    label = each.label
    return f"the {label if label[:2].isupper() else label[:1].lower() + label[1:]}"


def _allowed_address(text):
    try:
        check_url(text, outbound_rules())
    except NotSent as refusal:
        raise ValidationError(refusal.technical) from refusal


VALIDATORS = {
    ADDRESS: [_allowed_address],
    LINK: [URLValidator(schemes=["http", "https"], message="Enter a web address, such as https://erp.example.com")],
}
