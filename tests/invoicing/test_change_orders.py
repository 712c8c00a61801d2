"""Change orders: written and decided, added to the open application once, and held while they are billed."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import ChangeOrderDetails, ScheduleEntry
from invoicing.exceptions import (
    ChangeOrderChanged,
    ChangeOrderLocked,
    FieldRefused,
    InvoiceLocked,
    NotTheLatest,
    ScheduleRefused,
    StaleVersion,
)
from invoicing.figures import with_sums
from invoicing.models import ChangeOrder, OwnerInvoice, PrimeContract
from invoicing.reconciliation import tie_outs
from tests.factories import (
    BillingPeriodFactory,
    ChangeOrderFactory,
    ContractLineFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.invoicing.pages import address, error_at, page_of, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def project(once):
    return ProjectFactory()


@pytest.fixture(scope="module")
def priya(project):
    return signed_in(project.company, project_staff=True)


@pytest.fixture
def contract(project):
    return PrimeContractFactory(project=project, lines=["10000.00"])


def order_of(contract, *values, number="CO-01", status="approve"):
    """A change order with a line for each value, moved to where a test needs it."""
    by, details = contract.created_by, ChangeOrderDetails(number, "Lobby lighting")
    order = actions.create_change_order(contract.pk, details, actor=by)
    lines = [ScheduleEntry(f"{number}.{n}", "Lights", Decimal(value)) for n, value in enumerate(values, start=1)]
    order = actions.save_change_order(order.pk, details, lines, actor=by)
    return actions.move_change_order(order.pk, status, actor=by) if status else order


def billed(invoice):
    return [(row.contract_line.item, row.scheduled_value) for row in invoice.lines.select_related("contract_line")]


def add(invoice, *orders, **options):
    return actions.add_change_orders(invoice.pk, [order.pk for order in orders], actor=invoice.created_by, **options)


def test_approved_ones_join_the_open_application_once_with_nothing_billed(contract):
    invoice = OwnerInvoiceFactory(contract=contract)
    more, less = order_of(contract, "500.00", "250.00"), order_of(contract, "-100.00", number="CO-02")

    added = add(invoice, more, less)
    again = add(invoice, more, less)

    assert billed(invoice) == [
        ("01", Decimal("10000.00")),
        ("CO-01.1", Decimal("500.00")),
        ("CO-01.2", Decimal("250.00")),
        ("CO-02.1", Decimal("-100.00")),
    ]
    assert (added.original_sum, added.change_order_sum) == (Decimal("10000.00"), Decimal("650.00"))
    assert (added.completed_and_stored, again.version) == (invoice.completed_and_stored, added.version)
    assert all(check.passed for check in tie_outs([again])[again.pk].checks)


def test_the_next_application_carries_them_whoever_added_them(contract):
    first = OwnerInvoiceFactory(contract=contract, approved=True)
    order = order_of(contract, "0.00", "800.00")
    period = BillingPeriodFactory(project=contract.project)

    second = actions.create_invoice(contract.pk, period.pk, actor=contract.created_by)

    assert (len(billed(first)), len(billed(second))) == (1, 3)
    assert (add(second, order).version, second.change_order_sum) == (second.version, Decimal("800.00"))


def test_only_the_latest_open_application_takes_them(contract):
    first = OwnerInvoiceFactory(contract=contract)
    second = OwnerInvoiceFactory(contract=contract)
    order = order_of(contract, "500.00")

    with pytest.raises(NotTheLatest, match="comes after it"):
        add(first, order)
    with pytest.raises(StaleVersion):
        add(second, order, version=second.version - 1)
    actions.void_invoice(second.pk, actor=contract.created_by, reason="Twice")
    with pytest.raises(InvoiceLocked):
        add(second, order)
    assert len(billed(add(first, order))) == 2


def test_drafts_and_orders_of_another_contract_are_not_added(contract):
    invoice = OwnerInvoiceFactory(contract=contract)
    foreign = order_of(PrimeContractFactory(project=contract.project, lines=1), "500.00")

    same = add(invoice, order_of(contract, "500.00", status=""), foreign)

    assert (same.version, len(billed(same))) == (invoice.version, 1)


def test_while_it_is_billed_an_order_stays_and_a_deleted_draft_gives_it_back(contract):
    invoice = OwnerInvoiceFactory(contract=contract)
    order = order_of(contract, "500.00")
    by = contract.created_by
    invoice = add(invoice, order)

    for move in ("void", "reopen"):
        with pytest.raises(ChangeOrderLocked, match="A new change order can take its amount back"):
            actions.move_change_order(order.pk, move, actor=by)
    deleted = actions.delete_invoice(invoice.pk, actor=by)
    voided = actions.move_change_order(order.pk, "void", actor=by)
    restored = actions.restore_invoice(deleted.pk, actor=by)

    assert (voided.status, voided.approved_on) == ("void", None)
    assert billed(restored) == [("01", Decimal("10000.00"))]
    assert restored.contract_sum_to_date == Decimal("10000.00")
    assert all(check.passed for check in tie_outs([restored])[restored.pk].checks)


def test_an_order_put_back_to_draft_can_lose_a_line_that_a_deleted_draft_had(contract):
    invoice = OwnerInvoiceFactory(contract=contract)
    order = order_of(contract, "500.00", "50.00")
    by = contract.created_by
    actions.delete_invoice(add(invoice, order).pk, actor=by)
    order = actions.move_change_order(order.pk, "reopen", actor=by)
    line = order.lines.last()
    gone = ScheduleEntry(line.item, line.description, line.scheduled_value, line_id=line.pk, removed=True)

    actions.save_change_order(order.pk, ChangeOrderDetails("CO-01", "Lobby lighting"), [gone], actor=by)

    assert [line.scheduled_value for line in order.lines.all()] == [Decimal("500.00")]


def test_moves_go_from_where_they_may_and_only_with_lines(contract):
    by = contract.created_by
    empty = actions.create_change_order(contract.pk, ChangeOrderDetails("CO-09", "Empty"), actor=by)
    rejected = actions.move_change_order(order_of(contract, "5.00", status="submit").pk, "reject", actor=by)

    with pytest.raises(ChangeOrderLocked, match="It has no lines yet"):
        actions.move_change_order(empty.pk, "approve", actor=by)
    with pytest.raises(ChangeOrderLocked, match="CO-01 is Rejected"):
        actions.move_change_order(rejected.pk, "approve", actor=by)
    with pytest.raises(ChangeOrderChanged):
        actions.move_change_order(rejected.pk, "reopen", actor=by, version=1)
    assert actions.move_change_order(rejected.pk, "reject", actor=by).version == rejected.version
    assert actions.move_change_order(rejected.pk, "reopen", actor=by).status == "draft"


def test_what_is_wrong_with_an_order_is_told_at_its_field(contract):
    by, order = contract.created_by, order_of(contract, "5.00", status="")
    details = ChangeOrderDetails("CO-01", "Lobby lighting")

    with pytest.raises(FieldRefused, match="The number co-01 is taken"):
        actions.create_change_order(contract.pk, replace(details, number="co-01"), actor=by)
    with pytest.raises(ScheduleRefused) as refused:
        actions.save_change_order(order.pk, details, [ScheduleEntry("01", "x", Decimal(1))], actor=by)
    with pytest.raises(ChangeOrderChanged):
        actions.save_change_order(order.pk, replace(details, title="New"), [], actor=by, version=1)
    approved = actions.move_change_order(order.pk, "approve", actor=by)
    with pytest.raises(ChangeOrderLocked, match="It is Approved"):
        actions.save_change_order(approved.pk, replace(details, title="New"), [], actor=by)

    assert refused.value.problems == {0: {"item": "Item 01 stands twice in the schedule."}}


def test_from_a_form_to_the_application(priya, contract):
    invoice = OwnerInvoiceFactory(contract=contract)
    empty = priya.post(address("change_order_new", contract.project, contract_id=contract.pk), {"number": "CO-01"})
    made = priya.post(
        address("change_order_new", contract.project, contract_id=contract.pk),
        {"number": "CO-01", "title": "Lobby", "schedule_days": "-3", "dated": "2026-10-05"},
    )
    order = ChangeOrder.objects.get(contract=contract)
    form = {"number": "CO-01", "title": "Lobby", "version": order.version}
    cells = {"item-new-0": "CO-01", "description-new-0": "Lights", "scheduled_value-new-0": "1,250.5x"}
    wrong = priya.post(made.url, form | cells)
    saved = priya.post(made.url, form | cells | {"scheduled_value-new-0": "1,250.50"})
    move = address("change_order_move", contract.project, contract_id=contract.pk, order_id=order.pk, move="approve")
    approved = priya.post(move, follow=True)
    offered = priya.get(page_of(invoice))
    general = priya.get(address("contract", contract.project, contract_id=contract.pk))
    orders = priya.get(address("change_orders", contract.project, contract_id=contract.pk))
    review = priya.get(page_of(invoice, "review_and_add"))
    added = priya.post(page_of(invoice, "review_and_add"), {"order": [order.pk, "x"]}, follow=True)
    again = priya.post(page_of(invoice, "review_and_add"), {"order": order.pk}, follow=True)
    none = priya.post(page_of(invoice, "review_and_add"), {"order": "9" * 5_000}, follow=True)
    gone = priya.post(page_of(invoice, "review_and_add"), {"order": order.pk + 1}, follow=True)
    listed = words(priya.get(address("change_orders", contract.project, contract_id=contract.pk)))

    assert (empty.status_code, error_at(empty, "id_title")) == (422, "This field is required.")
    assert (wrong.status_code, saved.status_code) == (422, 302)
    assert "This is not an amount." in error_at(wrong, "id_scheduled_value-new-0")
    assert "CO-01 is Approved." in words(approved)
    told = (
        f"1 approved prime contract change order is not on {invoice.display_number} yet: CO-01 1,250.50. Review & Add"
    )
    assert [told in words(page) for page in (offered, general, orders)] == [True] * 3
    assert "With all of them 11,250.50" in words(review)
    assert "The change orders were added to" in words(added)
    assert "Nothing was added: no change order was ticked." in words(none)
    assert "Nothing was added: what was ticked is not approved any more." in words(gone)
    assert "carries them already. Nothing was added." in words(again)
    assert f"{contract.number} #1 1,250.50 Draft and pending 0.00 Approved, net 1,250.50" in listed
    assert OwnerInvoice.objects.get(pk=invoice.pk).contract_sum_to_date == Decimal("11250.50")
    assert with_sums(PrimeContract.objects.filter(pk=contract.pk)).get().changes == Decimal("1250.50")


def test_what_is_typed_into_an_order_approved_meanwhile_stands_beside_what_was_approved(priya, contract):
    order = ChangeOrderFactory(contract=contract, number="CO-01", title="Lobby")
    ContractLineFactory(contract=contract, change_order=order, item="CO-01", scheduled_value=Decimal("1250.50"))
    cells = {"item-new-0": "CO-02", "description-new-0": "Lights", "scheduled_value-new-0": "5"}
    form = {"number": "CO-01", "title": "Lobby", "version": order.version}

    late = priya.post(
        address("change_order", contract.project, contract_id=contract.pk, order_id=order.pk), form | cells
    )

    assert late.status_code == 409
    assert re.search(r"You had typed: .*; CO-02 Lights 5\.", words(late))
    assert "Change of the contract sum 1,250.50" in words(late)
