"""What a file is, told by its content; and what it is called after that."""

import io

import pytest

from invoicing import file_kinds
from invoicing.file_kinds import CSV, DOCX, JPEG, PDF, PNG, TEXT, XLSX, NotTaken, kind_of
from invoicing.file_names import LONGEST, clean_name, kind_by_name
from tests.invoicing import sample_files as sample


def kind(content):
    return kind_of(io.BytesIO(content), len(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (sample.PDF, PDF),
        (sample.png(), PNG),
        (sample.JPEG, JPEG),
        (sample.JPEG + b"a camera's own notes", JPEG),
        (sample.office("xl/workbook.xml"), XLSX),
        (sample.office("word/document.xml"), DOCX),
        (b"Item,Amount\n01,5.00\n", TEXT),
        ("März < April".encode("cp1252"), TEXT),
        ("Größe".encode("utf-16"), TEXT),
    ],
)
def test_each_kind_is_known_by_its_content(content, expected):
    assert kind(content) is expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (sample.SVG, "drawing"),
        (sample.HTML, "web page"),
        (b"#!/bin/sh\nrm x", "program"),
        (sample.PROGRAM, "Choose a PDF"),
        (b"\x7fELF\x02\x01\x01\x00", "Choose a PDF"),
        (b"GIF89a\x01\x00\x01\x00", "Choose a PDF"),
        (sample.PDF[:30], "does not end as one"),
        (sample.PDF + sample.zipped("a"), "does not end as one"),
        (sample.png() + b"<script>", "hangs on"),
        (sample.png()[:20], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, "damaged"),
        (sample.JPEG + sample.zipped("a"), "hangs on"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "damaged"),
        (sample.zipped("a.txt"), "zip archive"),
        (sample.office("xl/workbook.xml", "word/document.xml"), "zip archive"),
        (sample.office("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (sample.office("xl/workbook.xml", comment=b"<script>"), "hangs on"),
        (sample.office("xl/workbook.xml")[:-30], "cannot be read"),
        (b"PK\x03\x04" + b"\0" * 60, "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "password"),
    ],
)
def test_what_is_not_taken_says_why(content, words):
    with pytest.raises(NotTaken, match=words):
        kind(content)


def test_a_zip_bomb_is_refused_by_what_it_declares(monkeypatch):
    monkeypatch.setattr(file_kinds, "MOST_UNFOLDED", 10_000)
    bomb = sample.office("xl/workbook.xml", content=b"0" * 6_000)

    with pytest.raises(NotTaken, match="unfolds to more"):
        kind(bomb)


@pytest.mark.parametrize(
    ("limit", "content"), [("MOST_LISTED", sample.office("xl/workbook.xml")), ("MOST_CHUNKS", sample.png())]
)
def test_long_lists_are_not_read(monkeypatch, limit, content):
    monkeypatch.setattr(file_kinds, limit, 2)

    with pytest.raises(NotTaken):
        kind(content)


@pytest.mark.parametrize(
    ("given", "of", "expected"),
    [
        ("waiver.pdf", PDF, "waiver.pdf"),
        ("Waiver.PDF", PDF, "Waiver.pdf"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("run.exe", PDF, "run.exe.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        (r"C:\work\bills.csv", TEXT, "bills.csv"),
        ("waiver\u202efdp.exe", PDF, "waiverfdp.exe.pdf"),
        ("a\r\nb\x00\u200b.txt", TEXT, "a b.txt"),
        ('a<b>"c"|?.png', PNG, "a-b--c---.png"),
        ("...", PNG, "file.png"),
        (".pdf", PDF, "pdf.pdf"),
        ("", TEXT, "file.txt"),
        ("e\u0301.txt", TEXT, "\u00e9.txt"),
    ],
)
def test_names_are_made_harmless(given, of, expected):
    assert clean_name(given, of) == expected


def test_a_long_name_keeps_its_ending():
    name = clean_name("x" * 5_000 + ".pdf", PDF)

    assert (len(name), name[-5:]) == (LONGEST, "x.pdf")


def test_a_table_is_text_whose_name_says_so():
    assert (kind_by_name("a.csv", TEXT), kind_by_name("a.txt", TEXT), kind_by_name("a.csv", PDF)) == (CSV, TEXT, PDF)
