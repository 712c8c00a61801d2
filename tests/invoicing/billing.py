"""Random contracts billed month by month, for property tests; and the worked example of the printed sheets."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from invoicing.money import CENT, ZERO, round_cents
from invoicing.payment_application import (
    LineFigures,
    Summary,
    next_line,
    proposed_retainage_on_materials,
    summarize,
    with_proposed_retainage,
)

RATES = [Decimal(rate) for rate in ("0", "5", "7.125", "10", "100")]
PERIODS = 24


@dataclass(frozen=True)
class Entry:
    """What happens to a line in a month; shares in thousandths."""

    moved_in: int  # of the stored materials, now built in
    worked: int  # of the balance to finish; below zero takes work back
    bought: int  # of the balance to finish, stored on site
    released: int  # of the retainage held


@dataclass(frozen=True)
class Month:
    entries: tuple[Entry, ...]
    work_rate: Decimal
    materials_rate: Decimal


@dataclass(frozen=True)
class Contract:
    """Scheduled values with the month each joins in: 0 is the original schedule, later ones are change orders."""

    values: tuple[tuple[Decimal, int], ...]
    months: tuple[Month, ...]


def share(amount, thousandths):
    return round_cents(amount * thousandths / 1000)


def billed(carried, entry, work_rate, materials_rate):
    """Bill a month on a carried line: materials built in, work done, materials bought, retainage held and released."""
    moved = share(carried.materials_previous, entry.moved_in)
    left = carried.balance_to_finish
    affordable = left if left * carried.sign > 0 else ZERO
    line = replace(
        carried,
        work_this_period=moved + share(left, entry.worked),
        materials_stored=carried.materials_previous - moved + share(affordable, entry.bought),
    )
    line = with_proposed_retainage(line, work_rate, materials_rate)
    line = replace(line, retainage_released=share(line.retainage_held, entry.released))
    return replace(line, retainage_on_materials=proposed_retainage_on_materials(line, materials_rate))


def applications(contract):
    """Return the lines of every application of a contract, the first one first."""
    made, last = [], {}
    for number, month in enumerate(contract.months):
        for key, (value, joins) in enumerate(contract.values):
            if joins <= number:
                carried = next_line(last[key]) if key in last else LineFigures(scheduled_value=value)
                last[key] = billed(carried, month.entries[key], month.work_rate, month.materials_rate)
        made.append(dict(last))
    return made


def sums(contract, number):
    """Return the original sum and the change orders that have joined by an application."""
    original = sum((value for value, joins in contract.values if joins == 0), ZERO)
    return original, sum((value for value, joins in contract.values if 0 < joins <= number), ZERO)


def summaries(contract) -> list[Summary]:
    return [summarize(lines.values(), *sums(contract, number)) for number, lines in enumerate(applications(contract))]


def closing(line):
    """Finish a line: all of C is work, nothing is stored, everything held is released."""
    return replace(
        next_line(line),
        work_this_period=line.scheduled_value - line.work_to_date,
        materials_stored=ZERO,
        retainage_released=line.retainage,
        retainage_on_materials=ZERO,
    )


entries = st.builds(
    Entry,
    moved_in=st.sampled_from([0, 0, 333, 1000]),
    worked=st.integers(-50, 1000),
    bought=st.sampled_from([0, 0, 125, 500]),
    released=st.sampled_from([0, 0, 0, 500, 1000]),
)
cents = st.one_of(st.integers(-10_000, 10_000), st.integers(-(10**13), 10**13))
values = st.builds(lambda n: n * CENT, cents)
rates = st.sampled_from(RATES)


@st.composite
def contracts(draw, most_lines=4):
    """Draw a contract of 1 to 24 months; its first line is original, any line may be deductive or worth nothing."""
    count = draw(st.integers(1, most_lines))
    length = draw(st.integers(1, PERIODS))
    joins = [0, *(draw(st.integers(0, length - 1)) for _ in range(count - 1))]
    month = st.builds(Month, st.tuples(*[entries] * count), rates, rates)
    months = draw(st.lists(month, min_size=length, max_size=length))
    return Contract(tuple((draw(values), month) for month in joins), tuple(months))


def exactly(amount, rate):
    """A rate of an amount before rounding."""
    return Fraction(amount) * Fraction(rate) / 100


def line(c, d, e, f, materials_before="0"):
    """A line of the worked example: 10% held on everything billed so far unless told."""
    c, d, e, f, before = (Decimal(each) for each in (c, d, e, f, materials_before))
    carried = LineFigures(
        scheduled_value=c, work_previous=d, materials_previous=before, retainage_previous=round_cents((d + before) / 10)
    )
    return with_proposed_retainage(replace(carried, work_this_period=e, materials_stored=f), Decimal(10), Decimal(10))


# Kestrel Elementary Addition, application 3: structural steel had 31,400.00 stored the month before.
KESTREL = {
    "01": line("144000", "43200", "14400", "0"),
    "02": line("385000", "308000", "57750", "0"),
    "03": line("612500", "245000", "183750", "0"),
    "04": line("420000", "0", "63000", "21500"),
    "05": line("784000", "0", "117600", "98750.50", materials_before="31400"),
    "06": line("261000", "0", "0", "0"),
    "07": line("337500", "0", "0", "42187.50"),
    "08": line("472000", "0", "0", "0"),
    "09": line("298000", "0", "0", "0"),
    "15": line("256000", "0", "12800", "0"),
    "16": line("180000", "0", "9000", "0"),
    "CO-01": line("21500", "0", "21500", "0"),
    "CO-02": line("-14000", "0", "-14000", "0"),
}
KESTREL_SUMS = Decimal("4150000.00"), Decimal("7500.00")
