"""The schedule of values as one types it: existing lines, and blank ones beneath for more."""

from dataclasses import dataclass
from decimal import Decimal

from invoicing.forms.cells import Cell, Grid, typed
from invoicing.forms.schedule_entries import COLUMNS, columns_of, entry_of, find_code, read_figures, read_words
from invoicing.money import ZERO, format_amount, format_quantity

BLANK_ROWS = 5
MOST_NEW = 300


@dataclass
class ScheduleRow:
    """`key` is the line's id, or "new-3"; `line` is None for a new one.

    `heading` is the group that begins with this row, `subtotal` what all its lines are worth.
    """

    key: str
    line: object
    cells: dict
    removed: bool = False
    heading: str = ""
    subtotal: Decimal = ZERO

    @property
    def remove_name(self):
        return f"remove-{self.key}"

    @property
    def is_blank(self):
        return self.line is None and not any(cell.value.strip() for cell in self.cells.values())


class ScheduleSheet(Grid):
    """The lines of a contract or change order as a form: `rows` to show, `entries` to save.

    `lines` come in the order of `by_group`, `subtotals` by the name of a group (None: no headings, as for a change
    order), `codes` are the company's cost codes.
    """

    def __init__(self, contract, lines, subtotals, codes, post=None):
        self.is_bound = post is not None
        self.columns = {name: COLUMNS[name] for name in columns_of(contract)}
        self.rows = [_row(str(line.pk), line, self.columns) for line in lines]
        self.rows += [_row(f"new-{n}", None, self.columns) for n in range(_new_rows(post))]
        _put_headings(self.rows, subtotals or {})
        self.entries = []
        if self.is_bound:
            self.sent = [row for row in self.rows if _fill(row, post) and not row.is_blank]
            known = {code.code.lower(): code for code in codes}
            self.entries = [_entry(row, known) for row in self.sent]

    def refuse(self, problems):
        """Put the problems of a `ScheduleRefused` beside the cells they belong to."""
        for index, sentences in problems.items():
            for field, sentence in sentences.items():
                self.sent[index].cells[field].error = sentence


def _new_rows(post):
    """As many blank rows as the page had."""
    if post is None:
        return BLANK_ROWS
    return next((n for n in range(MOST_NEW) if f"item-new-{n}" not in post), MOST_NEW)


def _row(key, line, columns):
    who = f"line {line.item}" if line else f"new line {int(key.removeprefix('new-')) + 1}"
    stored = stored_texts(line) if line else dict.fromkeys(columns, "")
    cells = {name: Cell(f"{name}-{key}", f"{title}, {who}", stored[name]) for name, title in columns.items()}
    return ScheduleRow(key, line, cells)


def stored_texts(line):
    """A line's columns as one would type them."""
    return {
        "item": line.item,
        "description": line.description,
        "group": line.group,
        "cost_code": line.cost_code.code if line.cost_code else "",
        "quantity": format_quantity(line.quantity),
        "unit": line.unit,
        "unit_price": format_quantity(line.unit_price, 2),
        "scheduled_value": format_amount(line.scheduled_value),
    }


def file_cells(line):
    """A line's columns for a file: words as they are, figures as Decimals."""
    figures = {"quantity": line.quantity, "unit_price": line.unit_price, "scheduled_value": line.scheduled_value}
    return stored_texts(line) | figures


def _put_headings(rows, subtotals):
    """Name the group over its first row here; without groups there is nothing to head."""
    before = ""
    for row in rows:
        group = row.line.group if row.line else before
        if group != before and group:
            row.heading, row.subtotal = group, subtotals.get(group, ZERO)
        before = group


def _fill(row, post):
    """Take what was typed on a row; tell whether the form had it."""
    row.removed = row.remove_name in post
    return any([typed(post, cell) for cell in row.cells.values()])


def _entry(row, codes):
    """Read a row; what is wrong with it is written beside its cells. Nobody minds the cells of a line to remove."""
    texts = {name: cell.value for name, cell in row.cells.items()}
    words, wrong_words = read_words(texts)
    figures, wrong_figures = read_figures(texts)
    text = texts["cost_code"].strip()
    code = find_code(text, codes) if text else None
    problems = {**wrong_words, **wrong_figures}
    if text and code is None:
        problems["cost_code"] = f"There is no cost code {text[:30]}. Choose one from the list, or add it."
    for name, cell in row.cells.items():
        cell.error = "" if row.removed else problems.get(name) or cell.error
    return entry_of(words, figures, code, row.line, row.removed)
