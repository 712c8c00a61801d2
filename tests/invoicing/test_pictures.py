"""Series and geometry: pure figures."""

from datetime import date
from decimal import Decimal

from invoicing.pictures.geometry import Bar, bar, month_marks, place, polyline, scale_of, short
from invoicing.pictures.series import Application, cash_curve


def application(position, billed_on, billed, *, contract=1, due="0", due_on=date(2026, 3, 1)):
    billed = Decimal(billed)
    return Application(contract, position, billed_on, due_on, billed, billed / 10, Decimal(due))


def test_each_month_says_where_everything_stood_at_its_end():
    curve = cash_curve(
        [
            application(1, date(2026, 1, 31), "100", due="90", due_on=date(2026, 2, 28)),
            application(2, date(2026, 3, 31), "300", due="180", due_on=date(2026, 4, 30)),
            application(1, date(2026, 2, 28), "1000", contract=2),
        ],
        [(date(2026, 3, 5), Decimal("50")), (date(2026, 3, 6), Decimal("40"))],
    )

    assert [(month.first.month, month.billed, month.due, month.paid, month.retained) for month in curve] == [
        (1, 100, 0, 0, 10),
        (2, 1100, 90, 0, 110),
        (3, 1300, 90, 90, 130),
        (4, 1300, 270, 90, 130),
    ]


def test_the_last_by_position_counts_whatever_day_it_was_billed_on():
    late = application(1, date(2026, 5, 1), "100")
    early = application(2, date(2026, 4, 1), "250")

    assert [month.billed for month in cash_curve([late, early], [])] == [250]


def test_nothing_makes_no_curve_and_a_mistyped_year_no_endless_one():
    assert cash_curve([], []) == []
    stray = cash_curve([application(1, date(1, 1, 31), "1"), application(2, date(9999, 12, 1), "2")], [])
    assert [month.first for month in stray] == [date(1, 1, 1), date(9999, 12, 1)]


def test_a_scale_is_round_and_holds_zero_and_every_value():
    scale = scale_of([Decimal("5612074.00"), Decimal("-10")])

    assert (scale.low, scale.high, scale.step) == (Decimal("-2000000"), Decimal("6000000"), Decimal("2000000"))
    assert [mark.text for mark in scale.marks] == ["−2M", "0", "2M", "4M", "6M"]
    assert (scale.marks[0].at, scale.marks[-1].at) == (100, 0)
    assert [mark.text for mark in scale_of([]).marks] == ["0", "0.25", "0.5", "0.75", "1"]


def test_lines_and_bars_lie_on_their_scale():
    scale = scale_of([Decimal(4), Decimal(-4)])

    assert polyline([Decimal(-4), Decimal(0), Decimal(4)], scale) == "0.00,100.00 50.00,50.00 100.00,0.00"
    assert polyline([Decimal(4)], scale) == "0.00,0.00 100.00,0.00"
    assert bar(Decimal(2), scale) == Bar(Decimal("50.00"), Decimal("25.00"))
    assert bar(Decimal(-4), scale) == Bar(Decimal("0.00"), Decimal("50.00"))
    assert (place(0, 1), place(2, 3)) == (0, 100)


def test_few_months_are_labelled_and_none_leaves_the_drawing():
    for count in (1, 2, 3, 24, 120):
        marks = month_marks([date(2020 + at // 12, at % 12 + 1, 1) for at in range(count)])
        assert len(marks) == min(count, 4)
        assert marks[0].anchor == "start"
        assert count == 1 or marks[-1].anchor == "end"


def test_an_axis_says_amounts_shortly():
    said = [short(Decimal(each)) for each in ("0", "950", "250000", "2500000", "-1250000", "3000000000")]
    assert said == ["0", "950", "250K", "2.5M", "−1.25M", "3B"]
