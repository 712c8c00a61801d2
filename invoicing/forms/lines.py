"""The continuation sheet as one types it: columns E and F, the rates and the release of each line."""

from dataclasses import dataclass

from invoicing.actions import LineEntry
from invoicing.figures import figures_of, headings
from invoicing.forms import quantities
from invoicing.forms.cells import Cell, Grid, read, typed
from invoicing.money import HUNDRED, ZERO, format_amount, format_percent, parse_amount, parse_percent, round_cents
from invoicing.payment_application import excess

COLUMNS = {
    "work_this_period": ("work", "E, work this period"),
    "materials_stored": ("materials", "F, materials stored"),
    "retainage_percent": ("work-rate", "Retainage on work, percent"),
    "materials_retainage_percent": ("materials-rate", "Retainage on materials, percent"),
    "retainage_released": ("released", "Retainage released"),
}
RATES = {"retainage_percent", "materials_retainage_percent"}
# Where a problem shows that belongs to a computed column.
SHOWN_AT = {"retainage_withheld": "retainage_percent", "retainage_on_materials": "materials_retainage_percent"}


@dataclass
class SheetRow:
    """One line: its row, its figures as stored, its cells by field."""

    line: object
    figures: object
    cells: dict
    heading: str = ""

    @property
    def item(self):
        return self.line.contract_line.item

    @property
    def over(self):
        """Billing over the line's value, in words; a warning."""
        beyond = excess(self.figures)
        if not beyond:
            return ""
        verb = "Lower" if beyond > 0 else "Raise"
        share = self.figures.percent
        billed = "" if share is None or share < 0 else f"Line {self.item} is billed to {format_percent(share)}. "
        return f"{billed}{verb} column E by {format_amount(abs(beyond))} or add a change order."


class LineSheet(Grid):
    """The lines of an application as a form: `rows` to show, `entries` to save, every message beside its cell."""

    def __init__(self, lines, post=None):
        self.rows = [_row(line, heading) for line, heading in zip(lines, headings(lines), strict=True)]
        self.is_bound = post is not None
        self.entries = {row.line.pk: _entry(row, post) for row in self.rows} if self.is_bound else {}

    def refuse(self, problems):
        """Put the problems of a `FiguresRefused` beside the cells they belong to."""
        for row in self.rows:
            for problem in problems.get(row.line.pk, ()):
                cell = row.cells[SHOWN_AT.get(problem.field, problem.field)]
                cell.error = f"{cell.error} {problem.sentence}".strip()

    def mark_saved(self):
        """On an overtaken page: say beside each cell what stands by now, where it is not what was typed."""
        for row in self.rows:
            for field, cell in row.cells.items():
                stands = _text(row.line, field)
                cell.saved = stands if not _same(cell.value, stands) else ""


def _row(line, heading):
    item = line.contract_line.item
    cells = {
        field: Cell(f"{column}-{line.pk}", f"{title}, line {item}", _text(line, field))
        for field, (column, title) in COLUMNS.items()
    }
    return SheetRow(line, figures_of(line), cells | quantities.quantity_cells(line), heading)


def _text(line, field):
    if field in quantities.COLUMNS:
        return quantities.quantity_text(line, field)
    value = getattr(line, field)
    if field in RATES:
        return f"{value.normalize():f}" if value else "0"
    return format_amount(value)


def _same(typed_text, stored_text):
    return typed_text.strip().replace(",", "") == stored_text.replace(",", "")


def _entry(row, post):
    """What was typed on a line; a field that the form did not have stays None."""
    found = {}
    for field in COLUMNS:
        cell = row.cells[field]
        if typed(post, cell):
            found[field] = read(cell, parse_percent if field in RATES else _amount_of(row))
    found["work_this_period"] = quantities.work_by_quantity(row, post, found.get("work_this_period"))
    return LineEntry(**found)


def _amount_of(row):
    """Amounts, an empty cell as zero, and "25%" as that part of the line's scheduled value."""

    def parse(text):
        if not text.strip():
            return ZERO
        if text.rstrip().endswith("%"):
            return round_cents(row.line.scheduled_value * parse_percent(text) / HUNDRED)
        return parse_amount(text)

    return parse
