"""What the tests of pages share: a signed-in browser without scripts, addresses, and reading a page's words."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from tests.factories import MembershipFactory


def signed_in(company, **traits):
    """A client of a new colleague with these traits of MembershipFactory; the person is its `user`."""
    client = Client()
    client.user = MembershipFactory(company=company, **traits).user
    client.force_login(client.user)
    return client


def address(name, project, **names):
    return reverse(f"invoicing:{name}", kwargs={"company": project.company.slug, "project": project.slug, **names})


def page_of(invoice, name="invoice"):
    return address(name, invoice.contract.project, invoice_id=invoice.pk)


def words(response):
    """The page as one reads it: no tags, one space between words."""
    text = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def value_of(response, field_id):
    """What stands in an input."""
    tag = re.search(rf'<input[^>]*id="{re.escape(field_id)}"[^>]*>', response.content.decode()).group()
    return unescape(re.search(r'value="([^"]*)"', tag).group(1))


def error_at(response, field_id):
    """The message that is tied to an input, or ""."""
    found = re.search(rf'id="{re.escape(field_id)}_error">(.*?)</span>', response.content.decode(), flags=re.DOTALL)
    return unescape(found.group(1)).strip() if found else ""
