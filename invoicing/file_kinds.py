"""What a file is, by its content alone; neither its name nor what a browser says of it is believed.

Few kinds are taken, each by what its own readers look for. Nothing is unfolded or drawn here: of a zip the list of its
parts is read, of a picture its outline.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

MOST_UNFOLDED = 200_000_000
MOST_PARTS = 2_000
MOST_LISTED = 1_000_000  # bytes of a zip's own list
MOST_CHUNKS = 20_000
TAIL = 66_000  # as far from its end as a zip's own list can begin
WORDS = "Choose a PDF, PNG, JPEG, XLSX, DOCX, CSV or plain text file."

_PNG, _JPEG, _PDF, _ZIP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04"
OLD_OFFICE, _ZIP_END = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x05\x06"
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_MARKUP = re.compile(r"<(!doctype|html|head|body|script|svg|iframe|\?xml|\?php|!--)", re.IGNORECASE)
# Fewer words and longer ones: shorter ones come about by chance in one picture of some thousand.
_PAGE_IN_PICTURE = re.compile(rb"<(!doctype|html|script|iframe|\?php)", re.IGNORECASE)
_SEEN = 100_000


class NotTaken(Exception):
    """The file is of no kind that is taken; `str()` is the sentence."""


@dataclass(frozen=True)
class Kind:
    """`suffixes` are the endings its files may have, the usual one first."""

    mime: str
    suffixes: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
CSV = Kind("text/csv; charset=utf-8", (".csv",))
TEXT = Kind("text/plain; charset=utf-8", (".txt", ".csv"))
PARTS = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}


def kind_of(file, size):
    """The kind of an open file of `size` bytes; raises `NotTaken`."""
    start, end = _read(file, 0, _SEEN), _read(file, max(0, size - TAIL), TAIL)
    if not start.strip():
        raise NotTaken("It is empty.")
    for mark, look in _LOOKS.items():
        if start.startswith(mark):
            return look(file, start, end)
    return _text(file, size)


def _read(file, at, size):
    file.seek(at)
    return file.read(size)


def _pdf(file, start, end):
    if b"%%EOF" not in end[-2_000:] or _ZIP_END in end:
        raise NotTaken("It begins as a PDF and does not end as one. Save it as PDF again, and choose that.")
    return PDF


def _png(file, start, end):
    """Chunk after chunk, each with its length, from the header to the last; nothing follows."""
    damaged = NotTaken("This PNG is damaged, or something hangs on to it. Save the picture again, and choose that.")
    at, name, chunks = len(_PNG), b"", 0
    while name != b"IEND":
        chunks += 1
        head = _read(file, at, 8)
        if len(head) < 8 or chunks > MOST_CHUNKS or (not name and head[4:] != b"IHDR"):
            raise damaged
        length, name = struct.unpack(">I4s", head)
        at += length + 12
    file.seek(0, 2)
    if file.tell() != at or _PAGE_IN_PICTURE.search(start):
        raise damaged
    return PNG


def _jpeg(file, start, end):
    """Marker after marker as far as the picture itself. Cameras append what they like, but no zip and no page."""
    at = 2
    while start[at : at + 1] == b"\xff" and start[at + 1 : at + 2] != b"\xda" and len(start) > at + 4:
        at += 2 + int.from_bytes(start[at + 2 : at + 4])
    is_cut = at >= len(start) == _SEEN  # long profiles and previews stand in front of some pictures
    if not (is_cut or start[at : at + 2] == b"\xff\xda") or _ZIP_END in end or _PAGE_IN_PICTURE.search(start):
        raise NotTaken("This JPEG is damaged, or something hangs on to it. Save the picture again, and choose that.")
    return JPEG


def _office(file, start, end):
    """A workbook or a document without macros, by the list of its parts; no part is unfolded."""
    _refuse_long_list(end)
    try:
        with zipfile.ZipFile(file) as parts:
            listed, comment = parts.infolist(), parts.comment
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise NotTaken("It cannot be read. Open it in the program it is from, and save it again.") from error
    names = [part.filename for part in listed]
    kinds = [kind for name, kind in PARTS.items() if name in names]
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise NotTaken(f"It is a zip archive, and those are not taken. {WORDS}")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js")) for name in names):
        raise NotTaken("It holds macros or programs. Save it as XLSX or DOCX without them.")
    if len(names) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_UNFOLDED:
        raise NotTaken(f"It unfolds to more than {MOST_UNFOLDED // 1_000_000} MB or {MOST_PARTS:,} parts.")
    if comment or min(part.header_offset for part in listed) or len(set(names)) != len(names):
        raise NotTaken("Something hangs on to it. Open it in the program it is from, and save it again.")
    return kinds[0]


def _refuse_long_list(end):
    """Before the list is read: what the end of the zip says of its length."""
    at = end.rfind(_ZIP_END)
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > MOST_LISTED:
        raise NotTaken(f"It has more than {MOST_PARTS:,} parts.")


def _old_office(file, start, end):
    raise NotTaken(
        "It is an Office file of the old kind, or it has a password. Save it as XLSX, DOCX or PDF without one."
    )


_LOOKS = {_PDF: _pdf, _PNG: _png, _JPEG: _jpeg, _ZIP: _office, OLD_OFFICE: _old_office}


def _text(file, size):
    text = _decoded(_read(file, 0, size))
    if _NOT_TEXT.search(text):
        raise NotTaken(WORDS)
    opening = text.lstrip("\ufeff \t\r\n")
    if opening.startswith(("<", "#!", "{\\rtf")) or _MARKUP.search(text):
        raise NotTaken(f"It is a web page, a drawing or a program. {WORDS}")
    return TEXT


def _decoded(content):
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("latin-1")  # every byte is a letter; what is no text shows by its control characters
