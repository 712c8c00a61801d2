from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.money import (
    CENT,
    MAX_AMOUNT,
    AmountError,
    PercentError,
    allocate,
    format_amount,
    format_percent,
    format_printed,
    format_share,
    is_amount,
    parse_amount,
    parse_percent,
    percentage,
    round_cents,
)

NOT_AN_AMOUNT = "This is not an amount. Enter digits, such as 1,234.50."
SEPARATORS = "Put commas between thousands and one point before the decimals, as in 1,234.50."
DECIMALS = "An amount has at most two decimals. Round it to the cent."
TOO_LARGE = "This amount is too large. The largest is 99,999,999,999,999.99."
EMPTY = "Enter an amount, such as 1,234.50."

amounts = st.decimals(min_value=-MAX_AMOUNT, max_value=MAX_AMOUNT, places=2)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0", "0.00"),
        ("0.01", "0.01"),
        ("-0.01", "-0.01"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.00499999", "0.00"),
        ("-0.004", "0.00"),
        ("2.675", "2.68"),
        ("2.665", "2.67"),
        ("99999999999999.99", "99999999999999.99"),
        ("99999999999999.995", "100000000000000.00"),
    ],
)
def test_rounds_half_up_to_the_cent(value, rounded):
    assert str(round_cents(Decimal(value))) == rounded


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=6))
def test_rounding_moves_by_half_a_cent_at_most_and_the_same_way_on_both_sides_of_zero(value):
    rounded = round_cents(value)

    assert abs(rounded - value) <= CENT / 2
    assert round_cents(-value) == -rounded
    assert round_cents(rounded) == rounded


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,234.50", "1234.50"),
        ("-1,234.50", "-1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("$1,234.50", "1234.50"),
        ("-$1,234.50", "-1234.50"),
        ("$-1,234.50", "-1234.50"),
        ("($1,234.50)", "-1234.50"),
        ("\N{MINUS SIGN}1,234.50", "-1234.50"),
        ("  1234.5\t\n", "1234.50"),
        ("\N{NO-BREAK SPACE}7\N{NO-BREAK SPACE}", "7.00"),
        ("1,234,567", "1234567.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("(0.00)", "0.00"),
        ("0.01", "0.01"),
        ("-0.01", "-0.01"),
        ("99,999,999,999,999.99", "99999999999999.99"),
        ("-99999999999999.99", "-99999999999999.99"),
    ],
)
def test_reads_amounts_as_people_type_them(text, amount):
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", EMPTY),
        ("   ", EMPTY),
        ("$", EMPTY),
        ("-", EMPTY),
        ("()", EMPTY),
        ("twelve", NOT_AN_AMOUNT),
        ("NaN", NOT_AN_AMOUNT),
        ("-Infinity", NOT_AN_AMOUNT),
        ("0x10", NOT_AN_AMOUNT),
        ("1_000", NOT_AN_AMOUNT),
        ("--5", NOT_AN_AMOUNT),
        ("(-5)", NOT_AN_AMOUNT),
        ("(5", NOT_AN_AMOUNT),
        ("$$5", NOT_AN_AMOUNT),
        (".", NOT_AN_AMOUNT),
        ("\N{SUPERSCRIPT TWO}", NOT_AN_AMOUNT),
        ("5\x00", NOT_AN_AMOUNT),
        ("0.005", DECIMALS),
        ("2.675", DECIMALS),
        ("1.000", DECIMALS),
        ("100000000000000", TOO_LARGE),
        ("100,000,000,000,000.00", TOO_LARGE),
        ("9" * 40, TOO_LARGE),
        ("-100000000000000.00", TOO_LARGE),
        ("1E+3", "Write an amount out in full, without an exponent."),
        ("-1.5e3", "Write an amount out in full, without an exponent."),
        ("\uff11\uff12\uff13", "Type an amount with the digits 0 to 9, such as 1,234.50."),
        ("\u0661\u0662", "Type an amount with the digits 0 to 9, such as 1,234.50."),
        ("1,23", SEPARATORS),
        ("12,34.50", SEPARATORS),
        ("1,2345", SEPARATORS),
        ("1.234,50", SEPARATORS),
        ("1.234.567", SEPARATORS),
        ("1 234.50", SEPARATORS),
        ("1,,234", SEPARATORS),
        ("9" * 41, "This is too long for an amount. Enter digits, such as 1,234.50."),
        ("x" * 1_000_000, "This is too long for an amount. Enter digits, such as 1,234.50."),
    ],
)
def test_says_what_is_wrong_with_an_amount(text, sentence):
    with pytest.raises(AmountError) as error:
        parse_amount(text)

    assert str(error.value) == sentence


@given(st.text(max_size=60))
def test_any_text_is_an_amount_the_database_can_hold_or_refused(text):
    try:
        amount = parse_amount(text)
    except AmountError:
        return

    assert is_amount(amount)


@given(amounts)
def test_what_is_written_is_read_back(amount):
    written = [format_amount(amount), format_amount(amount, minus="-"), format_printed(amount), str(amount)]

    assert [parse_amount(text) for text in written] == [amount] * 4


@pytest.mark.parametrize(
    ("amount", "screen", "printed"),
    [
        ("1234.5", "1,234.50", "1,234.50"),
        ("-14000", "\N{MINUS SIGN}14,000.00", "(14,000.00)"),
        ("0", "0.00", "0.00"),
        ("-0.00", "0.00", "0.00"),
        ("99999999999999.99", "99,999,999,999,999.99", "99,999,999,999,999.99"),
    ],
)
def test_writes_amounts_for_screen_and_sheet(amount, screen, printed):
    assert (format_amount(Decimal(amount)), format_printed(Decimal(amount))) == (screen, printed)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("10", "10"),
        ("7.125", "7.125"),
        ("10%", "10"),
        (" 10 % ", "10"),
        ("0", "0"),
        ("100.000", "100.000"),
        (".5", "0.5"),
    ],
)
def test_reads_percentages(text, percent):
    assert str(parse_percent(text)) == percent


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a percentage, such as 7.5."),
        ("%", "Enter a percentage, such as 7.5."),
        ("ten", "This is not a percentage. Enter digits, such as 7.5."),
        ("$5", "This is not a percentage. Enter digits, such as 7.5."),
        ("NaN", "This is not a percentage. Enter digits, such as 7.5."),
        ("7,5", "Put commas between thousands and one point before the decimals, as in 7.5."),
        ("1e1", "Write a percentage out in full, without an exponent."),
        ("1.0005", "A percentage has at most three decimals."),
        ("100.001", "A percentage is between 0 and 100."),
        ("-1", "A percentage is between 0 and 100."),
        ("9" * 40, "A percentage is between 0 and 100."),
    ],
)
def test_says_what_is_wrong_with_a_percentage(text, sentence):
    with pytest.raises(PercentError) as error:
        parse_percent(text)

    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        ("57600", "144000", "40.0%"),
        ("84500", "420000", "20.1%"),
        ("-14000", "-14000", "100.0%"),
        ("99.99", "100", "99.9%"),
        ("5", "0", ""),
        ("0", "9", "0.0%"),
        ("-5", "40", "\N{MINUS SIGN}12.5%"),
        ("50000", "40", "125,000.0%"),
    ],
)
def test_writes_a_share_in_percent_and_nothing_without_a_whole(part, whole, written):
    assert format_share(percentage(Decimal(part), Decimal(whole))) == written


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        ("10", "10%"),
        ("10.000", "10%"),
        ("7.125", "7.125%"),
        ("0.000", "0%"),
        ("100", "100%"),
        ("-5.50", "\N{MINUS SIGN}5.5%"),
    ],
)
def test_writes_a_rate_without_needless_zeros(rate, written):
    assert (format_percent(Decimal(rate)), format_percent(None)) == (written, "")


@pytest.mark.parametrize(
    ("value", "holds"),
    [("99999999999999.99", True), ("100000000000000.00", False), ("0.005", False), ("NaN", False), ("Infinity", False)],
)
def test_knows_what_the_database_can_hold(value, holds):
    assert is_amount(Decimal(value)) is holds


def test_odd_cents_go_to_the_largest_remainders_then_to_the_first():
    thirds = allocate(Decimal("100.00"), [Decimal(1)] * 3)
    uneven = allocate(Decimal("-0.05"), [Decimal(1), Decimal(0), Decimal(3)])

    assert thirds == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert uneven == [Decimal("-0.01"), Decimal(0), Decimal("-0.04")]


def test_refuses_to_share_over_nothing():
    assert allocate(Decimal(0), [Decimal(0), Decimal(0)]) == [0, 0]

    with pytest.raises(ValueError, match="the weights add up to zero"):
        allocate(Decimal(1), [Decimal(1), Decimal(-1)])


@given(amounts, st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=20))
def test_parts_add_up_exactly_and_are_within_a_cent_of_their_share(amount, weights):
    total = sum(weights)
    if not total:
        return

    parts = allocate(amount, weights)

    assert sum(parts) == amount
    assert all(
        abs(Fraction(part) - Fraction(amount) * Fraction(weight) / Fraction(total)) < Fraction(CENT)
        for part, weight in zip(parts, weights, strict=True)
    )
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)
    assert allocate(-amount, weights) == [-part for part in parts]
