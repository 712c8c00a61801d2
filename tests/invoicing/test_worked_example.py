"""Kestrel Elementary Addition, application 3: every figure of its printed sheets."""

from decimal import Decimal

from invoicing.money import ZERO, format_printed, format_share, percentage
from invoicing.payment_application import summarize
from tests.invoicing.billing import KESTREL, KESTREL_SUMS


def added(amounts):
    return sum(amounts, ZERO)


def test_worked_example_column_by_column():
    rows = {
        item: (line.completed_and_stored, line.percent, line.balance_to_finish, line.retainage)
        for item, line in KESTREL.items()
    }

    assert {
        item: (format_printed(g), format_share(percent), format_printed(h), format_printed(i))
        for item, (g, percent, h, i) in rows.items()
    } == {
        "01": ("57,600.00", "40.0%", "86,400.00", "5,760.00"),
        "02": ("365,750.00", "95.0%", "19,250.00", "36,575.00"),
        "03": ("428,750.00", "70.0%", "183,750.00", "42,875.00"),
        "04": ("84,500.00", "20.1%", "335,500.00", "8,450.00"),
        "05": ("216,350.50", "27.5%", "567,649.50", "21,635.05"),
        "06": ("0.00", "0.0%", "261,000.00", "0.00"),
        "07": ("42,187.50", "12.5%", "295,312.50", "4,218.75"),
        "08": ("0.00", "0.0%", "472,000.00", "0.00"),
        "09": ("0.00", "0.0%", "298,000.00", "0.00"),
        "15": ("12,800.00", "5.0%", "243,200.00", "1,280.00"),
        "16": ("9,000.00", "5.0%", "171,000.00", "900.00"),
        "CO-01": ("21,500.00", "100.0%", "0.00", "2,150.00"),
        "CO-02": ("(14,000.00)", "100.0%", "0.00", "(1,400.00)"),
    }


def test_worked_example_in_total():
    lines = KESTREL.values()

    assert format_share(percentage(added(line.completed_and_stored for line in lines), Decimal("4157500"))) == "29.4%"
    assert {
        "C": added(line.scheduled_value for line in lines),
        "D": added(line.work_previous for line in lines),
        "E": added(line.work_this_period for line in lines),
        "F": added(line.materials_stored for line in lines),
        "H": added(line.balance_to_finish for line in lines),
        "I": added(line.retainage for line in lines),
    } == {
        "C": Decimal("4157500.00"),
        "D": Decimal("596200.00"),
        "E": Decimal("465800.00"),
        "F": Decimal("162438.00"),
        "H": Decimal("2933062.00"),
        "I": Decimal("122443.80"),
    }


def test_worked_example_line_by_line():
    summary = summarize(KESTREL.values(), *KESTREL_SUMS)

    assert {
        "1": summary.original_sum,
        "2": summary.change_order_sum,
        "3": summary.contract_sum_to_date,
        "4": summary.completed_and_stored,
        "5a": summary.retainage_on_work,
        "5b": summary.retainage_on_materials,
        "5": summary.total_retainage,
        "6": summary.earned_less_retainage,
        "7": summary.less_previous_certificates,
        "8": summary.current_payment_due,
        "9": summary.balance_to_finish,
        "billed": summary.billed_this_period,
        "retained": summary.retainage_this_period,
    } == {
        "1": Decimal("4150000.00"),
        "2": Decimal("7500.00"),
        "3": Decimal("4157500.00"),
        "4": Decimal("1224438.00"),
        "5a": Decimal("106200.00"),
        "5b": Decimal("16243.80"),
        "5": Decimal("122443.80"),
        "6": Decimal("1101994.20"),
        "7": Decimal("564840.00"),
        "8": Decimal("537154.20"),
        "9": Decimal("3055505.80"),
        "billed": Decimal("596838.00"),
        "retained": Decimal("59683.80"),
    }
