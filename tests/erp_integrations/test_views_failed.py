"""Every failure in three parts on its row: what happened, how to fix it, and the buttons that help."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from erp_integrations import actions, export
from erp_integrations.exceptions import OutcomeUnknown
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.evidence import open_attempt
from erp_integrations.export.finish import finish
from erp_integrations.models import ExportJob, Outcome
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


def failed(accounting, error="PERIOD_CLOSED", **told):
    invoice = accounting.accepted_invoice()
    accounting.export()
    finish(claim_next(accounting.connection.pk), Answer(Outcome.REFUSED, code=error, **told))
    return invoice


def failed_list(client, company):
    return client.get(reverse("erp_integrations:owner_invoices", args=[company.slug]), {"status": "failed"})


def text_of(page):
    return re.sub(r"\s+", " ", unescape(strip_tags(page.text)))


def test_what_the_erp_said_is_escaped_behind_technical_detail(approver, accounting):
    failed(accounting, technical="<script>alert(1)</script>")

    page = failed_list(approver, accounting.company)

    assert "<script>alert" not in page.text
    assert "<summary>Technical detail</summary>PERIOD_CLOSED: &lt;script&gt;alert(1)" in page.text


def test_a_refused_owner_is_named_and_mended_from_the_row(client, db, running_simulators):
    erp = running_simulators("key")
    accounting = connected_company(erp.url)
    client.force_login(accounting.approver)
    invoice = accounting.accepted_invoice()
    accounting.export()
    ExportJob.objects.update(payload=renamed(ExportJob.objects.get().payload))
    export.export_next(accounting.connection.pk)

    page = failed_list(client, accounting.company)

    assert "Demo ERP has no customer C-404." in text_of(page)
    assert f'aria-label="Map owner, invoice {invoice.display_number}"' in page.text


def renamed(payload):
    """As it would have been rendered for a customer that the ERP does not know."""
    return payload | {"body": payload["body"].replace("C-1001", "C-404")}


def test_reject_is_refused_while_doubt_remains_and_says_so(approver, accounting):
    invoice = failed(accounting)
    open_attempt(ExportJob.objects.get(), "create", 9, "a worker that was held up")

    answer = approver.post(
        reverse("erp_integrations:reject", args=[accounting.company.slug, invoice.pk]), {"reason": "Wrong period."}
    )

    assert answer.status_code == 422
    assert "The ERP may already have PC-001 #1." in text_of(answer)
    with pytest.raises(OutcomeUnknown):
        actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong period.")


def test_who_may_connect_is_led_to_settings_from_the_row_the_cause_and_the_page(client, accounting):
    settings_url = reverse("erp_integrations:settings", args=[accounting.company.slug])
    client.force_login(MembershipFactory(company=accounting.company, erp_admin=True).user)
    first, _ = failed(accounting, "AUTH_EXPIRED"), failed(accounting, "AUTH_EXPIRED")

    listed = failed_list(client, accounting.company)
    review = client.get(reverse("erp_integrations:invoice", args=[accounting.company.slug, first.pk]))

    assert re.findall(rf'class="btn sm" href="{settings_url}" aria-label="([^"]+)"', listed.text) == [
        "Reconnect the ERP: Demo ERP no longer accepts our sign-in.",
        "Reconnect the ERP, invoice PC-002 #1",
        "Reconnect the ERP, invoice PC-001 #1",
    ]
    assert f'class="btn" href="{settings_url}">Reconnect</a>' in review.text


def test_an_approver_who_may_not_connect_reads_who_can_help(approver, accounting):
    failed(accounting, "AUTH_EXPIRED")
    MembershipFactory(company=accounting.company, user__name="Dana Reyes", directory_admin=True)

    page = failed_list(approver, accounting.company)

    reason = "Connecting the ERP needs Admin on ERP Integrations. Dana Reyes can grant it."
    assert text_of(page).count(reason) == 1
    assert 'aria-describedby="why-connect" aria-label="Reconnect the ERP, invoice PC-001 #1"' in page.text
