"""Money by month: what was billed, fell due, came in and was held back, each to date."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from invoicing.money import ZERO

# A longer span, such as a mistyped year opens, shows only the months in which something happened.
LONGEST_SPAN = 120


@dataclass(frozen=True)
class Application:
    """A standing application; `billed` and `retained` are to date, `due` is its own and zero until it is approved."""

    contract_id: int
    position: int
    billed_on: date
    due_on: date
    billed: Decimal
    retained: Decimal
    due: Decimal


@dataclass(frozen=True)
class Month:
    """Where everything stood at the end of a month that begins on `first`."""

    first: date
    billed: Decimal
    due: Decimal
    paid: Decimal
    retained: Decimal


def cash_curve(applications: Iterable[Application], payments: Iterable[tuple[date, Decimal]]) -> list[Month]:
    """The months from the first that has anything to the last, for any number of contracts together."""
    applications = list(applications)
    billed, retained = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    due, paid = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for month, more_billed, more_retained in _steps(applications):
        billed[month] += more_billed
        retained[month] += more_retained
    for each in applications:
        if each.due:
            due[_month(each.due_on)] += each.due
    for day, amount in payments:
        paid[_month(day)] += amount
    months = _months({*billed, *due, *paid})
    to_date = ([*accumulate(series.get(month, ZERO) for month in months)] for series in (billed, due, paid, retained))
    return [Month(*row) for row in zip(months, *to_date, strict=True)]


def _steps(applications):
    """What each application adds to what its contract had billed and retained by then.

    The latest by position counts, also where it was billed on an earlier day than the one before.
    """
    last = {}
    for each in sorted(applications, key=lambda each: (_month(each.billed_on), each.position)):
        before = last.get(each.contract_id)
        if before is None or each.position > before.position:
            yield (
                _month(each.billed_on),
                each.billed - (before.billed if before else ZERO),
                each.retained - (before.retained if before else ZERO),
            )
            last[each.contract_id] = each


def _month(day: date) -> date:
    return day.replace(day=1)


def _months(found: set[date]) -> list[date]:
    """Every month between the first and the last of them."""
    if not found:
        return []
    first, last = (each.year * 12 + each.month - 1 for each in (min(found), max(found)))
    if last - first >= LONGEST_SPAN:
        return sorted(found)
    return [date(index // 12, index % 12 + 1, 1) for index in range(first, last + 1)]
