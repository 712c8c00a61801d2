"""The review page of one invoice: its figures, its checks, its history, and the way to its neighbours."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erp_integrations import actions
from invoicing.models import ContractLine
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory, OwnerInvoiceFactory, PrimeContractFactory


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


def review_of(invoice):
    return reverse("erp_integrations:invoice", args=[invoice.company.slug, invoice.pk])


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_the_nine_lines_stand_in_their_order(approver, accounting):
    invoice = accounting.sent_invoice()

    page = approver.get(review_of(invoice))

    summary = re.search(r"The nine summary lines.*?</table>", page.text, re.DOTALL)[0]
    figures = re.findall(r"-?[\d,]+\.\d\d", re.sub(r"<[^>]+>", " ", summary))
    assert figures == [
        "100,000.00",
        "0.00",
        "100,000.00",
        "10,000.00",
        "1,000.00",
        "0.00",
        "1,000.00",
        "9,000.00",
        "0.00",
        "9,000.00",
        "91,000.00",
    ]


def test_every_check_has_its_word(approver, accounting):
    page = words(approver.get(review_of(accounting.sent_invoice())))

    assert "6 of 6 tie out" in page
    assert "Ready for the ERP" in page


def test_the_history_tells_who_did_what(approver, accounting):
    invoice = accounting.sent_invoice()
    actions.accept_invoice(invoice.pk, actor=accounting.approver)

    page = words(approver.get(review_of(invoice)))

    for said in ("Priya Nair submitted", "Priya Nair approved", "Priya Nair sent", "Ana Whitfield accepted"):
        assert said in page


def test_what_people_wrote_is_escaped(approver, accounting):
    contract = accounting.contract()
    ContractLine.objects.filter(contract=contract).update(description="<script>alert(1)</script>")
    invoice = accounting.sent_invoice(contract)
    actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="<img src=x onerror=alert(1)>")
    again = accounting.sent_invoice()

    rejected = approver.get(
        reverse("erp_integrations:owner_invoices", args=[accounting.company.slug]), {"status": "rejected"}
    )
    page = approver.get(review_of(again))

    assert "<img src=x" not in rejected.text
    assert "&lt;img src=x" in rejected.text
    assert "<script>alert" not in page.text


def test_previous_and_next_follow_the_list(approver, accounting):
    first, second, third = (accounting.sent_invoice() for _ in range(3))

    pages = [approver.get(review_of(invoice)) for invoice in (first, second, third)]

    links = [dict(re.findall(r'rel="(prev|next)" href="([^"?]+)', page.text)) for page in pages]
    assert links == [
        {"next": review_of(second)},
        {"prev": review_of(first), "next": review_of(third)},
        {"prev": review_of(second)},
    ]


def test_the_link_into_the_project_needs_prime_contracts(client, accounting):
    invoice = accounting.sent_invoice()
    people = [
        MembershipFactory(company=accounting.company, approver=True).user,
        MembershipFactory(company=accounting.company, approver=True, project_reader=True).user,
    ]

    shown = []
    for person in people:
        client.force_login(person)
        shown.append(invoice.get_absolute_url() in client.get(review_of(invoice)).text)

    assert shown == [False, True]


def test_readers_see_why_the_buttons_are_grey(client, accounting):
    client.force_login(MembershipFactory(company=accounting.company, accounting_reader=True).user)

    page = client.get(review_of(accounting.sent_invoice()))

    assert page.status_code == 200
    assert "Accepting needs Standard on ERP Integrations." in page.text


@pytest.mark.parametrize("state", ["draft", "approved", "recalled", "rejected"])
def test_what_is_with_the_project_is_not_shown(approver, accounting, state):
    invoice = OwnerInvoiceFactory(contract=accounting.contract(), **{state: True})

    assert approver.get(review_of(invoice)).status_code == 404


@pytest.mark.parametrize("state", ["sent", "accepted", "exporting", "failed", "synced"])
def test_every_state_has_a_page(approver, accounting, state):
    invoice = OwnerInvoiceFactory(contract=accounting.contract(), **{state: True})

    assert approver.get(review_of(invoice)).status_code == 200


def test_lines_come_by_two_hundred_at_the_same_cost(approver, accounting):
    costs, shown = [], []
    for lines in (1, 200, 201):
        contract = PrimeContractFactory(project=accounting.project, owner=accounting.owner, lines=lines)
        invoice = OwnerInvoiceFactory(contract=contract, sent=True)
        with CaptureQueriesContext(connection) as captured:
            page = approver.get(review_of(invoice))
        costs.append(len(captured))
        shown.append((len(page.context["lines"]), bool(page.context["page"].next_cursor)))

    assert shown == [(1, False), (200, False), (200, True)]
    assert len(set(costs)) == 1, costs
