"""XLSX workbooks: the first sheet read as rows of text, and rows written as one sheet.

A workbook is a zip of XML, so what it unfolds to is measured before anything is unfolded.
"""

import io
import re
import zipfile
from decimal import Decimal

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from invoicing.spreadsheet.cells import guarded
from invoicing.spreadsheet.tables import MOST_COLUMNS, MOST_ROWS, FileRefused, Table, cut

MOST_UNFOLDED = 40_000_000
MOST_PARTS = 500
# A spreadsheet program keeps this many digits of a number; longer ones are written as text.
DIGITS_KEPT = 15
DAMAGED = "This workbook cannot be read. Open it in the program it is from, save it as XLSX or CSV, and choose that."

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read_workbook(content):
    """The table on the first sheet of a workbook."""
    _refuse_bomb(content)
    try:
        return _first_sheet(content)
    except FileRefused:
        raise
    except Exception as error:  # whatever the library meets in a file that only looks like a workbook
        raise FileRefused(DAMAGED) from error


def _refuse_bomb(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = parts.infolist()
            doctype = any(_has_doctype(parts, part) for part in names[:MOST_PARTS] if part.filename.endswith(".xml"))
    except Exception as error:
        raise FileRefused(DAMAGED) from error
    if len(names) > MOST_PARTS or sum(part.file_size for part in names) > MOST_UNFOLDED:
        raise FileRefused(
            f"This workbook unfolds to more than {MOST_UNFOLDED // 1_000_000} MB or {MOST_PARTS} parts."
            " Save the sheet as CSV, and choose that."
        )
    if doctype or "xl/workbook.xml" not in {part.filename for part in names}:
        raise FileRefused("This is not an XLSX workbook. Choose a file saved as CSV or XLSX.")


def _has_doctype(parts, part):
    """No spreadsheet program writes one; whoever does means the entities in it."""
    with parts.open(part) as opened:
        return b"<!DOCTYPE" in opened.read(1_000)


def _first_sheet(content):
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = book.worksheets
        if not sheets:
            raise FileRefused("This workbook has no sheet with cells.")
        rows = sheets[0].iter_rows(max_row=MOST_ROWS + 100, max_col=MOST_COLUMNS, values_only=True)
        texts = [cut([_text(value) for value in row]) for row in rows]
        others = len(sheets) - 1
        note = f"Only the first sheet, {sheets[0].title}, was read. There are {others} more."
        return Table(texts, [note] if others else [])
    finally:
        book.close()


def _text(value):
    """A cell as it would stand in a CSV file of ours: numbers plain, texts guarded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(f'{value:.{DIGITS_KEPT}g}'):f}"
    return guarded(str(value))


def as_xlsx(titles, rows, sheet="Schedule of values"):
    """One sheet: titles, then rows of texts and Decimals. No text becomes a formula, whatever it starts with."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    for at, title in enumerate(titles):
        page.column_dimensions["ABCDEFGHIJ"[at]].width = 50 if title == "Description" else 18
    page.append([_cell(page, title, bold=True) for title in titles])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page, value, *, bold=False):
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= DIGITS_KEPT:
        cell = WriteOnlyCell(page, value)
        cell.number_format = "#,##0.00##"
        return cell
    cell = WriteOnlyCell(page, _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", "" if value is None else str(value)))
    cell.data_type, cell.quotePrefix = "s", True
    if bold:
        cell.font = Font(bold=True)
    return cell
