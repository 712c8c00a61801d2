"""Where lines, bars and labels stand, in percent of the width and of the height of the drawing."""

from dataclasses import dataclass
from decimal import Decimal

from invoicing.money import HUNDRED, MINUS, ZERO

PLACES = Decimal("0.01")
TICKS = 4
LABELS = 4
UNITS = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))


@dataclass(frozen=True)
class Mark:
    """A label at a place in percent; `anchor` keeps the outermost inside the drawing."""

    at: Decimal
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, both round, with zero among them."""

    low: Decimal
    high: Decimal
    step: Decimal

    def share(self, value: Decimal) -> Decimal:
        """How far along the scale a value lies, in percent."""
        return ((value - self.low) * HUNDRED / (self.high - self.low)).quantize(PLACES)

    @property
    def marks(self) -> list[Mark]:
        """A label for each step, measured from the top."""
        count = int((self.high - self.low) / self.step)
        values = [self.low + self.step * at for at in range(count + 1)]
        return [Mark(HUNDRED - self.share(value), short(value)) for value in values]


def scale_of(values) -> Scale:
    """A scale with at most six steps of 1, 2, 2.5 or 5 that holds all values and zero."""
    lowest, highest = min([ZERO, *values]), max([ZERO, *values])
    highest = highest if highest > lowest else Decimal(1)
    wanted = (highest - lowest) / TICKS
    power = Decimal(10) ** wanted.adjusted()
    step = next(power * each for each in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * each >= wanted)
    return Scale((lowest / step).to_integral_value("ROUND_FLOOR") * step, _ceiling(highest / step) * step, step)


def _ceiling(ratio: Decimal) -> Decimal:
    return ratio.to_integral_value("ROUND_CEILING")


def polyline(values: list[Decimal], scale: Scale) -> str:
    """The points of a line over equal steps; a single value runs across."""
    values = values * 2 if len(values) == 1 else values
    return " ".join(f"{place(at, len(values))},{HUNDRED - scale.share(value)}" for at, value in enumerate(values))


def place(at: int, count: int) -> Decimal:
    return (HUNDRED * at / max(1, count - 1)).quantize(PLACES)


def month_marks(months: list) -> list[Mark]:
    """Few enough labels for a narrow window: the first month, the last, and some between."""
    last = len(months) - 1
    chosen = sorted({round(last * part / (LABELS - 1)) for part in range(LABELS)})
    anchors = {0: "start", last: "end"} if last else {0: "start"}
    return [Mark(place(at, len(months)), f"{months[at]:%b %Y}", anchors.get(at, "middle")) for at in chosen]


@dataclass(frozen=True)
class Bar:
    """A length from `start`, both in percent of the width."""

    start: Decimal
    length: Decimal


def bar(value: Decimal, scale: Scale) -> Bar:
    """From zero to the value; leftwards where it is negative."""
    zero, end = scale.share(ZERO), scale.share(value)
    return Bar(min(zero, end), abs(end - zero))


def short(value: Decimal) -> str:
    """An amount as an axis says it: "0", "250K", "2.5M"."""
    size, letter = next(((size, letter) for size, letter in UNITS if abs(value) >= size), (Decimal(1), ""))
    text = f"{abs(value) / size:,.2f}".rstrip("0").rstrip(".")
    return f"{MINUS if value < 0 else ''}{text}{letter}"
