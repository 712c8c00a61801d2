from dataclasses import dataclass
from decimal import Decimal

from invoicing.money import ZERO, percentage


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line of the continuation sheet: what was carried in and what was entered this period."""

    scheduled_value: Decimal = ZERO
    work_previous: Decimal = ZERO
    materials_previous: Decimal = ZERO
    retainage_previous: Decimal = ZERO
    work_this_period: Decimal = ZERO
    materials_stored: Decimal = ZERO
    retainage_withheld: Decimal = ZERO
    retainage_released: Decimal = ZERO
    retainage_on_materials: Decimal = ZERO

    @property
    def sign(self) -> int:
        """-1 on a deductive line, else 1."""
        return -1 if self.scheduled_value < 0 else 1

    @property
    def work_to_date(self) -> Decimal:
        """D + E: what the next application carries in column D."""
        return self.work_previous + self.work_this_period

    @property
    def completed_and_stored(self) -> Decimal:
        """Column G = D + E + F."""
        return self.work_to_date + self.materials_stored

    @property
    def percent(self) -> Decimal | None:
        """G ÷ C in percent with one decimal; None when there is no scheduled value."""
        return percentage(self.completed_and_stored, self.scheduled_value)

    @property
    def balance_to_finish(self) -> Decimal:
        """Column H = C - G."""
        return self.scheduled_value - self.completed_and_stored

    @property
    def retainage_held(self) -> Decimal:
        """What is held before this period's release: previous + withheld."""
        return self.retainage_previous + self.retainage_withheld

    @property
    def retainage(self) -> Decimal:
        """Column I = previous + withheld - released."""
        return self.retainage_held - self.retainage_released

    @property
    def retainage_on_work(self) -> Decimal:
        """The part of column I that belongs to line 5a."""
        return self.retainage - self.retainage_on_materials

    @property
    def billed_this_period(self) -> Decimal:
        """E + F - previous F: what this application adds to column G."""
        return self.work_this_period + self.materials_stored - self.materials_previous

    @property
    def retainage_this_period(self) -> Decimal:
        """Withheld - released: what this application adds to column I."""
        return self.retainage_withheld - self.retainage_released

    @property
    def payment_previous(self) -> Decimal:
        """What earlier certificates have claimed for this line: its part of line 7."""
        return self.work_previous + self.materials_previous - self.retainage_previous

    @property
    def payment_due(self) -> Decimal:
        """What this application claims for this line: its part of line 8."""
        return self.billed_this_period - self.retainage_this_period


def between(amount: Decimal, bound: Decimal) -> Decimal:
    """Keep an amount between zero and `bound`, whichever sign that has."""
    low, high = sorted((ZERO, bound))
    return min(max(amount, low), high)
