"""What a table is, and how much of one anybody looks at."""

from dataclasses import dataclass, field

MOST_ROWS = 5_000
MOST_COLUMNS = 40
MOST_CELL = 100_000


class FileRefused(ValueError):
    """Nothing of it can be read; the message is a sentence for the person who sent it."""


@dataclass
class Table:
    """`rows` are all rows of the file, blank ones too, so that their numbers are the spreadsheet's own.

    `notes` are sentences about how it was read.
    """

    rows: list
    notes: list = field(default_factory=list)


def cut(row):
    """No more columns and letters than anyone looks at, and no empty cells behind the last; blank rows have none."""
    cells = [cell[:MOST_CELL] for cell in row[:MOST_COLUMNS]]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
