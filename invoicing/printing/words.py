"""Texts and days as a document writes them."""

import re
from datetime import date

from invoicing.billing_calendar import day_text
from notifications.wording import one_line

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


def plain(text):
    """Typed text on one line, without what a file cannot hold or a reader cannot see."""
    return _NO_CHARACTERS.sub("", one_line(text))


def day(day: date | None):
    return day_text(day) if day else ""
