"""Change orders and the monthly rule in a real browser: written, decided, added by two presses."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from invoicing.models import OwnerInvoice
from tests.factories import (
    BillingPeriodFactory,
    ChangeOrderFactory,
    ContractLineFactory,
    MembershipFactory,
    OwnerInvoiceFactory,
)
from tests.invoicing.pages import address, page_of
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def invoice(transactional_db):
    invoice = OwnerInvoiceFactory()
    for number, value in (("CO-01", "1250.50"), ("CO-02", "-300.00")):
        order = ChangeOrderFactory(contract=invoice.contract, number=number, title="Lobby lighting")
        ContractLineFactory(contract=invoice.contract, change_order=order, item=number, scheduled_value=Decimal(value))
    BillingPeriodFactory(project=invoice.contract.project, start=date(2031, 1, 1), end=date(2031, 1, 31))
    return invoice


@pytest.fixture
def priya(page, web, invoice):
    person = MembershipFactory(company=invoice.company, project_staff=True).user
    return sign_in(page, person)


def test_written_decided_and_added_with_a_press_too_many(priya, invoice):
    contract = invoice.contract
    priya.goto(address("change_order_new", contract.project, contract_id=contract.pk))
    priya.get_by_label("Title").fill("More doors")
    priya.get_by_role("button", name="Create").click()
    for column, text in (("Item", "CO-03"), ("Description", "Doors"), ("Scheduled value", "49.50")):
        priya.get_by_label(f"{column}, new line 1", exact=True).fill(text)
    priya.get_by_role("button", name="Save", exact=True).click()
    priya.get_by_text("was saved.").wait_for()
    priya.get_by_role("button", name="Approve", exact=True).click()
    priya.get_by_text("on no invoice yet").wait_for()

    priya.goto(page_of(invoice))
    priya.get_by_role("link", name="Review & Add").click()
    priya.get_by_role("button", name="Add to invoice").dblclick()
    priya.get_by_role("heading", name="Continuation sheet").wait_for()
    expect(priya.get_by_text("CO-03").first).to_be_visible()

    stands = OwnerInvoice.objects.get(pk=invoice.pk)
    assert stands.change_order_sum == Decimal("1000.00")
    assert stands.lines.filter(contract_line__change_order__isnull=False).count() == 3


def test_every_page_can_be_used_by_everyone(priya, invoice):
    contract, project = invoice.contract, invoice.contract.project
    draft = ChangeOrderFactory(contract=contract, number="CO-09", status="draft", approved_on=None)
    ContractLineFactory(contract=contract, change_order=draft, item="CO-09", scheduled_value=Decimal("7.00"))
    approved = contract.change_orders.first()
    pages = [
        address("contract", project, contract_id=contract.pk),
        address("change_orders", project, contract_id=contract.pk),
        address("change_order_new", project, contract_id=contract.pk),
        *(address("change_order", project, contract_id=contract.pk, order_id=order.pk) for order in (draft, approved)),
        page_of(invoice),
        page_of(invoice, "review_and_add"),
        address("periods", project),
        address("period_rule", project),
    ]

    faults = []
    for path in pages:
        priya.goto(path)
        faults += accessibility_faults(priya)

    assert faults == []
