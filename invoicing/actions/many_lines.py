"""What acts over many lines of an application share: which lines are meant, and what becomes of its summary."""

from invoicing.exceptions import FieldRefused
from invoicing.figures import carried, figures_of, follows
from invoicing.payment_application import problems, summarize


def chosen(rows, group=None, item=""):
    """The rows of a `group` (None: of all, "": of none) and, where `item` says so, only those that it names.

    `item` is typed: one item, several with commas between, "07 to 12" in the order of the schedule.
    """
    among = [row for row in rows if group is None or row.contract_line.group == group]
    if not item:
        return among
    where = "on this invoice" if group is None else "in this group"
    places = {row.contract_line.item.casefold(): place for place, row in enumerate(among)}
    if item.casefold() in places:
        return [among[places[item.casefold()]]]
    named = set()
    for part in filter(None, (each.strip() for each in item.split(","))):
        named.update(_places_of(part, places, where))
    return [row for place, row in enumerate(among) if place in named]


def counted(count):
    return "1 line" if count == 1 else f"{count:,} lines"


def of_today(row, previous):
    """A row's figures: as stored, or carried afresh where they no longer follow the application before."""
    return figures_of(row) if follows(row, previous) else carried(row, previous)


def now_and_then(invoice, figures, after):
    """The summary of lines (`figures` by row id), and the summary once those in `after` are different."""
    sums = invoice.original_sum, invoice.change_order_sum
    return tuple(summarize(each.values(), *sums) for each in (figures, figures | after))


def refuse_broken(row, after, field):
    """Raise `FieldRefused` where a line would break a rule, with the line in the sentence."""
    broken = problems(after)
    if broken:
        raise FieldRefused(field, f"Line {row.contract_line.item}: {broken[0].sentence}")


def _places_of(part, places, where):
    """The places in the list that a typed item means, or two with "to" between them."""
    first, to, last = (each.strip() for each in part.partition(" to "))
    ends = [part] if not to or part.casefold() in places else [first, last]
    for end in ends:
        if end.casefold() not in places:
            raise FieldRefused("item", f"There is no line {end} {where}.")
    found = sorted(places[end.casefold()] for end in ends)
    return range(found[0], found[-1] + 1)
