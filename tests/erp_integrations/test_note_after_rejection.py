"""Where the note about a rejection leads."""

import json
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from directory.actions import set_tool_level
from directory.privileges import Tool, ToolLevel
from tests.erp_integrations.accounting import connected_company

SAID = "Rejected PC-001 #1. Priya Nair has been emailed."


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


@pytest.fixture
def reject(client, accounting):
    client.force_login(accounting.approver)

    def press(**headers):
        invoice = accounting.sent_invoice()
        place = reverse("erp_integrations:reject", args=[accounting.company.slug, invoice.pk])
        return invoice, client.post(place, {"version": invoice.version, "reason": "Wrong period"}, headers=headers)

    return press


def test_to_the_invoice_for_those_who_may_follow_it(reject, accounting):
    membership = accounting.approver.memberships.get()
    set_tool_level(membership.pk, Tool.PRIME_CONTRACTS, ToolLevel.READ_ONLY, actor=None)

    invoice, response = reject()

    [message] = get_messages(response.wsgi_request)
    assert str(message) == f'{SAID} <a href="{invoice.get_absolute_url()}">View invoice</a>'


def test_to_the_mail_in_the_demo_and_only_the_words_are_spoken(reject, accounting, settings):
    settings.DEMO, settings.DEMO_MAILBOX_URL = True, "http://mailbox.test"

    _, response = reject(HX_Request="true")

    mails = f"http://mailbox.test/?{urlencode({'to': accounting.staff.email})}"
    assert f'{SAID} <a href="{mails}">View the email</a></div>' in response.text
    assert json.loads(response.headers["HX-Trigger-After-Settle"])["say"] == SAID


def test_nowhere_for_others_and_names_are_escaped(reject, accounting):
    accounting.staff.name = "Priya <b>Nair</b>"
    accounting.staff.save()

    _, response = reject(HX_Request="true")

    assert "Rejected PC-001 #1. Priya &lt;b&gt;Nair&lt;/b&gt; has been emailed.</div>" in response.text
