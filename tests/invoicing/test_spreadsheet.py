"""Cells, numbers and files of other programs, read without a database."""

import io
import zipfile
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from invoicing.money import FigureError, parse_amount
from invoicing.spreadsheet import (
    FileRefused,
    NumberStyle,
    as_csv,
    as_text,
    as_xlsx,
    guarded,
    plain_number,
    read_file,
    read_text,
    style_of,
    unguarded,
)

POINT, COMMA = NumberStyle.POINT, NumberStyle.COMMA


@pytest.mark.parametrize("text", ["", "Concrete", "=1+1", "'=1+1", "''@x", "'tis", "-3 deep", "+", "@", "'"])
def test_a_guarded_cell_comes_back_and_starts_no_formula(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@")


@given(st.text(st.sampled_from("'=+-@ax ")))
def test_any_cell_comes_back(text):
    assert unguarded(guarded(text)) == text


@given(st.text(st.sampled_from("ab01,;|\t\n\r\"'\x00=é"), max_size=60))
def test_any_text_and_any_bytes_are_read_or_refused_in_words(text):
    for content in (text.encode(), b"PK" + text.encode(), text.encode("utf-16")):
        with suppress(FileRefused):
            assert all(isinstance(cell, str) for row in read_file(content).rows for cell in row)


@pytest.mark.parametrize(
    ("text", "style", "amount"),
    [
        ("1,234.50", POINT, "1234.50"),
        ("1 234.50", POINT, "1234.50"),
        ("1.234,50", COMMA, "1234.50"),
        ("1\N{NARROW NO-BREAK SPACE}234,5", COMMA, "1234.50"),
        ("1'234'567,5", COMMA, "1234567.50"),
        ("1.234", COMMA, "1234.00"),
        ("(12.50)", POINT, "-12.50"),
        ("12,50-", COMMA, "-12.50"),
        ("-€ 5", POINT, "-5.00"),
        ("5 EUR", COMMA, "5.00"),
        (" $ - ", POINT, "0.00"),
        ("\N{MINUS SIGN}7", COMMA, "-7.00"),
    ],
)
def test_numbers_of_many_countries(text, style, amount):
    assert str(parse_amount(plain_number(text, style))) == amount


@pytest.mark.parametrize(
    "text", ["1.234,50", "--5", "(5", "(-5)", "x", "1e5", "=1+1", "#REF!", "9" * 300, "1,23,4", ""]
)
def test_what_is_no_number_is_refused_in_words(text):
    with pytest.raises(FigureError):
        parse_amount(plain_number(text, POINT))


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["1.234,50", "12"], COMMA),
        (["1.234.567"], COMMA),
        (["12,5", "1.234"], COMMA),
        (["1234.5", "12,50"], POINT),
        (["1.234"], POINT),
        (["x", "", "9" * 100_000], POINT),
    ],
)
def test_the_style_of_numbers_is_found_out(texts, style):
    assert style_of(texts) == style


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    table = read_file("Item;Description\r\n01;Größe".encode(encoding))

    assert table.rows == [["Item", "Description"], ["01", "Größe"]]
    assert bool(table.notes) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "text", ["a,b\n1,2", "a;b\n1;2", "a\tb\r\n1\t2", "a|b\r1|2", "sep=;\na;b\n1;2", 'a,b\n"1","2"', "\n\na,b\n1,2\n"]
)
def test_delimiters_and_line_ends(text):
    assert [row for row in read_text(text).rows if row] == [["a", "b"], ["1", "2"]]


def test_row_numbers_are_the_spreadsheet_s_own():
    rows = read_text('Item,Description\n\n01,"two\nlines"\n,,\n02,x').rows

    assert rows == [["Item", "Description"], [], ["01", "two\nlines"], [], ["02", "x"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty."),
        (b" \r\n", "This file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "Excel file of the old kind"),
        (b"%PDF-1.7\x00\x01", "This is not a table."),
        (b"\x89PNG\r\n\x1a\n\x00", "This is not a table."),
        (b"\xff\xfe\x00\xd8x", "The letters of this file cannot be read."),
        (b"a\x81\x8d", "The letters of this file cannot be read."),
        (b'a,b\n"' + b"x" * 200_000, "Row 2 cannot be read"),
        (b"x," * 1_500_000, "This is too long."),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, said):
    with pytest.raises(FileRefused) as refused:
        read_file(content)

    assert said in str(refused.value)


def test_what_is_written_is_read_back():
    rows = [["Item", "Description"], ["01", 'a "b", c;\td'], ["", "=x"]]

    assert read_file(as_csv(rows[0], [*rows[1:2], ["", "x"]])).rows == [*rows[:2], ["", "x"]]
    assert read_text(as_text(rows)).rows == rows


def workbook(*rows, sheets=1):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def test_cells_of_a_workbook_are_read_as_one_sees_them():
    table = read_file(workbook(["Item", "Value"], [1, 0.1 + 0.2], [], ["-x", -1234.5], ["=1+1", True], sheets=2))

    assert table.rows == [["Item", "Value"], ["1", "0.3"], [], ["'-x", "-1234.5"], ["", "True"]]
    assert table.notes == ["Only the first sheet, Sheet, was read. There are 1 more."]


def test_a_workbook_that_is_written_holds_no_formula_and_every_digit():
    long = Decimal("99999999999999.99")
    content = as_xlsx(["Item", "Description"], [["=1+1", Decimal("-2.50")], ["a\x01", long], ["", None]])

    cells = [[(cell.value, cell.data_type) for cell in row] for row in load_workbook(io.BytesIO(content)).active.rows]

    assert cells[1] == [("=1+1", "s"), (-2.5, "n")]
    assert read_file(content).rows == [["Item", "Description"], ["'=1+1", "-2.5"], ["a\ufffd", str(long)], []]


BOMB = {"_rels": "", "xl__workbook_dot_xml": "<a/>", "xl__worksheets__sheet1_dot_xml": b" " * 50_000_000}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 no zip", "This workbook cannot be read."),
        (workbook(["Item"])[:-300], "This workbook cannot be read."),
        (zipped(word__document_dot_xml="<a/>"), "This is not an XLSX workbook."),
        (zipped(xl__workbook_dot_xml="<a/>"), "This workbook cannot be read."),
        (zipped(xl__workbook_dot_xml='<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'), "This is not an XLSX workbook."),
        (zipped(**BOMB), "This workbook unfolds to more than 40 MB or 500 parts."),
        (zipped(**{f"p{n}": "" for n in range(600)}), "This workbook unfolds to more than"),
    ],
    ids=["no zip", "cut off", "a document", "no sheets", "entities", "a bomb", "many parts"],
)
def test_what_only_looks_like_a_workbook_is_refused_in_words(content, said):
    with pytest.raises(FileRefused) as refused:
        read_file(content)

    assert said in str(refused.value)
