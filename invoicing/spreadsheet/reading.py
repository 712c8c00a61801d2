"""Files and pasted text into rows of text, whatever program wrote them; what cannot be read is refused in words."""

import codecs
import csv
import io
import re

from invoicing.file_kinds import OLD_OFFICE
from invoicing.spreadsheet.tables import MOST_ROWS, FileRefused, Table, cut
from invoicing.spreadsheet.workbooks import read_workbook

MOST_TEXT = 2_000_000
SNIFFED = 100_000
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
DELIMITERS = "\t;,|"

_ZIP = b"PK"
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


def read_file(content):
    """The table in a CSV file, or on the first sheet of an XLSX workbook."""
    if not content.strip():
        raise FileRefused("This file is empty.")
    if content.startswith(OLD_OFFICE):
        raise FileRefused(
            "This is an Excel file of the old kind (.xls), or it has a password."
            " Save it as .xlsx or as CSV without one, and choose that."
        )
    if content.startswith(_ZIP):
        return read_workbook(content)
    text, notes = _decoded(content)
    table = read_text(text)
    return Table(table.rows, [*notes, *table.notes])


def read_text(text):
    """The table in CSV or pasted text."""
    if len(text) > MOST_TEXT:
        raise FileRefused(f"This is too long. The limit is {MOST_TEXT:,} characters; import it in parts.")
    lines = [line for line in text[:SNIFFED].splitlines() if line.strip()] or [""]
    named = _SEPARATOR_LINE.fullmatch(lines[0])
    delimiter = named[1] if named and named[1] in DELIMITERS else _delimiter_of(lines[:20])
    rows = _parsed(text, delimiter)
    if named and rows:
        rows[next(i for i, row in enumerate(rows) if row)] = []
    return Table(rows)


def _decoded(content):
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding), []
    if _NOT_TEXT.search(content):
        raise FileRefused("This is not a table. Choose a file saved as CSV or XLSX.")
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        words = "It is not in UTF-8, so it was read as Windows text. Check letters with accents."
        return _strictly(content, "cp1252"), [words]


def _strictly(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("The letters of this file cannot be read. Save it as CSV in UTF-8.") from error


def _delimiter_of(lines):
    """A tab where half of the lines have one; else what cuts them into most cells, the earlier of equals."""
    if sum("\t" in line for line in lines) * 2 >= len(lines):
        return "\t"
    counts = {each: sum(len(_cells(line, each)) for line in lines) for each in DELIMITERS}
    return max(DELIMITERS, key=counts.get)


def _cells(line, delimiter):
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _parsed(text, delimiter):
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_ROWS + 100:
                break
    except csv.Error as error:
        raise FileRefused(
            f"Row {len(rows) + 1} cannot be read: a cell is longer than any text here may be."
            " Perhaps a quotation mark is not closed."
        ) from error
    return [cut(row) for row in rows]
