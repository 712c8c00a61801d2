"""Tables as people keep them in spreadsheets: files and pasted text read into rows of text, and rows written out."""

from invoicing.spreadsheet.cells import guarded, has_control, one_line, unguarded
from invoicing.spreadsheet.numbers import NumberStyle, plain_number, style_of
from invoicing.spreadsheet.reading import MOST_TEXT, read_file, read_text
from invoicing.spreadsheet.tables import MOST_ROWS, FileRefused, Table
from invoicing.spreadsheet.workbooks import as_xlsx
from invoicing.spreadsheet.writing import as_csv, as_text

__all__ = [
    "MOST_ROWS",
    "MOST_TEXT",
    "FileRefused",
    "NumberStyle",
    "Table",
    "as_csv",
    "as_text",
    "as_xlsx",
    "guarded",
    "has_control",
    "one_line",
    "plain_number",
    "read_file",
    "read_text",
    "style_of",
    "unguarded",
]
