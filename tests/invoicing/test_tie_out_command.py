"""manage.py tie_out: silent on sound books, and loud about one figure changed behind the product's back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from invoicing import actions
from invoicing.models import OwnerInvoice, OwnerInvoiceLine
from tests.erp_integrations.accounting import connected_company


def tie_out():
    said = StringIO()
    call_command("tie_out", stdout=said, no_color=True)
    return said.getvalue()


@pytest.fixture(scope="module")
def two_applications(once):
    """The first approved, the second a draft."""
    company = connected_company("http://127.0.0.1:9")
    contract = company.contract()
    company.sent_invoice(contract)
    company.draft_invoice(contract)
    return contract


@pytest.fixture
def second(two_applications, db):
    return two_applications.invoices.get(position=2)


def test_sound_books_tie_out(second):
    assert tie_out() == "2 applications tie out.\n"


def test_a_figure_that_does_not_follow_from_its_lines_is_named(second):
    OwnerInvoice.objects.filter(pk=second.pk).update(
        completed_and_stored=F("completed_and_stored") + 1, billed_this_period=F("billed_this_period") + 1
    )

    with pytest.raises(CommandError) as told:
        tie_out()

    assert f"{second.company}, PC-001 #2: line 4 is 20,001.00, recomputed 20,000.00" in str(told.value)
    assert "PC-001 #2: the lines add up to another summary" in str(told.value)
    assert "PC-001 #1" not in str(told.value)


def test_a_break_in_the_chain_is_a_warning(second):
    OwnerInvoiceLine.objects.filter(invoice=second, contract_line__position=1).update(
        work_previous=F("work_previous") - 1, work_this_period=F("work_this_period") + 1
    )
    OwnerInvoice.objects.filter(pk=second.pk).update(
        less_previous_certificates=F("less_previous_certificates") - 1, billed_this_period=F("billed_this_period") + 1
    )

    said = tie_out()

    assert "PC-001 #2: item 01, column D is 9,999.00, recomputed 10,000.00" in said
    assert "PC-001 #2: line 7 is 8,999.00, recomputed 9,000.00" in said
    assert said.endswith("2 applications tie out, warnings: 2.\n")


def test_void_and_deleted_ones_have_nothing_after_them(second):
    actions.delete_invoice(second.pk, actor=second.created_by)

    assert tie_out() == "1 application ties out.\n"
