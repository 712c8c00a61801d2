"""What stands together on the continuation sheet: the lines of a group, then those of each change order."""

from dataclasses import dataclass
from functools import cached_property

from invoicing.figures import LINE_COLUMNS, figures_of, together
from invoicing.money import ZERO
from invoicing.payment_application import LineFigures
from invoicing.printing.words import day, plain

# The continuation sheet's columns of figures: letter, title, name of the figure on `LineFigures`.
COLUMNS = (
    ("C", "Scheduled value", "scheduled_value"),
    ("D", "Work, previous", "work_previous"),
    ("E", "Work, this period", "work_this_period"),
    ("F", "Materials stored", "materials_stored"),
    ("G", "Completed and stored", "completed_and_stored"),
    ("%", "G / C", "percent"),
    ("H", "Balance to finish", "balance_to_finish"),
    ("I", "Retainage", "retainage"),
)


@dataclass(frozen=True)
class PrintedLine:
    item: str
    description: str
    figures: LineFigures


@dataclass(frozen=True)
class Section:
    """Lines under a heading with their subtotal; one alone without a heading is the whole sheet."""

    heading: str
    lines: tuple[PrintedLine, ...]
    by_change_order: bool = False

    @cached_property
    def totals(self):
        return totals_of(self.lines)


def totals_of(lines) -> LineFigures:
    """Lines added up: each column is the sum of theirs, but for G of C, which is that of the sums."""
    return LineFigures(**{name: sum((getattr(line.figures, name) for line in lines), ZERO) for name in LINE_COLUMNS})


def columns_of(figures):
    """A row of figures as the sheet has them."""
    return [getattr(figures, name) for _, _, name in COLUMNS]


def sections_of(rows, change_order_term) -> tuple[Section, ...]:
    """The stored lines of an application, with their schedule lines and change orders, in the order of the sheet."""
    original = together(
        [row for row in rows if not row.contract_line.change_order], lambda row: row.contract_line.group
    )
    changes = together(
        [row for row in rows if row.contract_line.change_order], lambda row: row.contract_line.change_order
    )
    rest = "Other lines" if any(original) else "Original contract" if changes else ""
    return (
        *(Section(plain(name) or rest, _printed(those)) for name, those in original.items()),
        *(Section(_changed(order, change_order_term), _printed(those), True) for order, those in changes.items()),
    )


def _printed(rows):
    return tuple(
        PrintedLine(plain(row.contract_line.item), plain(row.contract_line.description), figures_of(row))
        for row in rows
    )


def _changed(order, term):
    """A change order as a heading."""
    approved = f", approved {day(order.approved_on)}" if order.approved_on else ""
    return f"{term} {plain(order)}{approved}"
