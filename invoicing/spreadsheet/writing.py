"""Rows as a file, or as the text of a form."""

import csv
import io
from decimal import Decimal

from invoicing.spreadsheet.cells import guarded


def as_csv(titles, rows):
    """A CSV file for spreadsheet programs, which know UTF-8 by its mark: rows of texts, guarded, and Decimals."""
    return _written([titles, *([_text(value) for value in row] for row in rows)], ",").encode("utf-8-sig")


def _text(value):
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else guarded(value)


def as_text(rows):
    """Lines with tabs between the cells, as a spreadsheet pastes them."""
    return _written(rows, "\t")


def _written(rows, delimiter):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()
