"""The pause on the pages: why, until when, and the way to cut it short."""

import pytest
from django.urls import reverse

from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ErpConnection
from tests.erp_integrations.test_breaker import LOCKED_OUT
from tests.factories import MembershipFactory


@pytest.fixture
def paused(accounting, approver):
    accounting.accepted_invoice()
    accounting.export()
    finish(claim_next(accounting.connection.pk), LOCKED_OUT)
    return approver


def page(client, accounting, name, query=""):
    return client.get(reverse(f"erp_integrations:{name}", args=[accounting.company.slug]) + query).content.decode()


@pytest.mark.parametrize("name", ["owner_invoices", "runs", "mappings", "settings"])
def test_every_page_says_why_exports_are_paused_and_until_when(paused, accounting, name):
    shown = page(paused, accounting, name)

    assert "Exports are paused since" in shown
    assert "Demo ERP no longer accepts our sign-in." in shown
    assert "The next try is at" in shown


def test_the_row_waits_with_the_pause_and_names_no_time_of_its_own(paused, accounting):
    shown = page(paused, accounting, "owner_invoices", "?status=exporting")

    assert "We try again when the pause is over." in shown


def test_who_may_connect_is_led_from_the_pause_to_settings(paused, accounting, client):
    settings_url = reverse("erp_integrations:settings", args=[accounting.company.slug])
    told = page(paused, accounting, "owner_invoices")
    client.force_login(MembershipFactory(company=accounting.company, erp_admin=True).user)

    assert "Connecting the ERP needs Admin on ERP Integrations." in told
    assert f'class="btn sm" href="{settings_url}">Reconnect</a>' in page(client, accounting, "owner_invoices")
    assert ">Reconnect</a>" not in page(client, accounting, "settings")


def test_try_now_makes_the_next_probe_due_and_leads_back(paused, accounting):
    before = ErpConnection.objects.get().probe_at

    answer = paused.post(reverse("erp_integrations:try_connection", args=[accounting.company.slug]), follow=True)

    assert "The ERP is tried now." in answer.content.decode()
    assert ErpConnection.objects.get().probe_at < before


def test_try_now_after_the_pause_says_that_it_is_over(approver, accounting):
    answer = approver.post(reverse("erp_integrations:try_connection", args=[accounting.company.slug]), follow=True)

    assert "Exports are not paused any more." in answer.content.decode()


def test_who_may_not_decide_reads_why(paused, accounting, client):
    client.force_login(accounting.staff)
    answer = client.post(reverse("erp_integrations:try_connection", args=[accounting.company.slug]))

    assert answer.status_code in (403, 404)


def test_the_progress_of_a_run_says_that_it_is_held_up(paused, accounting):
    number = accounting.company.export_runs.get().number
    address = reverse("erp_integrations:run_progress", args=[accounting.company.slug, number])

    assert "Exports are paused. Demo ERP no longer accepts our sign-in." in paused.get(address).content.decode()
