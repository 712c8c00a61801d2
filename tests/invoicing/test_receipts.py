"""Which payments can be taken, and how old the rest is: pure figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoicing.payment_application.receipts import Ageing, ageing_of, days_late, refusals

TODAY = date(2026, 11, 23)
TEN = Decimal("10.00")


@pytest.mark.parametrize(
    ("days", "stretch"),
    [
        (-400, "not_due"),
        (0, "not_due"),
        (1, "to_30"),
        (30, "to_30"),
        (31, "to_60"),
        (60, "to_60"),
        (61, "to_90"),
        (90, "to_90"),
        (91, "over_90"),
        (4000, "over_90"),
    ],
)
def test_each_stretch_begins_and_ends_on_its_day(days, stretch):
    assert ageing_of([(TODAY - timedelta(days=days), TEN)], TODAY) == Ageing(**{stretch: TEN})


def test_amounts_add_up_and_a_credit_counts_against_its_own_stretch():
    late, credit = TODAY - timedelta(days=5), Decimal("-4.00")

    ageing = ageing_of([(late, TEN), (late, credit), (TODAY, TEN)], TODAY)

    assert ageing == Ageing(not_due=TEN, to_30=Decimal("6.00"))
    assert (ageing.total, ageing.past_due) == (Decimal("16.00"), Decimal("6.00"))
    assert ageing + ageing == Ageing(not_due=Decimal("20.00"), to_30=Decimal("12.00"))
    assert days_late(TODAY + timedelta(days=3), TODAY) == 0


@pytest.mark.parametrize(
    ("amount", "days", "refused"),
    [
        ("10.00", 0, {}),
        ("0.01", -7, {}),
        ("10.01", 0, {"amount": "Only 10.00 is outstanding. Enter that or less."}),
        ("0.00", 1, {"amount": "Enter an amount above 0.00.", "received_on": "This day is still to come."}),
        ("-5.00", -8, {"amount": "Enter an amount above 0.00.", "received_on": "It was billed on Nov 16, 2026."}),
    ],
)
def test_what_cannot_have_been_paid_is_refused_at_each_field(amount, days, refused):
    found = refusals(
        Decimal(amount),
        TODAY + timedelta(days=days),
        outstanding=TEN,
        billed_on=TODAY - timedelta(days=7),
        today=TODAY,
    )

    assert found.keys() == refused.keys()
    assert all(found[field].startswith(sentence) for field, sentence in refused.items())
