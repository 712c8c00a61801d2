from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal

from invoicing.money import MAX_AMOUNT, ZERO
from invoicing.payment_application.line import LineFigures


@dataclass(frozen=True, slots=True)
class Summary:
    """Lines 1 to 9 of an application, and what it adds. Six of the lines are kept, the others follow from them."""

    original_sum: Decimal = ZERO
    change_order_sum: Decimal = ZERO
    completed_and_stored: Decimal = ZERO
    retainage_on_work: Decimal = ZERO
    retainage_on_materials: Decimal = ZERO
    less_previous_certificates: Decimal = ZERO
    billed_this_period: Decimal = ZERO
    retainage_this_period: Decimal = ZERO

    @property
    def contract_sum_to_date(self) -> Decimal:
        """Line 3 = 1 + 2."""
        return self.original_sum + self.change_order_sum

    @property
    def total_retainage(self) -> Decimal:
        """Line 5 = 5a + 5b."""
        return self.retainage_on_work + self.retainage_on_materials

    @property
    def earned_less_retainage(self) -> Decimal:
        """Line 6 = 4 - 5."""
        return self.completed_and_stored - self.total_retainage

    @property
    def current_payment_due(self) -> Decimal:
        """Line 8 = 6 - 7."""
        return self.earned_less_retainage - self.less_previous_certificates

    @property
    def balance_to_finish(self) -> Decimal:
        """Line 9 = 3 - 6, retainage included."""
        return self.contract_sum_to_date - self.earned_less_retainage

    @property
    def fits(self) -> bool:
        """Whether the database can hold every line."""
        derived = (self.contract_sum_to_date, self.total_retainage, self.earned_less_retainage)
        derived += (self.current_payment_due, self.balance_to_finish)
        return all(abs(amount) <= MAX_AMOUNT for amount in (*derived, *astuple(self)))


def summarize(lines: Iterable[LineFigures], original_sum: Decimal, change_order_sum: Decimal) -> Summary:
    """Add the lines up: every line of the summary is a sum of amounts already rounded.

    Line 7 is what the lines carry from earlier certificates, so line 8 is what they bill less what they retain.
    """
    lines = list(lines)
    return Summary(
        original_sum=original_sum,
        change_order_sum=change_order_sum,
        completed_and_stored=sum((line.completed_and_stored for line in lines), ZERO),
        retainage_on_work=sum((line.retainage_on_work for line in lines), ZERO),
        retainage_on_materials=sum((line.retainage_on_materials for line in lines), ZERO),
        less_previous_certificates=sum((line.payment_previous for line in lines), ZERO),
        billed_this_period=sum((line.billed_this_period for line in lines), ZERO),
        retainage_this_period=sum((line.retainage_this_period for line in lines), ZERO),
    )
