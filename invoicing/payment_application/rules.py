"""What a line may and may not be: overbilling is a warning, a problem is what the database would refuse."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal

from invoicing.money import MAX_AMOUNT, ZERO, format_amount
from invoicing.payment_application.line import LineFigures, between


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a line breaks: the field where it shows and a sentence for people."""

    field: str
    sentence: str


def excess(line: LineFigures) -> Decimal:
    """Return how far column G lies outside 0 … C: above zero when E is too high, below when it is too low."""
    low, high = sorted((ZERO, line.scheduled_value))
    completed = line.completed_and_stored
    return max(completed - high, ZERO) + min(completed - low, ZERO)


def overbilled(line: LineFigures) -> bool:
    """Tell by sign whether a line is billed beyond its value: a deduction of 100.00 is at -100.01, and at 1.00."""
    return bool(excess(line))


def problems(line: LineFigures) -> list[Problem]:
    """Return the rules this line breaks, none for a sound line."""
    return [*_sign_problems(line), *_retainage_problems(line), *_size_problems(line)]


def _sign_problems(line: LineFigures) -> Iterable[Problem]:
    wrong, kind = ("negative", "this line") if line.sign > 0 else ("positive", "a deductive line")
    if line.materials_stored * line.sign < 0:
        yield Problem("materials_stored", f"Materials stored on {kind} cannot be {wrong}.")
    if line.retainage_released * line.sign < 0:
        yield Problem("retainage_released", f"Retainage released on {kind} cannot be {wrong}.")
    if line.retainage_held * line.sign < 0:
        yield Problem("retainage_withheld", f"Retainage held on {kind} cannot become {wrong}.")


def _retainage_problems(line: LineFigures) -> Iterable[Problem]:
    held, released, kept = (line.sign * x for x in (line.retainage_held, line.retainage_released, line.retainage))
    earned = max(line.sign * line.completed_and_stored, ZERO)
    if released > max(held, ZERO):
        sentence = f"{format_amount(released)} is released, but only {format_amount(max(held, ZERO))} is held."
        yield Problem("retainage_released", sentence)
    if kept > earned:
        sentence = f"Retainage of {format_amount(kept)} is more than the {format_amount(earned)} completed and stored."
        yield Problem("retainage_withheld", sentence)
    if between(line.retainage_on_materials, line.retainage) != line.retainage_on_materials:
        yield Problem("retainage_on_materials", "Retainage on stored materials is more than the retainage of the line.")


def _size_problems(line: LineFigures) -> Iterable[Problem]:
    columns = (line.completed_and_stored, line.balance_to_finish, line.billed_this_period, line.retainage)
    if any(abs(amount) > MAX_AMOUNT for amount in (*columns, *astuple(line))):
        yield Problem("work_this_period", f"This line adds up to more than {format_amount(MAX_AMOUNT)}.")
