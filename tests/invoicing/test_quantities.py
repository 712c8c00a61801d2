"""Unit-price lines billed by their quantity, as a browser without scripts types it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoicing import actions
from invoicing.actions import LineEntry, ScheduleEntry
from invoicing.models import OwnerInvoice, OwnerInvoiceLine
from invoicing.money import extended, quantity_for
from tests.factories import OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing.pages import error_at, page_of, signed_in, value_of, words

prices = st.integers(1, 10**8).map(lambda n: Decimal(n).scaleb(-4))
quantities = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-4))


@given(quantities, prices, st.sampled_from([1, -1]))
@settings(max_examples=60)
def test_the_quantity_of_an_amount_comes_to_it_again(quantity, price, sign):
    amount = extended(quantity, price * sign)

    found = quantity_for(amount, price * sign)

    assert extended(found, price * sign) == amount
    if price >= 1 and quantity == quantity.quantize(Decimal("0.01")):
        assert found == quantity


@given(st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-2)), prices)
@settings(max_examples=60)
def test_an_amount_without_its_own_quantity_has_the_nearest(amount, price):
    found = quantity_for(amount, price)

    assert found is None or abs(found - amount / price) <= Decimal("0.00005") or extended(found, price) == amount


def test_nothing_has_no_price():
    assert quantity_for(Decimal(1), Decimal(0)) is None
    assert quantity_for(Decimal("99999999999999.99"), Decimal("0.0001")) is None


@pytest.fixture(scope="module")
def made(once):
    """1,240 m3 at 87.35, of which 310 stood before; 9 manholes taken off at 1,860.00; a lump sum."""
    contract = PrimeContractFactory(accounting_method="unit", number="PC-011", work_retainage_percent=Decimal("7.125"))
    figures = [("03", "1240", "m3", "87.35"), ("04", "-9", "each", "1860")]
    entries = [_entry(item, Decimal(many), unit, Decimal(price)) for item, many, unit, price in figures]
    actions.save_schedule(
        contract.pk, [*entries, ScheduleEntry("05", "Testing", Decimal(500))], actor=contract.created_by
    )
    first = OwnerInvoiceFactory(contract=contract, work=None)
    billed = {first.lines.first().pk: LineEntry(work_this_period=Decimal("27078.50"))}
    actions.save_lines(first.pk, billed, actor=contract.created_by)
    actions.submit_invoice(first.pk, actor=contract.created_by)
    actions.approve_invoice(first.pk, actor=contract.created_by)
    return OwnerInvoiceFactory(contract=contract, work=None)


def _entry(item, quantity, unit, price):
    value = extended(quantity, price)
    return ScheduleEntry(item, "Concrete", value, quantity=quantity, unit=unit, unit_price=price)


@pytest.fixture(scope="module")
def priya(made):
    return signed_in(made.company, project_staff=True)


@pytest.fixture
def invoice(made, db):
    return OwnerInvoice.objects.select_related("contract__project", "company").get(pk=made.pk)


def save(client, invoice, row=0, **typed):
    line = list(invoice.lines.all())[row]
    form = {f"{name.replace('_', '-')}-{line.pk}": text for name, text in typed.items()}
    return client.post(page_of(invoice, "invoice_lines"), form | {"version": invoice.version}), line.pk


def work_of(pk):
    return str(OwnerInvoiceLine.objects.get(pk=pk).work_this_period)


def test_a_quantity_of_this_period_or_to_date_bills_the_amount(priya, invoice):
    shown = priya.get(page_of(invoice))
    line = invoice.lines.first().pk
    assert (value_of(shown, f"id_quantity-{line}"), value_of(shown, f"id_quantity-to-date-{line}")) == ("0", "310")
    assert "1,240 m3 at 87.35" in words(shown)

    response, _ = save(priya, invoice, work="0.00", quantity="312.5", quantity_to_date="310")
    assert (response.status_code, work_of(line)) == (302, "27296.88")
    page = priya.get(response["Location"])
    assert value_of(page, f"id_quantity-{line}") == "312.5"
    assert value_of(page, f"id_quantity-to-date-{line}") == "622.5"

    invoice.refresh_from_db()
    save(priya, invoice, work="27,296.88", quantity="312.5", quantity_to_date="1,240")
    assert work_of(line) == "81235.50"
    assert invoice.lines.first().scheduled_value == Decimal("27078.50") + Decimal("81235.50")


def test_the_quantity_follows_a_typed_amount_and_a_deduction_counts_backwards(priya, invoice):
    response, line = save(priya, invoice, work="25%", quantity="0", quantity_to_date="310")
    page = priya.get(response["Location"])
    assert (work_of(line), value_of(page, f"id_quantity-{line}")) == ("27078.50", "310")

    invoice.refresh_from_db()
    _, line = save(priya, invoice, row=1, quantity="-2", quantity_to_date="0", work="0.00")
    assert work_of(line) == "-3720.00"


def test_a_lump_sum_has_no_quantity_and_a_forged_one_is_passed_over(priya, invoice):
    response, line = save(priya, invoice, row=2, work="10.00", quantity="7")

    assert (response.status_code, work_of(line)) == (302, "10.00")
    assert f"id_quantity-{line}" not in priya.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"quantity": "ten"}, "quantity", "This is not a number. Enter digits, such as 1,234.5."),
        ({"quantity": "1.00001"}, "quantity", "This has more than four decimals. Round it."),
        ({"quantity_to_date": "1e3"}, "quantity-to-date", "Write a number out in full, without an exponent."),
        ({"quantity": "\x00"}, "quantity", "This holds a character that cannot be stored."),
        (
            {"quantity": "2", "quantity_to_date": "400"},
            "quantity-to-date",
            "This comes to 7,861.50 in column E, where 174.70 is asked for too. Leave one of them.",
        ),
        (
            {"quantity": "2", "work": "100.00"},
            "quantity",
            "This comes to 174.70 in column E, where 100.00 is asked for too. Leave one of them.",
        ),
    ],
)
def test_bad_input(priya, invoice, typed, field, message):
    response, line = save(priya, invoice, **{"work": "0.00", **typed})

    assert (response.status_code, error_at(response, f"id_{field}-{line}")) == (422, message)
    assert work_of(line) == "0.00"


def test_too_large_a_product_is_refused(priya, invoice):
    response, line = save(priya, invoice, row=1, quantity="-999,999,999,999.9999")

    sentence = "Quantity times unit price is too large. The largest is 99,999,999,999,999.99."
    assert (response.status_code, error_at(response, f"id_quantity-{line}")) == (422, sentence)


def test_the_list_says_what_is_billed(priya, invoice):
    response, _ = save(priya, invoice, work="0.00", quantity="312.5", quantity_to_date="310")
    actions.submit_invoice(invoice.pk, actor=invoice.created_by)
    actions.approve_invoice(invoice.pk, actor=invoice.created_by)

    assert "312.5 m3, 622.5 to date" in words(priya.get(response["Location"]))
