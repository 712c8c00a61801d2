"""How far a line has come, the other way round: what is to be billed for it to be there."""

from dataclasses import replace
from decimal import Decimal

from invoicing.money import HUNDRED, round_cents
from invoicing.payment_application.line import LineFigures


def completed_to(line: LineFigures, percent: Decimal) -> LineFigures:
    """Return the line with column G at so much of column C: column E makes it up, stored materials stay.

    A line without a value has no percentage and stays as it is.
    """
    if not line.scheduled_value:
        return line
    wanted = round_cents(line.scheduled_value * percent / HUNDRED)
    return replace(line, work_this_period=line.work_this_period + wanted - line.completed_and_stored)
