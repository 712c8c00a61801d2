"""Reads printed documents back, to compare them with what they were printed from."""

import io
import re
import zlib
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import openpyxl

IN_STRING = rb"(?:[^\\()]|\\.)"
for _ in range(4):  # parentheses in pairs stand in a string as they are
    IN_STRING = rb"(?:[^\\()]|\\.|\(" + IN_STRING + rb"*\))"
SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\((" + IN_STRING + rb"*)\)", flags=re.DOTALL)


def pdf_pieces(pdf):
    """The text of a PDF of ours, as its pages show it: the tagged pieces of each page, in order, artifacts left out."""
    objects = {int(n): body for n, body in re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", pdf, flags=re.DOTALL)}
    pages = re.search(rb"/Type/Pages/Count \d+/Kids\[(.*?)\]", pdf, flags=re.DOTALL).group(1)
    return [_page(objects[int(n)], objects) for n in re.findall(rb"(\d+) 0 R", pages)]


def _page(page, objects):
    resources = objects[int(re.search(rb"/Resources (\d+)", page).group(1))]
    fonts = {name: _characters(objects, int(n)) for name, n in re.findall(rb"/(f\d+) (\d+) 0 R", resources)}
    content = _stream(objects[int(re.search(rb"/Contents (\d+)", page).group(1))])
    tagged = re.findall(rb"<</MCID \d+[^>]*>>BDC(.*?)EMC", content, flags=re.DOTALL)
    return ["".join(_shown(piece, fonts)) for piece in tagged]


def _shown(piece, fonts):
    """The characters of one piece: each string in the font that was set last."""
    font = None
    for name, string in SHOWN.findall(piece):
        font = fonts[name] if name else font
        glyphs = _unescaped(string)
        yield from (font[int.from_bytes(glyphs[n : n + 2])] for n in range(0, len(glyphs), 2))


def _unescaped(string):
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(match):
        code = match.group(1)
        return bytes([int(code, 8)]) if code.isdigit() else named.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, string, flags=re.DOTALL)


def read_amount(text):
    """A printed amount as a number: "(1,234.50)" is below zero."""
    digits = text.strip("()").replace(",", "")
    return Decimal(f"-{digits}" if text.startswith("(") else digits)


def _stream(body):
    return zlib.decompressobj().decompress(body.split(b"stream\n", 1)[1])


def _characters(objects, font):
    """What each glyph of a font stands for."""
    cmap = _stream(objects[int(re.search(rb"/ToUnicode (\d+)", objects[font]).group(1))])
    pairs = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>\n", cmap)
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def workbook_values(content):
    """What a workbook's cells come to when its formulas are computed anew, by sheet and place; cached values unread."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return Sheets(book)


class Sheets:
    """A calculator for the few functions our formulas use, in decimals."""

    def __init__(self, book):
        self.book, self.known = book, {}

    def value(self, sheet, place):
        if (sheet, place) not in self.known:
            cell = self.book[sheet][place]
            read = self._computed if cell.data_type == "f" else _plain
            self.known[sheet, place] = read(sheet, cell.value)
        return self.known[sheet, place]

    def _computed(self, sheet, formula):
        def look_up(match):
            return f"at({(match[1] or sheet)!r}, {match[2]!r}, {match[3]!r})"

        code = re.sub(r"(?:(\w+)!)?\b([A-Z]\d+)(?::([A-Z]\d+))?", look_up, formula[1:])
        code = re.sub(r'^IF\((.*?)=0,"",(.*)\)$', r"'' if \1 == 0 else \2", code)
        return eval(code, {"at": self._at, "ROUND": _round, "TRUNC": _trunc, "SUM": sum, "SUMIF": _sum_if})

    def _at(self, sheet, first, last):
        if not last:
            return self.value(sheet, first)
        rows = range(int(first[1:]), int(last[1:]) + 1)
        return [self.value(sheet, f"{first[0]}{row}") for row in rows]


def _plain(_, value):
    return Decimal(str(value)) if isinstance(value, int | float) else value or ""


def _round(value, places):
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _trunc(value, places):
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)


def _sum_if(marks, wanted, values):
    return sum((value for mark, value in zip(marks, values, strict=True) if mark == wanted), Decimal(0))
