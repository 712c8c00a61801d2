"""Retainage that the contract reduces: the rates reached, what is held at them, and a proposal for a person."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing import actions
from invoicing.actions import LineEntry, reducing
from invoicing.exceptions import FieldRefused
from invoicing.models import ContractChange, OwnerInvoice
from invoicing.money import CENT, ZERO
from invoicing.payment_application import Reduction, held_beyond, problems, reached, reduced, reduced_rates
from tests.factories import OwnerInvoiceFactory
from tests.invoicing.billing import applications, contracts, rates
from tests.invoicing.pages import address, error_at, page_of, signed_in, words

TEN, FIVE = Decimal(10), Decimal(5)
HALF = Reduction(at=Decimal(50), work=FIVE)
percents = st.integers(1, 100).map(Decimal)
steps = st.lists(st.builds(Reduction, percents, rates, st.one_of(st.none(), rates), st.booleans()), max_size=4)


@pytest.mark.parametrize(
    ("completed", "total", "expected"),
    [
        ("499.99", "1000.00", []),  # 49.999 %: not half, though it rounds to it
        ("500.00", "1000.00", [HALF]),
        ("500.00", "1000.01", []),
        ("1200.00", "1000.00", [HALF]),
        ("500.00", "0.00", []),
        ("-500.00", "-600.00", []),
    ],
)
def test_a_percentage_is_reached_to_the_cent(completed, total, expected):
    assert reached([HALF], Decimal(completed), Decimal(total)) == expected


def test_stored_materials_keep_their_rate_where_a_rule_names_none():
    assert reduced_rates(TEN, TEN, [HALF]) == (FIVE, TEN)
    assert reduced_rates(TEN, TEN, [HALF, Reduction(Decimal(80), ZERO, FIVE)]) == (ZERO, FIVE)


@given(steps, rates, rates, st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 10**6))
def test_rates_only_fall_as_more_is_completed(rules, work, materials, total, completed, more):
    now, later = (reached(rules, each * CENT, total * CENT) for each in (completed, completed + more))

    assert later[: len(now)] == now
    first, then = (reduced_rates(work, materials, each) for each in (now, later))
    assert then[0] <= first[0] <= work
    assert then[1] <= first[1] <= materials


@settings(max_examples=40)
@given(contracts(), rates, rates, st.booleans())
def test_lines_stay_sound_and_hold_no_more_than_the_rates_of_all_to_date(contract, work, materials, whole):
    for line in applications(contract)[-1].values():
        after = reduced(line, work, materials, whole=whole)

        assert problems(after) == []
        assert after.completed_and_stored == line.completed_and_stored
        assert not whole or held_beyond(after, work, materials) == 0


@pytest.fixture
def invoice(once_billed):
    return OwnerInvoice.objects.get(pk=once_billed.invoice.pk)


@pytest.fixture(scope="module")
def once_billed(once):
    """40 % billed at 10 %, then a draft that bills another 20 %; the contract reduces to 5 % at half."""
    first = OwnerInvoiceFactory(contract__number="PC-900", contract__lines=["1000.00"], work=Decimal(400))
    contract, by = first.contract, first.created_by
    actions.submit_invoice(first.pk, actor=by)
    actions.approve_invoice(first.pk, actor=by)
    values = {"at_percent": Decimal(50), "work_percent": FIVE, "materials_percent": None, "whole": False}
    reducing.add_reduction(contract.pk, values, actor=by)
    draft = actions.create_invoice(contract.pk, first.period_id, actor=by)
    row = draft.lines.get()
    actions.save_lines(draft.pk, {row.pk: LineEntry(work_this_period=Decimal(200))}, actor=by)
    return SimpleNamespace(invoice=draft, client=signed_in(first.company, project_staff=True))


@pytest.mark.django_db
class TestProposal:
    def test_it_says_why_and_waits_for_a_person(self, once_billed, invoice):
        said = "60.0% complete: the contract reduces retainage to 5% on work and 10% on stored materials"
        assert said in words(once_billed.client.get(page_of(invoice)))
        assert invoice.total_retainage == Decimal("60.00")

        page = once_billed.client.get(page_of(invoice, "invoice_reduce"))
        assert "Total 60.00 50.00" in words(page)
        once_billed.client.post(page_of(invoice, "invoice_reduce"), {"version": invoice.version})

        after = OwnerInvoice.objects.get(pk=invoice.pk)
        assert after.total_retainage == Decimal("50.00")  # 40.00 held before, 5 % of 200.00 now
        assert after.retainage_note.startswith("Reduced to 5% on work and 10% on stored materials at 50% complete")
        assert reducing.proposal_for(after) is None
        assert said not in words(once_billed.client.get(page_of(invoice)))

    def test_for_all_work_to_date_releases_what_is_held_beyond(self, invoice):
        invoice.contract.reductions.update(whole=True)

        reducing.apply_reduction(invoice.pk, actor=invoice.created_by)

        assert OwnerInvoice.objects.get(pk=invoice.pk).total_retainage == Decimal("30.00")  # 5 % of 600.00

    def test_a_page_that_is_older_than_the_invoice_applies_nothing(self, once_billed, invoice):
        once_billed.client.post(page_of(invoice, "invoice_reduce"), {"version": invoice.version - 1})

        assert OwnerInvoice.objects.get(pk=invoice.pk).total_retainage == Decimal("60.00")


@pytest.mark.django_db
class TestRules:
    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"at_percent": "0"}, "at_percent", "Enter more than 0. The contract's own rates apply from the start."),
            ({"at_percent": "101"}, "at_percent", "A percentage is between 0 and 100."),
            ({"work_percent": "five"}, "work_percent", "This is not a percentage. Enter digits, such as 7.5."),
            ({"scope": "some"}, "scope", "Choose one."),
            ({"at_percent": "50"}, "at_percent", "There is a rule from this percentage on. Remove that one first."),
        ],
    )
    def test_bad_input(self, once_billed, invoice, changes, field, message):
        form = {"at_percent": "75", "work_percent": "2.5", "materials_percent": "", "scope": "whole"}
        response = once_billed.client.post(_rules(invoice), form | changes)

        assert (response.status_code, error_at(response, f"id_{field}")) == (422, message)

    def test_a_rule_is_added_told_and_removed(self, once_billed, invoice):
        form = {"at_percent": "75", "work_percent": "2.5", "materials_percent": "2.5", "scope": "whole"}
        once_billed.client.post(_rules(invoice), form)
        said = "From 75% complete: 2.5% on all work to date, 2.5% on stored materials."
        assert said in words(once_billed.client.get(_rules(invoice)))

        rule = invoice.contract.reductions.get(at_percent=75)
        once_billed.client.post(_rules(invoice), {"remove": rule.pk})
        once_billed.client.post(_rules(invoice), {"remove": rule.pk})

        changes = ContractChange.objects.filter(contract=invoice.contract, subject="Reducing retainage")
        told = list(changes.order_by("id").values_list("before", "after"))
        assert told[-2:] == [("", said), (said, "")]

    def test_there_is_an_end_to_them(self, invoice, monkeypatch):
        monkeypatch.setattr(reducing, "MOST_RULES", 1)
        values = {"at_percent": Decimal(60), "work_percent": ZERO, "materials_percent": None, "whole": False}
        with pytest.raises(FieldRefused, match="at most 1"):
            reducing.add_reduction(invoice.contract_id, values, actor=invoice.created_by)


def _rules(invoice):
    return address("reductions", invoice.contract.project, contract_id=invoice.contract_id)
