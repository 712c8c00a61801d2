"""Money received against an application: what can be taken, and how old the rest is."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from invoicing.billing_calendar import day_text
from invoicing.money import ZERO, format_amount

# The last day, counted from the due date, of each stretch; what is older falls into the last field of `Ageing`.
STRETCHES = (("not_due", 0), ("to_30", 30), ("to_60", 60), ("to_90", 90))


@dataclass(frozen=True)
class Ageing:
    """What is outstanding, by how many days it is past its due date."""

    not_due: Decimal = ZERO
    to_30: Decimal = ZERO
    to_60: Decimal = ZERO
    to_90: Decimal = ZERO
    over_90: Decimal = ZERO

    def __add__(self, other: "Ageing") -> "Ageing":
        return Ageing(*(mine + theirs for mine, theirs in zip(self.amounts, other.amounts, strict=True)))

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return tuple(getattr(self, each.name) for each in fields(self))

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, ZERO)

    @property
    def past_due(self) -> Decimal:
        return self.total - self.not_due


def days_late(due: date, today: date) -> int:
    """Whole days past the due date; on the day itself nothing is late."""
    return max(0, (today - due).days)


def ageing_of(outstanding: Iterable[tuple[date, Decimal]], today: date) -> Ageing:
    """Add up pairs of due date and amount. A credit counts against the stretch of its own date."""
    sums = dict.fromkeys((each.name for each in fields(Ageing)), ZERO)
    for due, amount in outstanding:
        sums[_stretch(days_late(due, today))] += amount
    return Ageing(**sums)


def _stretch(days: int) -> str:
    return next((name for name, last in STRETCHES if days <= last), "over_90")


def refusals(amount: Decimal, received_on: date, *, outstanding: Decimal, billed_on: date, today: date):
    """Sentences by field, for a payment that cannot have been made like this."""
    found = {}
    if amount <= 0:
        found["amount"] = "Enter an amount above 0.00. A mistake is undone by reversing the payment."
    elif amount > outstanding:
        found["amount"] = f"Only {format_amount(outstanding)} is outstanding. Enter that or less."
    if received_on > today:
        found["received_on"] = "This day is still to come. Enter the day the money was received."
    elif received_on < billed_on:
        found["received_on"] = f"It was billed on {day_text(billed_on)}. Enter that day or later."
    return found
