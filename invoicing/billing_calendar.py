"""Which days a month of billing has, when a project bills monthly through a certain day. Pure dates.

`last_day` is 1 to 31; in a shorter month it is the last one there is, so 31 means calendar months.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)


def day_text(day: date) -> str:
    """A day as pages and documents write it: "Oct 5, 2026"."""
    return f"{day:%b} {day.day}, {day.year}"


def cutoff_from(day: date, last_day: int) -> date:
    """The first day on or after `day` that ends a month of billing."""
    cutoff = _cutoff_in(day.year, day.month, last_day)
    if cutoff >= day:
        return cutoff
    following = day.replace(day=1) + timedelta(days=31)
    return _cutoff_in(following.year, following.month, last_day)


def _cutoff_in(year: int, month: int, last_day: int) -> date:
    return date(year, month, min(last_day, monthrange(year, month)[1]))


def month_around(day: date, last_day: int) -> tuple[date, date]:
    """First and last day of the month of billing that `day` is in."""
    end = cutoff_from(day, last_day)
    before = end.replace(day=1) - DAY
    return _cutoff_in(before.year, before.month, last_day) + DAY, end


def month_after(end: date, last_day: int) -> tuple[date, date]:
    """First and last day of what follows a period that ended on `end`: no day between, none twice."""
    return end + DAY, cutoff_from(end + DAY, last_day)


def months_until(last: date | None, today: date, last_day: int, most: int) -> Iterator[tuple[date, date]]:
    """The months of billing after `last` (None: only today's) down to the one that `today` is in; the latest `most`."""
    current = month_around(today, last_day)
    if last is None:
        yield current
        return
    months = []
    while last < today:
        months.append(month_after(last, last_day))
        last = months[-1][1]
    yield from months[-most:]
