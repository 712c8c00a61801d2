"""Retainage that a contract reduces as it is completed, such as 10 % until half complete, then 5 %."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from invoicing.money import HUNDRED, ZERO, round_cents
from invoicing.payment_application.line import LineFigures, between
from invoicing.payment_application.retainage import with_proposed_retainage


@dataclass(frozen=True, slots=True)
class Reduction:
    """From `at` percent of the contract on; no `materials` rate leaves the one before. `whole` is for all to date."""

    at: Decimal
    work: Decimal
    materials: Decimal | None = None
    whole: bool = False


def reached(reductions: Iterable[Reduction], completed: Decimal, contract_sum: Decimal) -> list[Reduction]:
    """Return those whose percentage of the revised contract sum is completed and stored, the lowest first."""
    if contract_sum <= 0:
        return []
    ordered = sorted(reductions, key=lambda each: each.at)
    return [each for each in ordered if completed * HUNDRED >= each.at * contract_sum]


def reduced_rates(work: Decimal, materials: Decimal, steps: Iterable[Reduction]) -> tuple[Decimal, Decimal]:
    """Return the rates after the steps reached, never above what they were."""
    for step in steps:
        work = min(work, step.work)
        materials = min(materials, materials if step.materials is None else step.materials)
    return work, materials


def held_beyond(line: LineFigures, work: Decimal, materials: Decimal) -> Decimal:
    """Return what a line holds beyond these rates of all its work to date and of its stored materials."""
    due = round_cents((work * line.work_to_date + materials * line.materials_stored) / HUNDRED)
    return between(line.retainage - between(due, line.retainage), line.retainage)


def reduced(line: LineFigures, work: Decimal, materials: Decimal, *, whole: bool) -> LineFigures:
    """Return the line at the reduced rates; `whole` also releases what it holds beyond them."""
    thereafter = with_proposed_retainage(line, work, materials)
    thereafter = replace(thereafter, retainage_released=between(line.retainage_released, thereafter.retainage_held))
    thereafter = with_proposed_retainage(thereafter, work, materials)
    beyond = held_beyond(thereafter, work, materials) if whole else ZERO
    released = replace(thereafter, retainage_released=thereafter.retainage_released + beyond)
    return with_proposed_retainage(released, work, materials)
