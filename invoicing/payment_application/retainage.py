"""What to hold back: proposals from the rates, which a person may override with amounts."""

from dataclasses import replace
from decimal import Decimal

from invoicing.money import HUNDRED, ZERO, round_cents
from invoicing.payment_application.line import LineFigures, between


def proposed_retainage(line: LineFigures, work_rate: Decimal, materials_rate: Decimal) -> Decimal:
    """Return what to withhold this period: the rates on E and on F - previous F, rounded once.

    Never so much that the line would hold more than it has earned, nor so little that it would hold less than nothing.
    """
    materials_this_period = line.materials_stored - line.materials_previous
    withheld = round_cents((work_rate * line.work_this_period + materials_rate * materials_this_period) / HUNDRED)
    earned = line.completed_and_stored if line.completed_and_stored * line.sign > 0 else ZERO
    return between(line.retainage_previous + withheld, earned) - line.retainage_previous


def proposed_retainage_on_materials(line: LineFigures, materials_rate: Decimal) -> Decimal:
    """Return the part of column I that belongs to line 5b: the rate on column F, between nothing and column I."""
    return between(round_cents(materials_rate * line.materials_stored / HUNDRED), line.retainage)


def with_proposed_retainage(line: LineFigures, work_rate: Decimal, materials_rate: Decimal) -> LineFigures:
    """Return the line with retainage withheld at the rates, and its part for stored materials."""
    withholding = replace(line, retainage_withheld=proposed_retainage(line, work_rate, materials_rate))
    on_materials = proposed_retainage_on_materials(withholding, materials_rate)
    return replace(withholding, retainage_on_materials=on_materials)
