"""Whole numbers as a request carries them: text that anybody can write."""

# A key of the database has no more digits, and Python refuses to read thousands.
LONGEST = 18


def whole_number(text, digits=LONGEST):
    """The number that plain digits write, at most so many of them; None for every other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def version_in(text):
    """The version that a page showed; None where the form had none, and one that never fits where it is no number."""
    if not text:
        return None
    number = whole_number(text, digits=9)
    return -1 if number is None else number
