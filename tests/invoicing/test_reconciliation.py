"""What PostgreSQL adds up and picks out agrees with the arithmetic in Python, line by line."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.exceptions import FiguresRefused
from invoicing.figures import figures_of, stored_summary
from invoicing.models import OwnerInvoice, PrimeContract
from invoicing.reconciliation import tie_outs
from invoicing.tie_out import Certificate, ContractFigures, ScheduledLine, tie_out
from tests.factories import (
    ChangeOrderFactory,
    ContractLineFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
)
from tests.real.databases import as_owner

pytestmark = pytest.mark.django_db


def tied(invoice):
    return tie_outs([invoice])[invoice.pk]


def in_python(invoice):
    """The same checks without SQL: every line of the application and of the one before, through the pure function."""
    contract = invoice.contract
    before = OwnerInvoice.objects.standing().filter(contract=contract, position=invoice.position - 1).first()
    return tie_out(
        stored_summary(invoice),
        [
            ScheduledLine(row.contract_line_id, row.contract_line.item, figures_of(row))
            for row in invoice.lines.select_related("contract_line")
        ],
        ContractFigures(
            contract.original_sum(),
            contract.change_order_sum(),
            contract.work_retainage_percent,
            contract.materials_retainage_percent,
        ),
        before
        and Certificate(
            before.earned_less_retainage, {row.contract_line_id: figures_of(row) for row in before.lines.all()}
        ),
        invoice.retainage_note,
    )


def tamper(statement, *values):
    """Change rows behind the product's back, as the database's owner with its triggers off."""
    with as_owner() as connection:
        connection.execute("ALTER TABLE invoicing_ownerinvoiceline DISABLE TRIGGER USER")
        connection.execute(statement, values)
        connection.execute("ALTER TABLE invoicing_ownerinvoiceline ENABLE TRIGGER USER")


def failing(invoice):
    return [(check.number, check.sentence) for check in tied(invoice).warnings]


def test_what_the_product_makes_ties_out():
    first = OwnerInvoiceFactory(work=Decimal("333.33"))
    second = OwnerInvoiceFactory(contract=first.contract, sent=True)

    assert (tied(first).summary, tied(second).summary) == ("5 of 5 tie out", "5 of 5 tie out")


def test_a_line_billed_beyond_its_value_is_named():
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00", "500.00"], work=Decimal("520.00"))

    [check] = tied(invoice).warnings

    assert (check.number, check.sentence) == (5, "Line 02 billed to 104%")
    assert check.remedy == "Lower column E by 20.00 or add a change order."


def test_a_deductive_line_is_judged_by_its_sign():
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00", "-200.00"], work=Decimal("-100.00"))

    assert failing(invoice) == [(5, "Line 01 billed −$100.00 against a value of $1,000.00")]


def test_a_predecessor_that_was_corrected_after_approval_shows_by_how_much():
    first = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"))
    second = OwnerInvoiceFactory(contract=first.contract, work=Decimal("100.00"), approved=True)
    actions.save_lines(
        first.pk, {first.lines.get().pk: LineEntry(work_this_period=Decimal("400.00"))}, actor=first.created_by
    )

    [check] = tied(second).warnings

    assert (check.number, check.sentence, check.difference) == (3, "Line 7 off by $90.00", Decimal("90.00"))
    assert check.remedy == "Carry forward $360.00."


def test_another_retainage_than_the_contract_s_needs_a_note():
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"))
    rows = {invoice.lines.get().pk: LineEntry(retainage_percent=Decimal("5"))}
    reduced = actions.save_lines(invoice.pk, rows, actor=invoice.created_by)

    assert failing(reduced) == [(4, "Line 01 retainage off by $25.00")]

    noted = actions.InvoiceDetails(retainage_note="Half complete: 5 % from here on.")
    actions.save_lines(invoice.pk, {}, actor=invoice.created_by, details=noted)
    assert failing(reduced) == []


def test_a_change_order_approved_in_the_period_must_be_carried():
    contract = PrimeContractFactory(lines=["1000.00"])
    invoice = OwnerInvoiceFactory(contract=contract, approved=True)
    for approved_on, item, value in ((date(2026, 1, 20), "CO1", "50.00"), (date(2026, 2, 20), "CO2", "70.00")):
        change = ChangeOrderFactory(contract=contract, approved_on=approved_on)
        ContractLineFactory(contract=contract, change_order=change, item=item, scheduled_value=Decimal(value))

    assert failing(invoice) == [(2, "Line 2 off by $50.00")]


@pytest.mark.django_db(transaction=True)
def test_figures_changed_outside_the_editor_are_seen():
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"), sent=True)
    tamper("UPDATE invoicing_ownerinvoiceline SET work_this_period = 499.99 WHERE invoice_id = %s", invoice.pk)

    assert failing(invoice) == [(1, "Line 4 off by $0.01")]


def test_two_queries_however_many(django_assert_num_queries):
    invoices = [OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("1040.00")) for _ in range(3)]

    with django_assert_num_queries(2):
        few = tie_outs(invoices[:1])
    with django_assert_num_queries(2):
        all_of_them = tie_outs(invoices)

    assert [len(few), len(all_of_them)] == [1, 3]
    assert tie_outs([]) == {}


def test_another_currency_is_named():
    invoice = OwnerInvoiceFactory(
        contract__lines=["1000.00"], work=Decimal("10.00"), contract__project__company__currency="CHF"
    )
    change = ChangeOrderFactory(contract=invoice.contract)
    ContractLineFactory(contract=invoice.contract, change_order=change, scheduled_value=Decimal("50.00"))

    assert failing(invoice) == [(2, "Line 2 off by 50.00 CHF")]


cents = st.integers(-100_000, 100_000).map(lambda n: Decimal(n) / 100)
entries = st.builds(
    LineEntry,
    work_this_period=cents,
    materials_stored=cents,
    retainage_percent=st.sampled_from([None, Decimal("5"), Decimal("7.125")]),
    retainage_released=st.sampled_from([None, Decimal("0.01"), Decimal("12.34")]),
)
applications = st.lists(st.lists(entries, min_size=3, max_size=3), min_size=1, max_size=3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(cents, min_size=3, max_size=3), months=applications)
def test_sql_agrees_with_python(values, months):
    contract = PrimeContractFactory(lines=values)

    for month in months:
        invoice = OwnerInvoiceFactory(contract=contract, work=None)
        for row, entry in zip(invoice.lines.all(), month, strict=True):
            enter_if_sound(invoice, row, entry)
    PrimeContract.objects.filter(pk=contract.pk).update(work_retainage_percent=Decimal("7.5"))

    stored = OwnerInvoice.objects.filter(contract=contract).select_related("contract").order_by("position")
    by_sql = tie_outs(stored)
    assert [by_sql[invoice.pk] for invoice in stored] == [in_python(invoice) for invoice in stored]


def enter_if_sound(invoice, row, entry):
    with suppress(FiguresRefused):
        actions.save_lines(invoice.pk, {row.pk: entry}, actor=invoice.created_by)
