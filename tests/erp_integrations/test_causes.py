"""One cause that stops many exports: said once above the list, and all it blocks retried in one press."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from erp_integrations import export
from erp_integrations.actions import shared_causes
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ExportJob, JobState, Outcome
from invoicing.models import OwnerInvoice
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


def stopped(accounting, error, count, **params):
    """So many exports, refused for this."""
    invoices = [accounting.accepted_invoice() for _ in range(count)]
    accounting.export()
    for _ in invoices:
        finish(claim_next(accounting.connection.pk), Answer(Outcome.REFUSED, code=error, params=params))
    return invoices


def failed_list(client, accounting):
    return client.get(reverse("erp_integrations:owner_invoices", args=[accounting.company.slug]), {"status": "failed"})


def press(client, accounting, key):
    return client.post(reverse("erp_integrations:retry_cause", args=[accounting.company.slug]), {"cause": key})


def keys(page):
    return re.findall(r'name="cause" value="(\w+)"', page.text)


def text_of(page):
    return re.sub(r"\s+", " ", unescape(strip_tags(page.text)))


def test_a_cause_is_said_once_with_how_many_it_stops_the_widest_first(approver, accounting):
    stopped(accounting, "PERIOD_CLOSED", 3, period="Oct 2026")
    stopped(accounting, "CUSTOMER_CLOSED", 2, code="C-1001")
    stopped(accounting, "PERIOD_CLOSED", 1, period="Sep 2026")
    stopped(accounting, "DUPLICATE_NUMBER", 2)

    page = failed_list(approver, accounting)

    told = "Demo ERP has no open accounting period for Oct 2026. It stops 3 invoices. Ask your controller to open it"
    assert told in text_of(page)
    assert "Customer C-1001 is closed in Demo ERP. It stops 2 invoices." in text_of(page)
    assert len(keys(page)) == 2
    assert [cause.count for cause in shared_causes(accounting.company)] == [3, 2]


def test_all_it_blocks_is_retried_and_nothing_else(approver, accounting):
    blocked = stopped(accounting, "PERIOD_CLOSED", 3, period="Oct 2026")
    stopped(accounting, "PERIOD_CLOSED", 2, period="Sep 2026")

    answer = press(approver, accounting, keys(failed_list(approver, accounting))[0])

    queued = ExportJob.objects.filter(state=JobState.QUEUED).values_list("invoice", flat=True)
    assert set(queued) == {invoice.pk for invoice in blocked}
    assert "Retried 3 of 3 invoices." in text_of(approver.get(answer.url))


def test_each_that_cannot_be_retried_says_why(approver, accounting):
    blocked = stopped(accounting, "PERIOD_CLOSED", 3, period="Oct 2026")
    accounting.connection.mappings.all().delete()

    answer = press(approver, accounting, keys(failed_list(approver, accounting))[0])

    text = text_of(approver.get(answer.url))
    assert "Retried 0 of 3 invoices." in text
    assert all(f"{invoice.display_number} is not ready for the ERP." in text for invoice in blocked)


def test_a_second_press_says_that_nothing_is_stopped_any_more(approver, accounting):
    stopped(accounting, "PERIOD_CLOSED", 2, period="Oct 2026")
    (key,) = keys(failed_list(approver, accounting))

    press(approver, accounting, key)
    answer = press(approver, accounting, key)

    assert "Nothing is stopped by that any more." in text_of(approver.get(answer.url))


def test_a_closed_period_opened_again_ends_in_synced(client, db, running_simulators):
    erp = running_simulators("lookup")
    accounting = connected_company(erp.url, personality="lookup")
    client.force_login(accounting.approver)
    erp.misbehave("refuse", times=2)
    invoices = [accounting.accepted_invoice() for _ in range(2)]
    accounting.export()
    for _ in invoices:
        export.export_next(accounting.connection.pk)

    press(client, accounting, keys(failed_list(client, accounting))[0])
    for _ in invoices:
        export.export_next(accounting.connection.pk)

    assert set(OwnerInvoice.objects.values_list("erp_status", flat=True)) == {"synced"}


def test_what_the_erp_said_is_escaped_and_readers_get_no_button(client, accounting):
    stopped(accounting, "CUSTOMER_CLOSED", 2, code="<script>alert(1)</script>")
    client.force_login(MembershipFactory(company=accounting.company, accounting_reader=True).user)

    page = failed_list(client, accounting)

    assert "<script>alert" not in page.text
    assert "It stops 2 invoices." in text_of(page)
    assert keys(page) == []
