"""Every figure from what to what: kept with the save, shown by line and column, compared since the last rejection."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from invoicing import actions
from invoicing.actions import InvoiceDetails, LineEntry
from invoicing.figure_history import changed_cells, since_rejection
from invoicing.models import FigureChange
from tests.factories import (
    ChangeOrderFactory,
    ContractLineFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.invoicing.pages import page_of, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def project(once):
    return ProjectFactory()


def invoice_of(project, **traits):
    return OwnerInvoiceFactory(contract=PrimeContractFactory(project=project, lines=["1000.00", "500.00"]), **traits)


def bill(invoice, amount, line=0, **details):
    row = invoice.lines.all()[line]
    entry = LineEntry(work_this_period=Decimal(amount))
    options = {"details": InvoiceDetails(**details)} if details else {}
    return actions.save_lines(invoice.pk, {row.pk: entry}, actor=invoice.created_by, **options)


def told(cells):
    return [(cell.line, cell.column, cell.before, cell.after) for cell in cells]


def test_a_save_keeps_the_cells_that_it_changed_and_who_did(project):
    invoice = bill(invoice_of(project, work=None), "100.00", number="X-1")

    cells, has_more = changed_cells(invoice)

    line = str(invoice.lines.all()[0].contract_line)
    assert told(cells) == [
        ("", "number", f"{invoice.contract.number}-1", "X-1"),
        (line, "work_this_period", "0.00", "100.00"),
        (line, "retainage_withheld", "0.00", "10.00"),
    ]
    assert {cell.actor for cell in cells} == {invoice.created_by}
    assert (has_more, FigureChange.objects.get(invoice=invoice).version) == (False, invoice.version)


def test_the_same_again_keeps_nothing(project):
    invoice = bill(invoice_of(project, work=None), "100.00")
    bill(invoice, "100.00")

    assert FigureChange.objects.filter(invoice=invoice).count() == 1


def test_what_follows_an_earlier_application_is_kept_too(project):
    first = invoice_of(project, work=None)
    second = OwnerInvoiceFactory(contract=first.contract, work=None)

    bill(first, "100.00")

    assert ("work_previous", "0.00", "100.00") in [cell[1:] for cell in told(changed_cells(second)[0])]


def test_lines_that_come_with_a_change_order_are_told(project):
    invoice = invoice_of(project, work=None)
    order = ChangeOrderFactory(contract=invoice.contract)
    ContractLineFactory(contract=invoice.contract, change_order=order, item="CO1", scheduled_value=Decimal("7.00"))

    actions.add_change_orders(invoice.pk, [order.pk], actor=invoice.created_by)

    assert told(changed_cells(invoice)[0]) == [("CO1 Concrete", "scheduled_value", None, "7.00")]


def test_nobody_can_change_what_was_kept(project):
    bill(invoice_of(project, work=None), "100.00")

    for statement in ("UPDATE invoicing_figurechange SET version = 1", "DELETE FROM invoicing_figurechange"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_since_the_rejection_what_was_changed_back_is_not_told(project):
    invoice = invoice_of(project, rejected=True)
    stood = invoice.lines.all()[1].work_this_period
    assert since_rejection(invoice)[1] == []

    bill(invoice, "123.00")
    bill(invoice, "77.00", line=1)
    bill(invoice, "150.00")
    bill(invoice, str(stood), line=1)

    rejection, cells = since_rejection(invoice)
    assert rejection.note
    assert [(cell.column, cell.after) for cell in cells] == [
        ("work_this_period", "150.00"),
        ("retainage_withheld", "15.00"),
    ]
    assert since_rejection(invoice_of(project)) is None


def test_a_deleted_draft_that_comes_back_has_its_history(project):
    invoice = bill(invoice_of(project, work=None), "100.00")
    actions.delete_invoice(invoice.pk, actor=invoice.created_by)
    restored = actions.restore_invoice(invoice.pk, actor=invoice.created_by)

    assert len(changed_cells(restored)[0]) == 2


def test_the_page_narrows_to_a_line_and_a_column_and_pages(project):
    priya = signed_in(project.company, project_reader=True)
    invoice = invoice_of(project, rejected=True)
    for amount in ("1.00", "2.00"):
        bill(invoice, amount)
    line = invoice.lines.all()[0].contract_line_id
    here = page_of(invoice, "figure_history")

    everything = words(priya.get(here))
    narrowed = words(priya.get(here, {"line": line, "column": "work_this_period"}))
    odd = [priya.get(here, query).status_code for query in ({"line": "x", "page": "0"}, {"page": "99999999999"})]

    assert "What changed since the rejection" in everything
    assert "1.00 2.00" in narrowed
    assert "Retainage withheld 0" not in narrowed
    assert odd == [200, 200]


def test_many_lines_cost_as_many_queries_as_few(project):
    counts = []
    for lines in (2, 400):
        contract = PrimeContractFactory(project=project, lines=lines)
        invoice = OwnerInvoiceFactory(contract=contract, work=None)
        entries = {row.pk: LineEntry(work_this_period=Decimal("1.00")) for row in invoice.lines.all()}
        with CaptureQueriesContext(connection) as captured:
            actions.save_lines(invoice.pk, entries, actor=invoice.created_by)
        counts.append(len(captured))

    assert counts[0] == counts[1]
