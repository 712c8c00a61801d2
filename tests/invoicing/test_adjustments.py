"""Retainage released and taken back, and stored materials built in, over many lines in one act."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.actions.adjusting import Asked, adjust
from invoicing.money import CENT, ZERO
from invoicing.payment_application import (
    INSTALL,
    RELEASE,
    TAKE_BACK,
    LineFigures,
    problems,
    share_out,
    summarize,
    with_proposed_retainage,
)
from tests.factories import OwnerInvoiceFactory
from tests.invoicing.billing import applications, closing, contracts, rates
from tests.invoicing.pages import error_at, page_of, signed_in, words

cents = st.integers(-100_000, 100_000).map(lambda n: n * CENT)


@given(st.lists(cents, min_size=1, max_size=12), st.integers(0, 1000))
def test_shares_add_up_and_none_is_beyond_what_its_line_has(has, thousandths):
    total = sum(has, ZERO)
    asked = (total * thousandths / 1000).quantize(CENT)

    parts = share_out(asked, has)

    assert sum(parts, ZERO) == asked
    for own, part in zip(has, parts, strict=True):
        assert min(own, ZERO) <= part <= max(own, ZERO)
        assert total == 0 or abs(part - own * asked / total) <= CENT


@given(st.lists(cents, min_size=1, max_size=12), st.sampled_from([CENT, Decimal(1000)]))
def test_more_than_there_is_cannot_be_shared_out(has, more):
    total = sum(has, ZERO)
    with pytest.raises(ValueError, match="is more than"):
        share_out(total + (more if total >= 0 else -more), has)


@given(contracts(), st.integers(0, 1000))
@settings(max_examples=40)
def test_a_release_takes_from_line_5_what_was_asked_and_can_be_taken_back(contract, thousandths):
    lines = list(applications(contract)[-1].values())
    held = [RELEASE.has(line) for line in lines]
    asked = (sum(held, ZERO) * thousandths / 1000).quantize(CENT)

    parts = share_out(asked, held)
    released = [RELEASE.taken(line, part) for line, part in zip(lines, parts, strict=True)]

    assert _line_5(lines) - _line_5(released) == asked
    restored = [TAKE_BACK.taken(line, part) for line, part in zip(released, parts, strict=True)]
    assert restored == lines


@given(contracts())
@settings(max_examples=40)
def test_a_contract_closes_when_all_is_billed_and_everything_is_released(contract):
    last = [closing(line) for line in applications(contract)[-1].values()]
    billed = [replace(line, retainage_released=ZERO) for line in last]

    released = [RELEASE.taken(line, part) for line, part in zip(billed, map(RELEASE.has, billed), strict=True)]

    total = sum((line.scheduled_value for line in released), ZERO)
    assert summarize(released, total, ZERO).balance_to_finish == ZERO


@given(contracts(), rates, rates, st.integers(0, 1000))
@settings(max_examples=40)
def test_materials_built_in_leave_column_g_and_hold_the_rates_of_each_kind(contract, work, materials, thousandths):
    lines = [replace(line, retainage_released=ZERO) for line in applications(contract)[-1].values()]
    for line in lines:
        part = (line.materials_stored * thousandths / 1000).quantize(CENT)
        moved = with_proposed_retainage(INSTALL.taken(line, part), work, materials)
        assert moved.completed_and_stored == line.completed_and_stored
        assert moved.billed_this_period == line.billed_this_period
        assert problems(moved) == problems(with_proposed_retainage(line, work, materials))


def test_materials_built_in_are_retained_as_work():
    stored = LineFigures(
        scheduled_value=Decimal(1000),
        materials_previous=Decimal(400),
        materials_stored=Decimal(400),
        retainage_previous=Decimal(20),
    )

    moved = with_proposed_retainage(INSTALL.taken(stored, Decimal(100)), Decimal(10), Decimal(5))

    assert (moved.work_this_period, moved.materials_stored) == (100, 300)
    assert moved.retainage == Decimal("25.00")  # 20 + 10 % of 100 - 5 % of 100
    assert moved.retainage_on_materials == Decimal("15.00")


def _line_5(lines):
    return summarize(lines, ZERO, ZERO).total_retainage


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def invoice(self):
        """Held: 30.00 and 15.01 in a group, 10.00 outside, -5.00 on a deductive line."""
        invoice = OwnerInvoiceFactory(contract__lines=["1000.00", "500.00", "100.00", "-50.00"], work=None)
        lines = list(invoice.contract.lines.all())
        for line in lines[:2]:
            line.group = "Concrete"
            line.save()
        rows = list(invoice.lines.all())
        work = ["300.00", "100.10", "100.00", "-50.00"]
        entries = {row.pk: LineEntry(work_this_period=Decimal(each)) for row, each in zip(rows, work, strict=True)}
        entries[rows[1].pk] = LineEntry(work_this_period=Decimal("100.10"), materials_stored=Decimal("50.00"))
        actions.save_lines(invoice.pk, entries, actor=invoice.created_by)
        invoice.refresh_from_db()
        return invoice

    @pytest.fixture
    def priya(self, invoice):
        return signed_in(invoice.company, project_staff=True)

    def test_a_group_is_previewed_then_released_once(self, priya, invoice):
        url, form = page_of(invoice, "invoice_release"), {"amount": "50%", "group": "group:Concrete", "note": "Half."}

        preview = priya.post(url, form)
        assert (preview.status_code, _released(invoice)) == (200, ["0.00"] * 4)
        assert "Total 45.01 22.51 22.50" in words(preview)

        apply = {**form, "step": "apply", "version": invoice.version}
        assert priya.post(url, apply).status_code == 302
        assert _released(invoice) == ["15.00", "7.51", "0.00", "0.00"]
        again = priya.post(url, apply)
        assert (again.status_code, "Not applied." in words(again)) == (409, True)
        assert _released(invoice) == ["15.00", "7.51", "0.00", "0.00"]
        page = words(priya.get(page_of(invoice)))
        assert "Retainage released: 22.51 on 2 lines." in page

    def test_all_is_released_taken_back_and_refused_beyond_what_is_held(self, priya, invoice):
        url = page_of(invoice, "invoice_release")
        refused = priya.post(url, {"amount": "50.02", "step": "apply", "version": invoice.version})
        assert refused.status_code == 422
        assert error_at(refused, "id_amount") == "50.02 cannot be released: 50.01 is held."

        priya.post(url, {"amount": "50.01", "step": "apply", "version": invoice.version})
        assert _released(invoice) == ["30.00", "15.01", "10.00", "-5.00"]
        invoice.refresh_from_db()
        assert invoice.total_retainage == 0
        assert error_at(priya.post(url, {"amount": "1"}), "id_amount") == "Nothing is held on these lines."

        back = {"amount": "100%", "step": "apply", "version": invoice.version}
        priya.post(page_of(invoice, "invoice_take_back"), back)
        assert _released(invoice) == ["0.00"] * 4

    def test_materials_of_one_line_are_built_in(self, priya, invoice):
        item = invoice.contract.lines.all()[1].item
        url, form = page_of(invoice, "invoice_install"), {"amount": "20", "item": item}
        refused = priya.post(url, {**form, "amount": "50.01"})
        assert error_at(refused, "id_amount") == "50.01 cannot be moved: 50.00 is stored."

        priya.post(url, {**form, "step": "apply", "version": invoice.version})

        row = list(invoice.lines.all())[1]
        assert (row.work_this_period, row.materials_stored) == (Decimal("120.10"), 30)
        before, invoice = invoice.completed_and_stored, type(invoice).objects.get(pk=invoice.pk)
        assert invoice.completed_and_stored == before

    @pytest.mark.parametrize(
        ("form", "field", "message"),
        [
            ({}, "amount", "This field is required."),
            ({"amount": "all"}, "amount", "This is not an amount. Enter digits, such as 1,234.50."),
            ({"amount": "101%"}, "amount", "A percentage is between 0 and 100."),
            ({"amount": "0"}, "amount", "This comes to 0.00 of the 50.01 that is held."),
            ({"amount": "-1"}, "amount", "−1.00 cannot be released: 50.01 is held."),
            ({"amount": "5\x006"}, "amount", "Null characters are not allowed."),
            ({"amount": "1", "group": "group:Steel"}, "group", "Choose one from the list."),
            ({"amount": "1", "item": "zz"}, "item", "There is no line zz on this invoice."),
        ],
    )
    def test_bad_input(self, priya, invoice, form, field, message):
        response = priya.post(page_of(invoice, "invoice_release"), {"step": "apply", **form})

        assert (response.status_code, error_at(response, f"id_{field}")) == (422, message)

    def test_a_locked_invoice_is_left_alone(self, priya, invoice):
        actions.submit_invoice(invoice.pk, actor=invoice.created_by)
        actions.approve_invoice(invoice.pk, actor=invoice.created_by)
        url = page_of(invoice, "invoice_release")

        assert "It is Approved. Reopen it" in words(priya.get(url))
        assert priya.post(url, {"amount": "1", "step": "apply"}).status_code == 302
        assert _released(invoice) == ["0.00"] * 4

    def test_the_number_of_lines_costs_no_queries(self, django_assert_max_num_queries):
        counts = []
        for lines in (2, 40):
            invoice = OwnerInvoiceFactory(contract__lines=lines)
            asked = Asked(RELEASE, percent=Decimal(50))
            with django_assert_max_num_queries(40) as counted:
                adjust(invoice.pk, asked, actor=invoice.created_by)
            counts.append(len(counted))

        assert counts[0] == counts[1]


def _released(invoice):
    return [str(line.retainage_released) for line in invoice.lines.all()]
