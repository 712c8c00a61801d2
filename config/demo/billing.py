"""Months of billing for a job, worked out with the product's own arithmetic: lines of every application, in order."""

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from config.demo.schedules import KESTREL, KESTREL_BILLED, ScheduledLine, schedule_of
from invoicing.money import ZERO, allocate
from invoicing.payment_application import LineFigures, next_line, with_proposed_retainage

REDUCED = Decimal(5)


@dataclass(frozen=True)
class Application:
    """`lines` by item; `rate` is the retainage in percent; `note` says why it differs from the contract's."""

    position: int
    lines: dict[str, LineFigures]
    rate: Decimal
    note: str = ""


def schedule_for(job):
    """The lines of a job's contract, those of its change orders at the end."""
    if job.quirk == "kestrel":
        return KESTREL
    changes = [
        ScheduledLine(each.number, each.cost_code, each.title, each.amount, joins=each.joins, change=each.number)
        for each in job.changes
    ]
    return (*schedule_of(job.contract_sum), *changes)


def applications_of(job):
    """Every application of the job, the first one first; each carries the one before."""
    schedule, made = schedule_for(job), []
    for position in range(1, job.applications + 1):
        rate = REDUCED if job.reduced_from and position >= job.reduced_from else job.rate
        carried = _carried(schedule, made[-1].lines if made else {}, position)
        lines = _billed(job, schedule, carried, position)
        held = {item: with_proposed_retainage(line, rate, rate) for item, line in lines.items()}
        note = "Reduced to 5 % at half completion, as the contract says" if rate != job.rate else ""
        made.append(Application(position, held, rate, note))
    return made


def _carried(schedule, before, position):
    return {
        line.item: next_line(before[line.item]) if line.item in before else LineFigures(scheduled_value=line.value)
        for line in schedule
        if line.joins <= position
    }


def _billed(job, schedule, carried, position):
    if job.quirk == "kestrel":
        return _as_printed(carried, KESTREL_BILLED[position - 1])
    stored = {line.item: _stored(line, carried[line.item], position, job) for line in schedule if line.item in carried}
    lines = {item: replace(line, materials_stored=stored[item]) for item, line in carried.items()}
    moved = sum((line.materials_stored - line.materials_previous for line in lines.values()), ZERO)
    work = _work(job, schedule, lines, position, _target(job, position) - moved)
    return {item: replace(line, work_this_period=work[item]) for item, line in lines.items()}


def _as_printed(carried, billed):
    figures = {item: tuple(Decimal(each) for each in billed.get(item, ("0", "0"))) for item in carried}
    return {
        item: replace(line, work_this_period=figures[item][0], materials_stored=figures[item][1])
        for item, line in carried.items()
    }


def _target(job, position):
    """What an application bills in all: whole dollars on an S-curve up to the last one, whose amount is given."""
    if position == job.applications:
        return job.last
    before_last = job.contract_sum * job.billed / 100 - job.last
    return _whole_dollars(before_last * (_curve(position, job) - _curve(position - 1, job)))


def _whole_dollars(amount):
    return amount.quantize(Decimal(1), rounding=ROUND_DOWN)


def _curve(position, job):
    x = Decimal(position) / Decimal(job.applications - 1)
    return x * x * (3 - 2 * x)


def _stored(line, carried, position, job):
    """Every third month some material waits on site; the month after it is built in."""
    left = carried.scheduled_value - carried.work_to_date
    waits = line.stores_material and position % 3 == 2 and job.applications > position > job.applications / 5
    return _whole_dollars(left / 20) if waits and left > 0 else ZERO


def _work(job, schedule, lines, position, amount):
    """Share the month's work out over the lines that are under way; change orders are billed whole as they join."""
    work = {line.item: line.value for line in schedule if line.change and line.joins == position}
    under_way = [line for line in schedule if not line.change]
    rooms = {line.item: _room(lines[line.item]) for line in under_way}
    weights = [rooms[line.item] * _pace(line, position, job) for line in under_way]
    left = amount - sum(work.values(), ZERO)
    shares = allocate(_whole_dollars(left) / 100, weights)
    work |= {line.item: share * 100 for line, share in zip(under_way, shares, strict=True)}
    _level_out(work, rooms)
    # The odd cents stand on one line, so that the sheet's retainage is the rate of its total to the cent.
    busiest = max(rooms, key=lambda item: rooms[item] - work[item])
    work[busiest] += left - _whole_dollars(left)
    return {item: work.get(item, ZERO) for item in lines}


def _room(line):
    return line.scheduled_value - line.work_to_date - line.materials_stored


def _pace(line, position, job):
    """How busy a division is at this point of the job: idle outside its stretch, never quite nothing."""
    done = job.billed * position / job.applications
    return Decimal(10) if line.start <= done <= line.end + 10 else Decimal(1)


def _level_out(work, rooms):
    """Move what does not fit on a line to those with room, so that nothing is over-billed."""
    for item, room in rooms.items():
        over = work[item] - room
        while over > 0:
            widest = max(rooms, key=lambda each: rooms[each] - work[each])
            moved = min(over, rooms[widest] - work[widest])
            if moved <= 0:
                break
            work[item], work[widest], over = work[item] - moved, work[widest] + moved, over - moved
