import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from directory.actions import create_company
from directory.models import User
from directory.terminology import Dictionary
from erp_integrations.actions import connect_erp
from erp_integrations.adapters import registry
from erp_integrations.forms.connection import ConnectionForm

OPTIONS = {
    "name": "name",
    "slug": "--slug",
    "email": "--admin-email",
    "password": "--admin-password",
    "dictionary": "--dictionary",
    "currency": "--currency",
    "time_zone": "--time-zone",
}


class Command(BaseCommand):
    help = (
        "Make a company, its first Directory Admin (who holds Can Push to Accounting and so can grant it) and its ERP "
        "connection. Without --adapter it is connected to the demo ERP."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="the company's name, in quotes")
        parser.add_argument("--slug", help="its part of the address; made of the name unless given")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", help="needed unless somebody has that email already")
        parser.add_argument("--admin-password", help="made up and printed once unless given")
        parser.add_argument("--dictionary", default=Dictionary.GENERAL_CONTRACTOR.value, choices=[*Dictionary])
        parser.add_argument("--currency", default="USD")
        parser.add_argument("--time-zone", default="America/New_York")
        parser.add_argument("--adapter", default="demo", help="the ERP, by the name of its adapter")
        parser.add_argument(
            "--erp", action="append", default=[], metavar="FIELD=VALUE", help="a field of the connection, secrets too"
        )

    def handle(self, *args, **given):
        known = User.objects.filter(email__iexact=given["admin_email"]).first()
        if known is None and not given["admin_name"]:
            raise CommandError(f"Nobody has the email {given['admin_email']} yet: add --admin-name.")
        password = given["admin_password"] or secrets.token_urlsafe(12)
        values, sealed = connection_values(given)
        try:
            with transaction.atomic():
                company = create_company(**company_values(given, password))
                connect_erp(company.pk, adapter=given["adapter"], settings=values, secrets=sealed)
        except ValidationError as error:
            raise CommandError(in_words(error)) from error
        self.stdout.write(f"{company.name} is ready at {settings.BASE_URL}/c/{company.slug}/")
        if known:
            self.stdout.write(f"{known.name} ({known.email}) is its Directory Admin and signs in as before.")
        elif given["admin_password"]:
            self.stdout.write(f"Its Directory Admin signs in as {given['admin_email'].lower()}.")
        else:
            self.stdout.write(f"Its Directory Admin signs in as {given['admin_email'].lower()} with {password}")
            self.stdout.write("That password is not shown again.")


def company_values(given, password):
    return {
        "name": given["name"],
        "slug": given["slug"] or slugify(given["name"]),
        "admin_email": given["admin_email"],
        "admin_name": given["admin_name"] or "",
        "admin_password": password,
        "dictionary": given["dictionary"],
        "currency": given["currency"],
        "time_zone": given["time_zone"],
    }


def connection_values(given):
    """Settings and secrets of the connection, checked as the Settings page checks them."""
    typed = demo_values(given) | dict(pair(text) for text in given["erp"])
    try:
        label = registry.adapter_class(given["adapter"]).label
    except registry.UnknownAdapter as error:
        raise CommandError(str(error)) from error
    empty = ConnectionForm(adapter=given["adapter"])
    asked, defaults = empty.asked, {name: field.initial for name, field in empty.fields.items()}
    field_of = {each.name: name for name, each in asked.items()}
    if unknown := sorted(set(typed) - set(field_of)):
        raise CommandError(f"{label} knows no {', '.join(unknown)}. It knows: {', '.join(field_of)}.")
    filled = defaults | {field_of[name]: value for name, value in typed.items()}
    form = ConnectionForm(filled, adapter=given["adapter"])
    if not form.is_valid():
        wrong = {asked[name].name: sentences for name, sentences in form.errors.items()}
        raise CommandError(" ".join(f"--erp {name}: {' '.join(sentences)}" for name, sentences in wrong.items()))
    return form.settings, form.secrets


def demo_values(given):
    """What connects to the demo ERP that runs beside this Tieout; its address is the deployment's to say."""
    if given["adapter"] != "demo":
        return {}
    return {"token": settings.DEMO_ERP_TOKEN, "company": given["name"]}


def pair(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"--erp takes FIELD=VALUE, not {text}.")
    return name, value


def in_words(error):
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return " ".join(f"{OPTIONS.get(field, field)}: {' '.join(sentences)}" for field, sentences in by_field.items())
