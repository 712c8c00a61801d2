"""What a typed grid is made of: cells that keep what was typed, each with its own message."""

from dataclasses import dataclass

from invoicing.money import FigureError
from invoicing.spreadsheet import has_control, one_line

# What a cell of a grid may hold; more is cut off before anyone looks at it.
LONGEST = 300
CANNOT_BE_STORED = "This holds a character that cannot be stored."


@dataclass
class Cell:
    """One input: `value` is the text to show, `error` what is wrong with it, `label` who it is to a screen reader.

    It has the attributes that {% error_summary %} reads from a form's field.
    """

    name: str
    label: str
    value: str
    error: str = ""
    saved: str = ""  # what stands in the database by now, on a page that was overtaken

    @property
    def id_for_label(self):
        return f"id_{self.name}"

    @property
    def title(self):
        """The column's, of a label such as "Item, line 01"."""
        return self.label.partition(",")[0]

    @property
    def errors(self):
        return [self.error] if self.error else []


class Grid:
    """Rows of cells as a form: `rows`, and `is_bound` once it was sent. What {% error_summary %} reads is here."""

    def __iter__(self):
        return (cell for row in self.rows for cell in row.cells.values())

    def non_field_errors(self):
        return []

    @property
    def errors(self):
        return [cell.error for cell in self if cell.error]

    def is_valid(self):
        return self.is_bound and not self.errors


def typed(post, cell):
    """Take what was typed into a cell, if the form had it; tell whether it had."""
    if cell.name not in post:
        return False
    text = post[cell.name]
    cell.value = text[:LONGEST]
    if len(text) > LONGEST:
        cell.error = f"This is too long. The limit is {LONGEST} characters."
    elif has_control(one_line(text)):
        cell.value = text.replace("\x00", "")
        cell.error = CANNOT_BE_STORED
    return True


def read(cell, parse):
    """Parse a cell's text; None and a message on the cell where that fails."""
    if cell.error:
        return None
    try:
        return parse(cell.value)
    except FigureError as error:
        cell.error = str(error)
        return None
