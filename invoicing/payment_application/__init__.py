"""The arithmetic of a payment application: columns C to I of its lines, lines 1 to 9 of its summary.

Pure figures: Decimal amounts in whole cents, rates in percent. A line that adds to the contract has a scheduled value
of zero or more; a deductive one is negative, and its columns and its retainage are negative with it.
"""

from invoicing.payment_application.adjustments import FILL, INSTALL, RELEASE, TAKE_BACK, Adjustment, share_out
from invoicing.payment_application.chain import next_line, roll_forward
from invoicing.payment_application.line import LineFigures
from invoicing.payment_application.progress import completed_to
from invoicing.payment_application.reductions import Reduction, held_beyond, reached, reduced, reduced_rates
from invoicing.payment_application.retainage import (
    proposed_retainage,
    proposed_retainage_on_materials,
    with_proposed_retainage,
)
from invoicing.payment_application.rules import Problem, excess, overbilled, problems
from invoicing.payment_application.summary import Summary, summarize

__all__ = [
    "FILL",
    "INSTALL",
    "RELEASE",
    "TAKE_BACK",
    "Adjustment",
    "LineFigures",
    "Problem",
    "Reduction",
    "Summary",
    "completed_to",
    "excess",
    "held_beyond",
    "next_line",
    "overbilled",
    "problems",
    "proposed_retainage",
    "proposed_retainage_on_materials",
    "reached",
    "reduced",
    "reduced_rates",
    "roll_forward",
    "share_out",
    "summarize",
    "with_proposed_retainage",
]
