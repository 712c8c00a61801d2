"""Amounts of money: reading them, writing them, sharing them out. The only module that rounds.

Amounts are Decimal with two decimals and fit NUMERIC(16,2); rates are percentages (10 means ten percent).
"""

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
HUNDRED = Decimal(100)
MAX_AMOUNT = Decimal("99999999999999.99")
MAX_QUANTITY = Decimal("999999999999.9999")
MINUS = "\N{MINUS SIGN}"

_TENTH = Decimal("0.1")
_DIGITS = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]*)?")
_EXPONENT = re.compile(r"[0-9.,]+[eE][-+]?[0-9]+")
_ONLY_SEPARATORS_WRONG = re.compile(r"[0-9][0-9,.'\s]*")
_LONGEST = 40
_QUANTITY_DECIMALS = 4


class FigureError(ValueError):
    """A typed figure that cannot be read; the message is a sentence for the person who typed it."""


class AmountError(FigureError):
    """A typed amount that cannot be read."""


class PercentError(FigureError):
    """A typed percentage that cannot be read."""


def round_cents(value: Decimal) -> Decimal:
    """Return `value` rounded half up to the cent, halves away from zero, never a negative zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO


def percentage(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return part ÷ whole in percent, cut off after one decimal, or None when there is no whole to divide by.

    Cut off, not rounded: 99.99% must not read as finished.
    """
    if not whole:
        return None
    return (part * HUNDRED / whole).quantize(_TENTH, rounding=ROUND_DOWN) + Decimal("0.0")


def is_amount(value: Decimal) -> bool:
    """Tell whether the database can hold `value`: finite, whole cents, at most fourteen digits before the point."""
    return value.is_finite() and abs(value) <= MAX_AMOUNT and value == round_cents(value)


def parse_amount(text: str) -> Decimal:
    """Read a typed amount ("1,234.50", "-1,234.50", "(1,234.50)", "$1,234.50") in whole cents.

    Raises AmountError with a sentence that says what to type instead.
    """
    digits, negative = _without_sign(text.strip())
    _refuse_unreadable(digits, AmountError, "an amount", "1,234.50")
    if _decimals(digits) > 2:
        raise AmountError("An amount has at most two decimals. Round it to the cent.")
    amount = Decimal(digits.replace(",", ""))
    if amount > MAX_AMOUNT:
        raise AmountError(_TOO_LARGE)
    return round_cents(-amount if negative else amount)


def parse_quantity(text: str) -> Decimal:
    """Read a typed quantity or price per unit: like an amount, with at most four decimals.

    Raises AmountError with a sentence that says what to type instead.
    """
    digits, negative = _without_sign(text.strip())
    _refuse_unreadable(digits, AmountError, "a number", "1,234.5")
    if _decimals(digits) > 4:
        raise AmountError("This has more than four decimals. Round it.")
    number = Decimal(digits.replace(",", ""))
    if number > MAX_QUANTITY:
        raise AmountError("This number is too large.")
    return (-number if negative else number) + Decimal("0.0000")


def extended(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """Quantity times price per unit in whole cents. Raises AmountError when that is more than an amount can be."""
    with localcontext(prec=50):
        value = round_cents(quantity * unit_price)
    if abs(value) > MAX_AMOUNT:
        raise AmountError(f"Quantity times unit price is too large. The largest is {format_amount(MAX_AMOUNT)}.")
    return value


def quantity_for(amount: Decimal, unit_price: Decimal) -> Decimal | None:
    """The quantity that an amount is billed for: the one of fewest decimals that comes to it, else the nearest of four.

    None without a price, and where it is more than a quantity can be.
    """
    if not unit_price:
        return None
    with localcontext(prec=50):
        exact = amount / unit_price
        if abs(exact) > MAX_QUANTITY:
            return None
        for decimals in range(_QUANTITY_DECIMALS + 1):
            quantity = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
            if round_cents(quantity * unit_price) == amount:
                break
    return quantity + Decimal("0.0000")


def parse_percent(text: str) -> Decimal:
    """Read a typed percentage ("10", "7.125", "10%"): 0 to 100 with at most three decimals.

    Raises PercentError with a sentence that says what to type instead.
    """
    typed = text.strip().removesuffix("%").rstrip()
    digits = typed.lstrip("-" + MINUS)
    _refuse_unreadable(digits, PercentError, "a percentage", "7.5")
    if _decimals(digits) > 3:
        raise PercentError("A percentage has at most three decimals.")
    percent = Decimal(digits.replace(",", ""))
    if percent > HUNDRED or typed != digits:
        raise PercentError("A percentage is between 0 and 100.")
    return percent


def format_amount(value: Decimal, minus: str = MINUS) -> str:
    """Write an amount for the screen: "1,234.50", negative ones with `minus` in front."""
    amount = round_cents(value)
    return f"{minus if amount < 0 else ''}{abs(amount):,.2f}"


def format_quantity(value: Decimal | None, decimals: int = 0) -> str:
    """Write a quantity or a price per unit without needless zeros beyond `decimals`; nothing for None."""
    if value is None:
        return ""
    whole, _, fraction = f"{abs(value):,.4f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return f"{MINUS if value < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"


def format_printed(value: Decimal) -> str:
    """Write an amount for the printed sheets: negative ones in parentheses."""
    amount = round_cents(value)
    return f"({abs(amount):,.2f})" if amount < 0 else f"{amount:,.2f}"


def format_share(value: Decimal | None) -> str:
    """Write how much of a line is billed, one decimal always: "40.0%"; nothing for None."""
    return "" if value is None else f"{MINUS if value < 0 else ''}{abs(value):,.1f}%"


def format_percent(value: Decimal | None) -> str:
    """Write a rate without needless zeros: "10%", "7.125%"; nothing for None."""
    if value is None:
        return ""
    plain = f"{abs(value):f}"
    shown = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"{MINUS if value < 0 and shown != '0' else ''}{shown}%"


def allocate(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `amount` out in proportion to `weights`, in whole cents that add up to it exactly.

    Largest remainder: each part is within one cent of its share, the earlier of equals gets the odd cent, a weight of
    zero gets nothing. Weights may be negative. Raises ValueError when they add up to zero and `amount` does not.
    """
    total = sum(map(Fraction, weights), Fraction(0))
    if not total:
        if amount:
            raise ValueError("There is nothing to share the amount over: the weights add up to zero.")
        return [ZERO] * len(weights)
    cents = int(abs(round_cents(amount)) / CENT)
    shares = [cents * Fraction(weight) / total for weight in weights]
    parts = [share.__floor__() for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: parts[i] - shares[i])
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return [(-part if amount < 0 else part) * CENT for part in parts]


_TOO_LARGE = f"This amount is too large. The largest is {format_amount(MAX_AMOUNT)}."


def _without_sign(text: str) -> tuple[str, bool]:
    """Split a typed figure into its digits and whether it is negative; a doubled sign stays and is refused later."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip().removeprefix("$").lstrip(), True
    bare = text.removeprefix("$").lstrip()
    if bare[:1] in ("-", MINUS):
        digits = bare[1:].lstrip()
        return digits if bare != text else digits.removeprefix("$").lstrip(), True
    return bare, False


def _refuse_unreadable(digits: str, error: type[FigureError], what: str, example: str) -> None:
    """Raise `error` unless `digits` is a plain number with correctly placed thousands separators."""
    if not digits:
        raise error(f"Enter {what}, such as {example}.")
    if len(digits) > _LONGEST:
        raise error(f"This is too long for {what}. Enter digits, such as {example}.")
    if _DIGITS.fullmatch(digits) and digits != ".":
        return
    if any(character.isdecimal() and not character.isascii() for character in digits):
        raise error(f"Type {what} with the digits 0 to 9, such as {example}.")
    if _EXPONENT.fullmatch(digits):
        raise error(f"Write {what} out in full, without an exponent.")
    if _ONLY_SEPARATORS_WRONG.fullmatch(digits):
        raise error(f"Put commas between thousands and one point before the decimals, as in {example}.")
    raise error(f"This is not {what}. Enter digits, such as {example}.")


def _decimals(digits: str) -> int:
    """Count the decimals of a plain number as typed; trailing zeros count, "1.500" may be meant as a thousand."""
    return len(digits.partition(".")[2])
