"""From one application to the next."""

from dataclasses import replace
from decimal import Decimal

from invoicing.money import ZERO
from invoicing.payment_application.line import LineFigures, between
from invoicing.payment_application.retainage import proposed_retainage


def next_line(previous: LineFigures) -> LineFigures:
    """Carry a line into the next application: D is previous D + E, stored materials stay stored."""
    return replace(
        previous,
        work_previous=previous.work_to_date,
        materials_previous=previous.materials_stored,
        retainage_previous=previous.retainage,
        work_this_period=ZERO,
        retainage_withheld=ZERO,
        retainage_released=ZERO,
    )


def roll_forward(
    line: LineFigures, previous: LineFigures | None, rates: tuple[Decimal, Decimal] | None = None
) -> LineFigures:
    """Let a draft line follow its corrected predecessor (None: it has none): carried figures change, entered ones stay.

    Given the line's rates for work and materials in percent, retainage is withheld anew at them. Where the predecessor
    no longer covers the retainage entered here, that gives way: no more is taken back or released than is held.
    """
    carried = next_line(previous) if previous else LineFigures()
    moved = replace(
        line,
        work_previous=carried.work_previous,
        materials_previous=carried.materials_previous,
        retainage_previous=carried.retainage_previous,
    )
    if rates:
        moved = replace(moved, retainage_withheld=proposed_retainage(moved, *rates))
    if moved.retainage_held * moved.sign < 0:
        moved = replace(moved, retainage_withheld=-moved.retainage_previous)
    moved = replace(moved, retainage_released=between(moved.retainage_released, moved.retainage_held))
    return replace(moved, retainage_on_materials=between(moved.retainage_on_materials, moved.retainage))
