"""The lists page by page: keyset walks, searches, capped counts, and as many queries for one row as for thousands."""

import re
from copy import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erp_integrations import actions
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import REJECT, ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.crowds import crowd
from tests.factories import MembershipFactory, OwnerInvoiceFactory

FILTERS = ["ready", "exporting", "needs-check", "failed", "synced", "rejected"]


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


@pytest.fixture
def owner_invoices(accounting):
    return reverse("erp_integrations:owner_invoices", args=[accounting.company.slug])


def listed(page):
    return [int(each) for each in re.findall(r'<tr[^>]* id="inv-(\d+)"', page.text)]


def beside(page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    return found and found[1].replace("&amp;", "&")


def walk(client, url, rel):
    """Every page from here to the end, as lists of ids."""
    pages = [client.get(url)]
    while link := beside(pages[-1], rel):
        pages.append(client.get(f"{url.partition('?')[0]}{link}"))
    return pages


@pytest.mark.parametrize("count", [49, 50, 119])
def test_a_walk_forward_meets_every_invoice_once_oldest_first(approver, accounting, owner_invoices, count):
    crowd(accounting.sent_invoice(), count)

    pages = walk(approver, f"{owner_invoices}?status=ready", "next")

    met = [pk for page in pages for pk in listed(page)]
    expected = OwnerInvoice.objects.sent().order_by("sent_at", "pk").values_list("pk", flat=True)
    assert met == list(expected)
    assert [len(listed(page)) for page in pages[:-1]] == [50] * (len(pages) - 1)


def test_a_walk_back_meets_the_same_pages(approver, accounting, owner_invoices):
    crowd(accounting.sent_invoice(), 119)
    forward = walk(approver, f"{owner_invoices}?status=ready", "next")

    back = [forward[-1]]
    while link := beside(back[-1], "prev"):
        back.append(approver.get(f"{owner_invoices}{link}"))

    assert [listed(page) for page in reversed(back)] == [listed(page) for page in forward]


def test_a_page_keeps_filter_and_search(approver, accounting, owner_invoices):
    crowd(accounting.sent_invoice(), 60)

    link = beside(approver.get(owner_invoices, {"status": "ready", "q": "PC-001"}), "next")

    assert "status=ready" in link
    assert "q=PC-001" in link


def test_synced_stands_newest_first(approver, accounting, owner_invoices):
    invoices = [OwnerInvoiceFactory(contract=accounting.contract(), synced=True) for _ in range(3)]

    page = approver.get(owner_invoices, {"status": "synced"})

    assert listed(page) == [invoice.pk for invoice in reversed(invoices)]


def test_totals_of_the_whole_filter_stand_under_each_page(approver, accounting, owner_invoices):
    crowd(accounting.sent_invoice(), 119)

    for page in walk(approver, f"{owner_invoices}?status=ready", "next"):
        foot = re.search(r"<tfoot.*?</tfoot>", page.text, re.DOTALL)[0]
        assert "Total, 120 invoices (USD)" in re.sub(r"\s+", " ", foot)
        assert re.findall(r"<b>([\d,.]+)</b>", foot) == ["1,200,000.00", "120,000.00", "1,080,000.00"]


def test_counts_end_at_a_thousand(approver, accounting, owner_invoices):
    crowd(accounting.sent_invoice(), 1_100)

    page = approver.get(owner_invoices, {"status": "failed"})

    assert re.search(r"Ready to Export <span class=\"n\">1,000\+</span>", page.text)


def in_state(accounting, status):
    """One invoice under the filter, as a start of a crowd."""
    if status == "rejected":
        invoice = accounting.sent_invoice()
        return actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="The period is wrong.")
    if status == "needs-check":
        invoice = accounting.sent_invoice()
        OwnerInvoice.objects.filter(pk=invoice.pk).update(erp_status=ErpStatus.NEEDS_CHECK)
        return OwnerInvoice.objects.get(pk=invoice.pk)
    trait = {"ready": "sent"}.get(status, status)
    return OwnerInvoiceFactory(contract=accounting.contract(), **{trait: True})


def queries(client, url, **query):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "status",
    [
        "ready",
        "failed",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("exporting", "needs-check", "synced")),
    ],
)
def test_a_list_costs_the_same_for_1_50_and_5000(approver, accounting, owner_invoices, status):
    first = in_state(accounting, status)
    costs = [queries(approver, owner_invoices, status=status)]
    for more in (49, 4_950):
        crowd(first, more)
        costs.append(queries(approver, owner_invoices, status=status))

    assert costs == costs[:1] * 3, costs
    assert costs[0] <= 27  # 8 of them for the shell and who is asking


def test_rejections_cost_the_same_for_1_50_and_1000(approver, accounting, owner_invoices):
    first = in_state(accounting, "rejected")
    rejection = InvoiceEvent.objects.get(invoice=first, move=REJECT.name)
    costs = [queries(approver, owner_invoices, status="rejected")]
    for more in (49, 950):
        told = OwnerInvoice.objects.latest("pk").pk
        crowd(first, more)
        others = OwnerInvoice.objects.filter(pk__gt=told).only("pk")
        InvoiceEvent.objects.bulk_create([again(rejection, invoice) for invoice in others])
        costs.append(queries(approver, owner_invoices, status="rejected"))

    assert costs == costs[:1] * 3, costs


def again(event, invoice):
    """The same move, of another invoice."""
    event = copy(event)
    event.pk, event.invoice_id = None, invoice.pk
    return event


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nonsense"},
        {"cursor": "nonsense"},
        {"cursor": "eyJ:x:y"},
        {"older": "-1"},
        {"older": "²"},
        {"older": "9999999"},
        {"q": "x" * 5_000},
        {"q": "\0"},
        {"q": "%_\\'\";--<script>alert(1)</script>"},
        {"status": ["ready", "failed"]},
    ],
)
def test_no_query_string_breaks_a_list(approver, accounting, owner_invoices, query):
    accounting.sent_invoice()

    answers = [approver.get(owner_invoices, {"status": status} | query) for status in FILTERS]

    assert {answer.status_code for answer in answers} == {200}
    assert not any("<script>alert" in answer.text for answer in answers)


def test_a_cursor_of_one_list_means_the_first_page_of_another(approver, accounting, owner_invoices):
    crowd(accounting.sent_invoice(), 60)
    cursor = beside(approver.get(owner_invoices), "next").partition("cursor=")[2]

    page = approver.get(f"{owner_invoices}?status=synced&cursor={cursor}")

    assert page.status_code == 200


def test_colleagues_without_a_level_get_the_reason_strangers_nothing(client, accounting, owner_invoices):
    client.force_login(MembershipFactory(company=accounting.company).user)
    colleague = client.get(owner_invoices)
    client.force_login(connected_company("http://127.0.0.1:9").approver)
    stranger = client.get(owner_invoices)

    assert (colleague.status_code, stranger.status_code) == (403, 404)
    assert "You need Read Only on ERP Integrations to see this." in colleague.text
    assert owner_invoices not in stranger.text
