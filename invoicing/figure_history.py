"""The figures of an application over time: every change, and what is different since it was rejected."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from directory.models import User
from invoicing.billing_calendar import day_text
from invoicing.models import BillingPeriod, ContractLine, FigureChange, InvoiceEvent
from invoicing.money import format_amount, format_percent
from invoicing.states import REJECT

TITLES = {
    "work_this_period": "E, work this period",
    "materials_stored": "F, materials stored",
    "retainage_percent": "Retainage on work, percent",
    "materials_retainage_percent": "Retainage on materials, percent",
    "retainage_withheld": "Retainage withheld",
    "retainage_released": "Retainage released",
    "retainage_on_materials": "5b, retainage on materials",
    "scheduled_value": "C, scheduled value",
    "work_previous": "D, work previous",
    "materials_previous": "Materials previous",
    "retainage_previous": "Retainage previous",
    "number": "Invoice number",
    "period_id": "Billing period",
    "billing_date": "Billing date",
    "retainage_note": "Why retainage differs",
}
WORDS = ("number", "retainage_note")
PERCENTS = ("retainage_percent", "materials_retainage_percent")
PAGE = 100
MOST_COMPARED = 500

# One row per cell, so that a save of 5,000 lines fills pages and not one page.
CELLS = """
SELECT change.id, change.at, change.actor_id, (cell ->> 0)::bigint, cell ->> 1, cell ->> 2, cell ->> 3
FROM invoicing_figurechange AS change
CROSS JOIN LATERAL jsonb_array_elements(change.cells) WITH ORDINALITY AS each (cell, place)
WHERE change.invoice_id = %(invoice)s
    AND (%(line)s::bigint IS NULL OR (cell ->> 0)::bigint = %(line)s)
    AND (%(column)s = '' OR cell ->> 1 = %(column)s)
ORDER BY change.id DESC, place
LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(frozen=True)
class ChangedCell:
    """One figure that somebody changed; `line` names its schedule line, "" for a field of the header."""

    line: str
    column: str
    before: str | None
    after: str | None
    at: object = None
    actor: object = None

    @property
    def title(self):
        return TITLES.get(self.column, self.column)


def changed_cells(invoice, *, line=None, column="", page=1):
    """A page of changes, latest first, and whether there are more; of one schedule line or column where asked for."""
    wanted = {"invoice": invoice.pk, "line": line, "column": column, "limit": PAGE + 1, "offset": PAGE * (page - 1)}
    with connection.cursor() as cursor:
        cursor.execute(CELLS, wanted)
        found = cursor.fetchall()
    lines, people = _lines_named(row[3] for row in found), User.objects.in_bulk({row[2] for row in found} - {None})
    periods = _periods_named(row[4:] for row in found)
    cells = [
        ChangedCell(
            _line(line_id, lines),
            name,
            _said(name, before, periods),
            _said(name, after, periods),
            at,
            people.get(actor),
        )
        for _, at, actor, line_id, name, before, after in found[:PAGE]
    ]
    return cells, len(found) > PAGE


def lines_of(invoice):
    """The schedule lines that an application has, in their order: what the list can be narrowed to."""
    return ContractLine.objects.filter(invoice_lines__invoice=invoice).order_by("position")


def since_rejection(invoice):
    """What differs from the figures that were rejected last: (the rejection, cells by line), or None without one.

    A figure changed and changed back is not told; the first change after the rejection says what was rejected.
    """
    rejection = InvoiceEvent.objects.filter(invoice=invoice, move=REJECT.name).select_related("actor").first()
    if rejection is None:
        return None
    before, after = {}, {}
    for cells in FigureChange.objects.filter(invoice=invoice, at__gt=rejection.at).order_by("id").values_list("cells"):
        for line_id, name, was, now in cells[0]:
            before.setdefault((line_id, name), was)
            after[line_id, name] = now
    changed = [key for key in before if before[key] != after[key]]
    lines = _lines_named(line_id for line_id, _ in changed)
    periods = _periods_named((key[1], before[key], after[key]) for key in changed)
    order = list(TITLES)
    changed.sort(key=lambda key: (lines[key[0]].position if key[0] in lines else 0, order.index(key[1])))
    told = [
        ChangedCell(
            _line(key[0], lines), key[1], _said(key[1], before[key], periods), _said(key[1], after[key], periods)
        )
        for key in changed[:MOST_COMPARED]
    ]
    return rejection, told


def _lines_named(ids):
    return ContractLine.objects.in_bulk({each for each in ids if each is not None})


def _line(line_id, lines):
    return "" if line_id is None else str(lines.get(line_id, "a line that was removed from the schedule"))


def _periods_named(cells):
    ids = {int(text) for name, *texts in cells for text in texts if name == "period_id" and text}
    return BillingPeriod.objects.in_bulk(ids)


def _said(name, text, periods):
    """A kept value as the pages write it; None where the line was not there."""
    if text is None or text == "":
        return text
    if name == "period_id":
        period = periods.get(int(text))
        return str(period or text)
    if name == "billing_date":
        return day_text(date.fromisoformat(text))
    if name in WORDS:
        return text
    return (format_percent if name in PERCENTS else format_amount)(Decimal(text))
