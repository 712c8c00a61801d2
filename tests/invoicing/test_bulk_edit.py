"""The same percentages on many lines, and work billed in proportion to what is left, as a browser without scripts."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.actions.bulk_editing import BulkEdit, edit_in_bulk
from invoicing.models import OwnerInvoice
from invoicing.money import CENT, ZERO
from invoicing.payment_application import FILL, completed_to, excess, problems, share_out, with_proposed_retainage
from tests.factories import OwnerInvoiceFactory
from tests.invoicing.billing import applications, contracts
from tests.invoicing.pages import error_at, page_of, signed_in, words

percents = st.decimals(0, 100, places=3)


@given(contracts(), percents)
@settings(max_examples=30)
def test_a_percentage_to_date_is_never_overbilled_and_takes_nothing_twice(contract, percent):
    for line in applications(contract)[-1].values():
        moved = completed_to(line, percent)

        assert completed_to(moved, percent) == moved
        if line.scheduled_value:
            assert not excess(moved)
            assert abs(moved.completed_and_stored - line.scheduled_value * percent / 100) <= CENT / 2
            assert replace(moved, work_this_period=line.work_this_period) == line
        else:
            assert moved == line


@given(contracts(), st.integers(0, 1000))
@settings(max_examples=30)
def test_what_is_filled_adds_up_and_overbills_no_line(contract, thousandths):
    lines = list(applications(contract)[-1].values())
    left = [FILL.has(line) for line in lines]
    asked = (sum(left, ZERO) * thousandths / 1000).quantize(CENT)

    parts = share_out(asked, left)
    filled = [FILL.taken(line, part) for line, part in zip(lines, parts, strict=True)]

    assert sum(parts, ZERO) == asked
    for line, after, own in zip(lines, filled, left, strict=True):
        assert excess(after) == excess(line)
        assert own * line.sign >= 0
        assert not problems(with_proposed_retainage(replace(after, retainage_released=ZERO), Decimal(10), Decimal(5)))


@pytest.fixture(scope="module")
def made(once):
    """Left: 700.00 and 399.90 - 50.00 in a group, nothing, and -50.00 on a deductive line; the fifth has no value."""
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00", "500.00", "100.00", "-100.00", "0.00"], work=None)
    for line in list(invoice.contract.lines.all())[:2]:
        line.group = "Concrete"
        line.save()
    work = ["300.00", "100.10", "100.00", "-50.00", "0.00"]
    rows = list(invoice.lines.all())
    entries = {row.pk: LineEntry(work_this_period=Decimal(each)) for row, each in zip(rows, work, strict=True)}
    entries[rows[1].pk] = LineEntry(work_this_period=Decimal("100.10"), materials_stored=Decimal("50.00"))
    actions.save_lines(invoice.pk, entries, actor=invoice.created_by)
    return invoice


@pytest.fixture(scope="module")
def priya(made):
    return signed_in(made.company, project_staff=True)


@pytest.fixture
def invoice(made, db):
    return OwnerInvoice.objects.select_related("contract__project", "company").get(pk=made.pk)


@pytest.fixture
def items(invoice):
    return [line.item for line in invoice.contract.lines.all()]


def work_of(invoice):
    return [str(line.work_this_period) for line in invoice.lines.all()]


BEFORE = ["300.00", "100.10", "100.00", "-50.00", "0.00"]


class TestBulkEdit:
    def test_a_group_is_previewed_then_changed_once(self, priya, invoice):
        url, form = (
            page_of(invoice, "invoice_bulk_edit"),
            {"to_date": "40", "work_rate": "5", "group": "group:Concrete"},
        )

        preview = priya.post(url, form)
        assert (preview.status_code, work_of(invoice)) == (200, BEFORE)
        assert "30.0% 40.0% 300.00 400.00 5% / 10% 30.00 20.00" in words(preview)

        apply = {**form, "step": "apply", "version": invoice.version}
        assert priya.post(url, apply).status_code == 302
        assert work_of(invoice) == ["400.00", "150.00", *BEFORE[2:]]
        assert [str(line.retainage_percent) for line in invoice.lines.all()[:3]] == ["5.000", "5.000", "10.000"]
        again = priya.post(url, apply)
        assert (again.status_code, "Not applied." in words(again)) == (409, True)
        page = words(priya.get(page_of(invoice)))
        assert "2 lines changed." in page
        assert "40% complete to date, 5% retainage on work: 2 lines changed." in page

    def test_chosen_lines_and_what_would_go_back(self, priya, invoice, items):
        url = page_of(invoice, "invoice_bulk_edit")
        form = {"to_date": "5%", "item": f"{items[3]}, {items[0]} to {items[1]}", "version": invoice.version}

        assert "1 line would take work back in column E" in words(priya.post(url, form))
        priya.post(url, {**form, "step": "apply"})

        assert work_of(invoice) == ["50.00", "-25.00", "100.00", "-5.00", "0.00"]

    @pytest.mark.parametrize(
        ("form", "field", "message"),
        [
            ({}, "to_date", "Enter at least one of the three percentages."),
            ({"to_date": "half"}, "to_date", "This is not a percentage. Enter digits, such as 7.5."),
            ({"to_date": "100.1"}, "to_date", "A percentage is between 0 and 100."),
            ({"work_rate": "-1"}, "work_rate", "A percentage is between 0 and 100."),
            ({"to_date": "5", "group": "group:Steel"}, "group", "Choose one from the list."),
            ({"to_date": "5", "item": "zz, 1 to 2"}, "item", "There is no line zz on this invoice."),
            ({"to_date": "5", "item": "\x00"}, "item", "Null characters are not allowed."),
        ],
    )
    def test_bad_input(self, priya, invoice, form, field, message):
        response = priya.post(page_of(invoice, "invoice_bulk_edit"), {"step": "apply", **form})

        assert (response.status_code, error_at(response, f"id_{field}")) == (422, message)

    def test_what_changes_nothing_is_said(self, priya, invoice, items):
        form = {"to_date": "50", "item": items[4], "step": "apply", "version": invoice.version}

        response = priya.post(page_of(invoice, "invoice_bulk_edit"), form)

        assert response.status_code == 422
        assert "Nothing would change: this line is there already, or without a value." in words(response)

    def test_a_line_that_cannot_take_it_is_named(self, priya, invoice, items):
        row = invoice.lines.first()
        released = {row.pk: LineEntry(retainage_released=Decimal("25.00"))}
        version = actions.save_lines(invoice.pk, released, actor=invoice.created_by).version
        form = {"to_date": "10", "step": "apply", "version": version}

        response = priya.post(page_of(invoice, "invoice_bulk_edit"), form)

        sentence = f"Line {items[0]}: 25.00 is released, but only 10.00 is held."
        assert (response.status_code, error_at(response, "id_to_date")) == (422, sentence)

    def test_a_locked_invoice_is_left_alone(self, priya, invoice):
        actions.submit_invoice(invoice.pk, actor=invoice.created_by)
        actions.approve_invoice(invoice.pk, actor=invoice.created_by)

        assert priya.post(page_of(invoice, "invoice_bulk_edit"), {"to_date": "1", "step": "apply"}).status_code == 302
        assert work_of(invoice) == BEFORE


def test_an_amount_is_billed_by_what_is_left_of_each_line(priya, invoice):
    url, form = page_of(invoice, "invoice_fill"), {"amount": "100.00", "group": "group:Concrete"}
    assert "Total 1,049.90 100.00 949.90" in words(priya.post(url, form))

    assert priya.post(url, {**form, "step": "apply", "version": invoice.version}).status_code == 302
    assert work_of(invoice) == ["366.67", "133.43", *BEFORE[2:]]

    refused = priya.post(url, {"amount": "949.91", "group": "group:Concrete"})
    assert error_at(refused, "id_amount") == "949.91 cannot be billed: 949.90 is left to bill."
    invoice.refresh_from_db()
    priya.post(url, {"amount": "100%", "step": "apply", "version": invoice.version})
    assert work_of(invoice) == ["1000.00", "450.00", "100.00", "-100.00", "0.00"]
    assert error_at(priya.post(url, {"amount": "1"}), "id_amount") == "Nothing is left to bill on these lines."


def test_the_number_of_lines_costs_no_queries(db, django_assert_max_num_queries):
    counts = []
    for lines in (2, 40):
        invoice = OwnerInvoiceFactory(contract__lines=lines)
        with django_assert_max_num_queries(40) as counted:
            edit_in_bulk(invoice.pk, BulkEdit(to_date=Decimal(50)), actor=invoice.created_by)
        counts.append(len(counted))

    assert counts[0] == counts[1]
