"""What the checks look at, and what they find."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from invoicing.money import ZERO
from invoicing.payment_application import LineFigures


class Place:
    """Where a figure that is off is put right: on a page, or in a column of the line."""

    SCHEDULE = "schedule"
    CHANGE_ORDERS = "change_orders"
    PREVIOUS = "previous"
    NOTE = "note"
    WORK = "work"
    RATE = "work-rate"


@dataclass(frozen=True, slots=True)
class ScheduledLine:
    """A line with what names it: `key` finds it in the application before, `item` is what people call it ("05")."""

    key: Hashable
    item: str
    figures: LineFigures


@dataclass(frozen=True, slots=True)
class Certificate:
    """The last standing application before this one: its line 6 and its lines by key."""

    earned_less_retainage: Decimal = ZERO
    lines: Mapping[Hashable, LineFigures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContractFigures:
    """What the contract says: original sum, the approved changes this application should carry, rates in percent."""

    original_sum: Decimal
    approved_changes: Decimal
    work_rate: Decimal
    materials_rate: Decimal


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `sentence` names what is off and by how much, `compared` what it is and what it should be.

    `remedy` says what to do, `place` (a Place) where, `line` is the line's key.
    """

    number: int
    title: str
    passed: bool = True
    difference: Decimal = ZERO
    sentence: str = ""
    remedy: str = ""
    line: Hashable = None
    place: str = ""
    compared: str = ""


@dataclass(frozen=True, slots=True)
class TieOut:
    checks: tuple[Check, ...]

    @property
    def passed_count(self) -> int:
        return sum(check.passed for check in self.checks)

    @property
    def warnings(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)

    @property
    def summary(self) -> str:
        """One line: "5 of 5 tie out", or "4 of 5: Line 7 off by $1,250.00"."""
        count = f"{self.passed_count} of {len(self.checks)}"
        if not self.warnings:
            return f"{count} tie out"
        return f"{count}: {'; '.join(check.sentence for check in self.warnings)}"
