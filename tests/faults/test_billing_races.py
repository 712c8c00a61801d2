"""Two people at one contract at once: one after the other, nothing doubled, nothing lost, nobody deadlocked."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from invoicing import actions, lifecycle
from invoicing.actions import LineEntry, ScheduleEntry
from invoicing.exceptions import ApplicationExists, InvoicingError, StaleVersion
from invoicing.figures import stored_summary, summary_of
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.reconciliation import tie_outs
from invoicing.states import ACCEPT
from tests.factories import BillingPeriodFactory, OwnerInvoiceFactory, PrimeContractFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 10


def at_once(*acts):
    """Do them all at the same moment, each on a connection of its own; what each returned or was refused with."""
    together = threading.Barrier(len(acts))

    def one(act):
        together.wait(10)
        try:
            return act()
        except InvoicingError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_the_next_application_is_made_once():
    contract = PrimeContractFactory(lines=1)
    period = BillingPeriodFactory(project=contract.project)

    def create():
        return actions.create_invoice(contract.pk, period.pk, actor=contract.created_by, position=1)

    results = at_once(create, create, create)

    assert kinds(results) == [ApplicationExists.__name__] * 2 + [OwnerInvoice.__name__]
    assert OwnerInvoice.objects.count() == 1


def test_without_the_promise_each_gets_a_position_of_its_own():
    contract = PrimeContractFactory(lines=1)
    period = BillingPeriodFactory(project=contract.project)

    at_once(*[lambda: actions.create_invoice(contract.pk, period.pk, actor=contract.created_by)] * 4)

    assert list(OwnerInvoice.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_two_saves_of_one_page_write_one():
    invoice = OwnerInvoiceFactory(work=None)
    line = invoice.lines.first()

    def save(amount):
        entry = {line.pk: LineEntry(work_this_period=Decimal(amount))}
        return lambda: actions.save_lines(invoice.pk, entry, actor=invoice.created_by, version=invoice.version)

    results = at_once(save("10.00"), save("20.00"))

    assert kinds(results) == [OwnerInvoice.__name__, StaleVersion.__name__]
    assert InvoiceEvent.objects.filter(invoice=invoice, move="edited").count() == 1


def test_a_chain_that_several_type_into_ties_out_in_the_end():
    """Saves of the first, of the second, of the schedule, approvals and voids, all at once, round after round."""
    contract = PrimeContractFactory(lines=["1000.00", "500.00"])
    first = OwnerInvoiceFactory(contract=contract, work=Decimal("100.00"))
    second = OwnerInvoiceFactory(contract=contract, work=Decimal("50.00"))
    line = contract.lines.first()

    def save(invoice, amount):
        rows = {row.pk: LineEntry(work_this_period=amount) for row in invoice.lines.all()}
        return lambda: actions.save_lines(invoice.pk, rows, actor=invoice.created_by)

    def schedule(value):
        entry = ScheduleEntry(line.item, line.description, value, line_id=line.pk)
        return lambda: actions.save_schedule(contract.pk, [entry], actor=contract.created_by)

    for n in range(1, ROUNDS):
        results = at_once(
            save(first, Decimal(n)),
            save(second, Decimal(n + 1)),
            schedule(Decimal(1000 + n)),
            lambda: actions.submit_invoice(second.pk, actor=second.created_by),
        )
        assert not [result for result in results if isinstance(result, Exception) and not _is_bad_timing(result)]

    for invoice in OwnerInvoice.objects.filter(contract=contract):
        assert tie_outs([invoice])[invoice.pk].summary == "5 of 5 tie out"
        assert stored_summary(invoice) == summary_of(list(invoice.lines.select_related("contract_line")))


def _is_bad_timing(result):
    return isinstance(result, InvoicingError)


def test_recall_meets_accept():
    for _ in range(ROUNDS):
        invoice = OwnerInvoiceFactory(sent=True)

        results = at_once(
            lambda invoice=invoice: actions.recall_invoice(invoice.pk, actor=invoice.created_by),
            lambda invoice=invoice: lifecycle.move(invoice.pk, ACCEPT, actor=invoice.created_by),
        )

        assert kinds(results) == [OwnerInvoice.__name__, "TransitionNotAllowed"]
        assert InvoiceEvent.objects.filter(invoice=invoice, move__in=("recall", "accept")).count() == 1


def test_typing_meets_send():
    """Approved and sent while somebody types: either the figures came first, or they did not come at all."""
    for _ in range(ROUNDS):
        invoice = OwnerInvoiceFactory(under_review=True)
        line = invoice.lines.first()

        def type_in(invoice=invoice, line=line):
            entry = {line.pk: LineEntry(work_this_period=Decimal("77.00"))}
            return actions.save_lines(invoice.pk, entry, actor=invoice.created_by)

        def approve_and_send(invoice=invoice):
            actions.approve_invoice(invoice.pk, actor=invoice.created_by)
            return actions.send_to_erp(invoice.pk, actor=invoice.created_by)

        typed, sent = at_once(type_in, approve_and_send)

        stands = OwnerInvoice.objects.get(pk=invoice.pk)
        saved = isinstance(typed, OwnerInvoice)
        assert isinstance(sent, OwnerInvoice)
        assert stands.completed_and_stored == (Decimal("277.00") if saved else invoice.completed_and_stored)
