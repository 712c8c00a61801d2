"""Change orders under several hands at once: added once, decided once, and never void while they are billed."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import ChangeOrderDetails, ScheduleEntry
from invoicing.figures import stored_summary, summary_of
from invoicing.models import BillingPeriod, InvoiceEvent, OwnerInvoice, OwnerInvoiceLine
from invoicing.reconciliation import tie_outs
from tests.factories import BillingPeriodFactory, OwnerInvoiceFactory, PrimeContractFactory, ProjectFactory
from tests.faults.test_billing_races import at_once, kinds

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


@pytest.fixture
def contract(transactional_db):
    return PrimeContractFactory(lines=["1000.00"])


def approved(contract, number):
    by, details = contract.created_by, ChangeOrderDetails(number, "Lobby lighting")
    order = actions.create_change_order(contract.pk, details, actor=by)
    lines = [ScheduleEntry(f"{number}.{n}", "Lights", Decimal(value)) for n, value in enumerate(("500", "-50"), 1)]
    actions.save_change_order(order.pk, details, lines, actor=by)
    return actions.move_change_order(order.pk, "approve", actor=by)


def adding(invoice, *orders, **options):
    wanted = [order.pk for order in orders]
    return lambda: actions.add_change_orders(invoice.pk, wanted, actor=invoice.created_by, **options)


def assert_whole(invoice):
    stands = OwnerInvoice.objects.get(pk=invoice.pk)
    assert tie_outs([stands])[stands.pk].summary == "5 of 5 tie out"
    assert stored_summary(stands) == summary_of(list(stands.lines.select_related("contract_line")))


def test_several_who_press_add_at_once_add_once(contract):
    invoice = OwnerInvoiceFactory(contract=contract)
    one, two = approved(contract, "CO-01"), approved(contract, "CO-02")
    seen = {"version": invoice.version}

    results = at_once(*[adding(invoice, one, two, **seen)] * 3, adding(invoice, two, one, **seen))

    assert kinds(results) == [OwnerInvoice.__name__] * 4
    assert OwnerInvoiceLine.objects.filter(invoice=invoice, contract_line__change_order__isnull=False).count() == 4
    assert InvoiceEvent.objects.filter(invoice=invoice, note="Added CO-01, CO-02.").count() == 1
    assert_whole(invoice)


def test_adding_meets_a_void(contract):
    """Whoever comes second is told: a billed order stays approved, a void one is on no application."""
    invoice = OwnerInvoiceFactory(contract=contract)
    for n in range(ROUNDS):
        order = approved(contract, f"CO-{n}")

        at_once(
            adding(invoice, order),
            lambda order=order: actions.move_change_order(order.pk, "void", actor=contract.created_by),
        )

        order.refresh_from_db()
        carried = OwnerInvoiceLine.objects.filter(invoice=invoice, contract_line__change_order=order).count()
        assert (order.status, carried) in {("approved", 2), ("void", 0)}
    assert_whole(invoice)


def test_adding_meets_the_next_application(contract):
    """On the older one or on the newer one, but on the newer one in any case, and once."""
    first = OwnerInvoiceFactory(contract=contract)
    for n in range(ROUNDS):
        order = approved(contract, f"CO-{n}")
        period = BillingPeriodFactory(project=contract.project)

        _, second = at_once(
            adding(first, order),
            lambda period=period: actions.create_invoice(contract.pk, period.pk, actor=contract.created_by),
        )

        rows = OwnerInvoiceLine.objects.filter(invoice=second, contract_line__change_order=order)
        assert rows.count() == 2
        assert_whole(first)
        assert_whole(second)
        actions.delete_invoice(second.pk, actor=contract.created_by)


def test_a_rule_that_several_keep_at_once_opens_each_month_once(transactional_db):
    project = ProjectFactory()
    rule = actions.PeriodRule(automatic=True, last_day=31, due_days=25)
    BillingPeriodFactory(project=project, start=date(2026, 1, 1), end=date(2026, 1, 31), status="open")

    at_once(
        *[lambda: actions.set_period_rule(project.pk, rule, actor=None, today=date(2026, 3, 5))] * 3,
        lambda: actions.open_due_periods(project.pk, today=date(2026, 3, 5)),
    )

    found = BillingPeriod.objects.filter(project=project).order_by("start").values_list("end", "status")
    assert list(found) == [
        (date(2026, 1, 31), "closed"),
        (date(2026, 2, 28), "closed"),
        (date(2026, 3, 31), "open"),
    ]
