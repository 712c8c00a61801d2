"""An amount spread over many lines at once: retainage released or taken back, materials built in, work billed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from invoicing.money import ZERO, allocate
from invoicing.payment_application.line import LineFigures, between


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is done to lines: `has` tells how much of it a line has, `taken` is the line with so much done to it."""

    name: str
    has: Callable[[LineFigures], Decimal]
    taken: Callable[[LineFigures, Decimal], LineFigures]


def _released(line: LineFigures, amount: Decimal) -> LineFigures:
    return replace(line, retainage_released=line.retainage_released + amount)


def _taken_back(line: LineFigures, amount: Decimal) -> LineFigures:
    return replace(line, retainage_released=line.retainage_released - amount)


def _installed(line: LineFigures, amount: Decimal) -> LineFigures:
    """Out of column F, into column E: column G stays."""
    work, stored = line.work_this_period + amount, line.materials_stored - amount
    return replace(line, work_this_period=work, materials_stored=stored)


def _left_to_bill(line: LineFigures) -> Decimal:
    """Column H, as far as it is of the line's own sign: nothing where the line is billed to its value or beyond."""
    return line.balance_to_finish if line.balance_to_finish * line.sign > 0 else ZERO


def _filled(line: LineFigures, amount: Decimal) -> LineFigures:
    return replace(line, work_this_period=line.work_this_period + amount)


RELEASE = Adjustment("release", lambda line: line.retainage, _released)
TAKE_BACK = Adjustment("take_back", lambda line: line.retainage_released, _taken_back)
INSTALL = Adjustment("install", lambda line: line.materials_stored, _installed)
FILL = Adjustment("fill", _left_to_bill, _filled)


def share_out(amount: Decimal, has: Sequence[Decimal]) -> list[Decimal]:
    """Spread `amount` in proportion to what each line has, in whole cents that add up to it; no line beyond its own.

    Deductive lines have negative amounts and take their part of those. Raises ValueError for more than all have.
    """
    total = sum(has, ZERO)
    if between(amount, total) != amount:
        raise ValueError(f"{amount} is more than {total}")
    return list(has) if amount == total else allocate(amount, has)
