"""Numbers as people write them in other countries, made into what `invoicing.money` reads."""

import re
from enum import StrEnum

from invoicing.money import MINUS


class NumberStyle(StrEnum):
    POINT = "point"  # 1,234.50
    COMMA = "comma"  # 1.234,50


_SPACES = "\\s'\u2019"
_SIGN = re.compile(rf"^(?P<open>\(?)\s*(?P<sign>[-+{MINUS}]?)\s*(?P<digits>.*?)\s*(?P<after>-?)\s*(?P<close>\)?)$")
_CURRENCY = re.compile(r"^(?:[$€£¥]|[A-Z]{3}\b)\s*|\s*(?:[$€£¥]|\b[A-Z]{3})$")
_POINT = re.compile(rf"(?:[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+)(?:\.[0-9]*)?")
_COMMA = re.compile(rf"(?:[0-9]+|[0-9]{{1,3}}(?:[.{_SPACES}][0-9]{{3}})+)?(?:,[0-9]*)?")
_SHOWS_COMMA = re.compile(rf"[0-9](?:[0-9.{_SPACES}]*),[0-9]{{1,2}}|[0-9]{{1,3}}(?:\.[0-9]{{3}}){{2,}}(?:,[0-9]*)?")
_SHOWS_POINT = re.compile(rf"[0-9](?:[0-9,{_SPACES}]*)\.[0-9]{{1,2}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{2,}}(?:\.[0-9]*)?")
LONGEST = 60


def style_of(texts):
    """How these numbers are written, as far as one can see: with a comma only where none shows a point."""
    digits = [_split(text)[1] for text in texts if len(text) <= LONGEST]
    comma = any(_SHOWS_COMMA.fullmatch(each) for each in digits)
    point = any(_SHOWS_POINT.fullmatch(each) for each in digits)
    return NumberStyle.COMMA if comma and not point else NumberStyle.POINT


def plain_number(text, style):
    """The number with a point for decimals, without currency and spaces; a lone dash means zero.

    What cannot be read is handed on as it is, for `parse_amount` to refuse in words.
    """
    if len(text) > LONGEST:
        return text
    negative, digits = _split(text)
    if not digits:
        return "0" if text.strip() in ("-", MINUS, "\u2013") or (negative and text.strip()) else text
    if style == NumberStyle.COMMA and _COMMA.fullmatch(digits):
        digits = re.sub(rf"[.{_SPACES}]", "", digits).replace(",", ".")
    elif style == NumberStyle.POINT and _POINT.fullmatch(digits):
        digits = re.sub(rf"[{_SPACES}]", "", digits)
    elif style == NumberStyle.COMMA:
        return text
    return f"-{digits}" if negative else digits


def _split(text):
    """Whether it is negative, and the digits with their separators; a sign given twice stays with the digits."""
    bare = _CURRENCY.sub("", text.strip()).strip()
    found = _SIGN.match(bare)
    if not found:
        return False, bare
    marks = [found["open"] and found["close"], found["sign"], found["after"]]
    if sum(map(bool, marks)) > 1 or bool(found["open"]) != bool(found["close"]):
        return False, bare
    return any(marks) and found["sign"] != "+", _CURRENCY.sub("", found["digits"]).strip()
