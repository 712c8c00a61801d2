"""What stands under each filter, what a search finds, what is summed, and what it costs."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from erp_integrations import actions
from erp_integrations.queue import (
    Filter,
    counts_of,
    invoices_under,
    rejections_under,
    row_of,
    rows_of,
    totals_of,
)
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.crowds import crowd
from tests.factories import OwnerFactory, OwnerInvoiceFactory
from tests.real.databases import as_owner

pytestmark = pytest.mark.django_db

REASON = "The billing period is wrong."


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def busy(once):
    """A company whose invoices are those of `world`."""
    return connected_company("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def world(busy):
    """One invoice in each state that accounting can see, and some that it cannot."""
    made = {"ready": busy.sent_invoice(), "accepted": busy.accepted_invoice()}
    for state in ("draft", "approved", "recalled", "exporting", "failed", "synced"):
        contract = busy.contract()
        made[state] = OwnerInvoiceFactory(contract=contract, by=busy.staff, **{state: True})
    made["needs_check"] = busy.sent_invoice()
    OwnerInvoice.objects.filter(pk=made["needs_check"].pk).update(erp_status=ErpStatus.NEEDS_CHECK)
    made["rejected"] = busy.sent_invoice()
    actions.reject_invoice(made["rejected"].pk, actor=busy.approver, reason=REASON)
    return made


def numbers(rows):
    return sorted(str(each) for each in rows)


@pytest.mark.parametrize(
    ("chosen", "states"),
    [
        (Filter.READY, ["ready", "accepted"]),
        (Filter.EXPORTING, ["exporting"]),
        (Filter.NEEDS_CHECK, ["needs_check"]),
        (Filter.FAILED, ["failed"]),
        (Filter.SYNCED, ["synced"]),
    ],
)
def test_what_a_filter_holds(busy, world, chosen, states):
    assert numbers(invoices_under(busy.company, chosen)) == numbers(world[state] for state in states)


def test_rejected_holds_what_happened_not_the_live_invoice(busy, world):
    (rejection,) = rejections_under(busy.company)

    assert (rejection.invoice, rejection.note, rejection.actor) == (world["rejected"], REASON, busy.approver)
    assert rejection.payment_due == Decimal("9000.00")


def test_a_rejection_stays_when_the_invoice_is_sent_again(busy, world):
    OwnerInvoice.objects.filter(pk=world["rejected"].pk).update(status="approved", erp_status=ErpStatus.READY_TO_EXPORT)

    assert numbers(invoices_under(busy.company, Filter.READY)) == numbers(
        world[state] for state in ("ready", "accepted", "rejected")
    )
    assert rejections_under(busy.company).count() == 1


def test_counts_are_those_of_the_filters(busy, world):
    counts = counts_of(busy.company)

    assert counts == {
        Filter.READY: 2,
        Filter.EXPORTING: 1,
        Filter.NEEDS_CHECK: 1,
        Filter.FAILED: 1,
        Filter.SYNCED: 1,
        Filter.REJECTED: 1,
    }


def test_another_company_has_a_queue_of_its_own(world):
    other = connected_company("http://127.0.0.1:9")
    invoice = other.sent_invoice()

    assert list(invoices_under(other.company, Filter.READY)) == [invoice]
    assert counts_of(other.company) == dict.fromkeys(Filter, 0) | {Filter.READY: 1}


@pytest.mark.parametrize(
    "search",
    ["PC-002", "pc-002", "PC-002 #1", "PC-002#1", "PC-002-1", "  PC-002 #1 ", "Alder", "alder bay", "Mill Race"],
)
def test_search_finds_by_number_project_and_owner(accounting, search):
    accounting.sent_invoice()
    accounting.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    wanted = accounting.sent_invoice()
    if search == "Mill Race":
        wanted.contract.project.name = "Mill Race Apartments"
        wanted.contract.project.save()

    found = list(invoices_under(accounting.company, Filter.READY, search))

    assert wanted in found
    assert len(found) == (2 if search == "Mill Race" else 1)


@pytest.mark.parametrize("search", ["%", "_", "\\", "'; --", "\0", "PC-999", "#", "🙂"])
def test_a_search_is_never_a_pattern(accounting, search):
    accounting.sent_invoice()

    found = invoices_under(accounting.company, Filter.READY, search).count()

    assert found == (1 if search == "\0" else found if search == "#" else 0)


def test_rejections_are_searched_too(busy, world):
    found = rejections_under(busy.company, world["rejected"].display_number)
    missed = rejections_under(busy.company, world["ready"].display_number)

    assert (found.count(), missed.count()) == (1, 0)


def test_totals_are_of_the_whole_filter(accounting):
    newest = accounting.sent_invoice()
    crowd(newest, 119)

    totals = totals_of(invoices_under(accounting.company, Filter.READY))

    assert totals.pop("oldest") < newest.sent_at
    assert totals == {
        "count": 120,
        "waiting": 120,
        "billed": Decimal("1200000.00"),
        "retained": Decimal("120000.00"),
        "due": Decimal("1080000.00"),
    }


def test_totals_of_nothing_are_zero(accounting):
    totals = totals_of(invoices_under(accounting.company, Filter.READY))

    assert totals == {"count": 0, "oldest": None, "waiting": 0, "billed": 0, "retained": 0, "due": 0}


def test_six_checks_pass_on_a_sound_invoice(accounting):
    row = row_of(accounting.sent_invoice())

    assert (row.passed, row.is_sound, row.passed_text) == (6, True, "6 of 6")


def test_an_unmapped_owner_fails_the_sixth(accounting):
    accounting.owner = OwnerFactory(company=accounting.company)

    row = row_of(accounting.sent_invoice())

    assert (row.passed_text, row.ready.word, row.is_sound) == ("5 of 6", "Not mapped", False)


def test_a_predecessor_that_is_off_warns_of_line_7(accounting):
    first = accounting.sent_invoice()
    second = accounting.sent_invoice(first.contract)
    crowd(second, 1)  # with line 7 of application 2, where line 6 of it belongs
    third = OwnerInvoice.objects.get(contract=first.contract, position=3)

    row = row_of(third)

    assert row.passed < 6
    assert "Line 7 off by $9,000.00" in row.warning


def test_rows_keep_their_order(accounting):
    invoices = [accounting.sent_invoice() for _ in range(3)]

    assert [row.invoice for row in rows_of(reversed(invoices))] == invoices[::-1]


@pytest.mark.parametrize("count", [0, 49, 1_500])
def test_rows_cost_the_same_however_many_there_are(accounting, count):
    crowd(accounting.sent_invoice(), count)

    with CaptureQueriesContext(connection) as captured:
        rows = rows_of(invoices_under(accounting.company, Filter.READY).order_by("sent_at", "pk")[:50])

    assert len(rows) == min(count + 1, 50)
    assert len(captured) == 10


class Undone(Exception):
    """Leaves pages behind, and no row in them."""


def test_rows_come_soon_even_where_the_server_takes_the_tables_for_empty(accounting):
    with suppress(Undone), transaction.atomic():
        crowd(accounting.sent_invoice(), 1_500)
        raise Undone
    with as_owner() as owner:
        for table in ("ownerinvoice", "ownerinvoiceline", "primecontract", "contractline"):
            owner.execute(f"ANALYZE invoicing_{table}")  # sees nothing of what this test has not committed
    crowd(accounting.sent_invoice(), 1_500)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5s'")
    rows = rows_of(invoices_under(accounting.company, Filter.READY).order_by("sent_at", "pk")[:50])

    assert len(rows) == 50
