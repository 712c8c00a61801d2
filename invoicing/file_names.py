"""What an attached file is called: what somebody named it, made harmless, with the ending of what it is."""

import re
import unicodedata

from invoicing.file_kinds import CSV, TEXT

LONGEST = 120


def clean_name(name, kind):
    """One line without folders, controls or turned writing; its ending says what the content is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Format characters (Cf) turn the direction of writing around, so that "gpj.exe" reads "exe.jpg".
    plain = "".join(" " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    words = " ".join(re.sub(r'[:*?"<>|]', "-", plain).split()).strip(". ")
    suffix = next((each for each in kind.suffixes if words.lower().endswith(each)), "")
    stem = (words[: -len(suffix)] if suffix else words).rstrip(". ")
    suffix = suffix or kind.suffixes[0]
    return f"{stem[: LONGEST - len(suffix)].rstrip('. ') or 'file'}{suffix}"


def kind_by_name(name, kind):
    """Text is a table where its name says so: the one thing that a name decides."""
    return CSV if kind is TEXT and name.lower().endswith(".csv") else kind
