"""One cell of text, safe to give to a spreadsheet program and the same when it comes back."""

import re

# What a spreadsheet program takes for the start of a formula.
STARTS_A_FORMULA = "=+-@\t\r"
GUARD = "'"

_BREAKS = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def guarded(text):
    """Put an apostrophe before what would be a formula; and before one that looks guarded, so that both come back."""
    return GUARD + text if _bare(text)[:1] in tuple(STARTS_A_FORMULA) else text


def unguarded(text):
    """What `guarded` was given."""
    return text[1:] if text.startswith(GUARD) and _bare(text)[:1] in tuple(STARTS_A_FORMULA) else text


def _bare(text):
    return text.lstrip(GUARD)


def one_line(text):
    """A cell's text without breaks and outer spaces."""
    return _BREAKS.sub(" ", text).strip()


def has_control(text):
    """Whether there is a character in it that a database or a spreadsheet cannot hold."""
    return bool(_CONTROL.search(text))
