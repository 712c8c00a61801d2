"""What may stand in a mail: text without control characters, subjects of one line, bounded lengths."""

import re
import unicodedata

# Turning the direction of what follows can make one address or amount look like another.
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def one_line(text):
    """Text for a header or a table cell: whitespace of every kind collapsed, nothing invisible left."""
    return " ".join(_visible(re.sub(r"\s+", " ", str(text))).split())


def paragraphs(text):
    """Text for a body: its line breaks are kept, nothing else invisible is."""
    return "\n".join(_visible(line).rstrip() for line in str(text).expandtabs(4).splitlines()).strip()


def capped(text, length):
    """At most `length` characters, the last one an ellipsis when something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _visible(text):
    kept = (char for char in text.translate(DIRECTION_MARKS) if unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(kept)
