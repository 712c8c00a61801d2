"""Between rows and the pure arithmetic: lines as `LineFigures`, the header as a `Summary`, and back."""

from dataclasses import fields, replace

from django.db.models import Count, DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from invoicing.models import ContractLine, OwnerInvoice, Payment
from invoicing.money import ZERO
from invoicing.payment_application import LineFigures, Summary, roll_forward, summarize, with_proposed_retainage
from invoicing.payment_application.line import between
from invoicing.states import ChangeOrderStatus

LINE_COLUMNS = tuple(each.name for each in fields(LineFigures))
SUMMARY_COLUMNS = tuple(each.name for each in fields(Summary))
NOTHING = LineFigures()
AMOUNT = DecimalField(max_digits=16, decimal_places=2)


def with_sums(contracts):
    """Annotate contracts with `original`, `changes` and `revised`; `billed` (line 4 of the last application), `paid`
    and `unpaid`, what is left of the revised sum."""
    lines = ContractLine.objects.filter(contract=OuterRef("pk")).order_by().values("contract")
    last = OwnerInvoice.objects.standing().filter(contract=OuterRef("pk")).order_by("-position")
    received = Payment.objects.filter(invoice__contract=OuterRef("pk")).order_by().values("invoice__contract")
    return contracts.annotate(
        original=total(lines.filter(change_order=None), "scheduled_value"),
        changes=total(lines.filter(change_order__status=ChangeOrderStatus.APPROVED), "scheduled_value"),
        billed=Coalesce(Subquery(last.values("completed_and_stored")[:1]), ZERO, output_field=AMOUNT),
        paid=total(received, "amount"),
    ).annotate(revised=F("original") + F("changes"), unpaid=F("original") + F("changes") - F("paid"))


def total(rows, column):
    """For an annotation: the sum of a column of rows that were grouped by what they belong to, 0.00 without any."""
    return Coalesce(Subquery(rows.annotate(sum=Sum(column)).values("sum")), ZERO, output_field=AMOUNT)


def together(lines, key):
    """Lines by what they share, each lot where its first one stands."""
    lots = {}
    for line in lines:
        lots.setdefault(key(line), []).append(line)
    return lots


def by_group(lines):
    """Schedule lines with those of a group together, where its first one stands; and what each group is worth."""
    groups = together(lines, lambda line: line.group)
    subtotals = {name: sum((line.scheduled_value for line in those), ZERO) for name, those in groups.items()}
    return [line for those in groups.values() for line in those], subtotals


def headings(rows):
    """What stands above each stored line: where a group or a change order begins, its name; "" elsewhere."""
    before, told = "", []
    for line in (row.contract_line for row in rows):
        name = str(line.change_order) if line.change_order_id else line.group
        told.append("" if name == before else name or "Other lines")
        before = name
    return told


def figures_of(row):
    """An `OwnerInvoiceLine` (or anything with its columns) as figures."""
    return LineFigures(**{name: getattr(row, name) for name in LINE_COLUMNS})


def added_up(lines):
    """How many stored lines there are (a queryset), and their sums as figures."""
    sums = lines.aggregate(count=Count("pk"), **{name: Sum(name, default=ZERO) for name in LINE_COLUMNS})
    return sums.pop("count"), LineFigures(**sums)


def without(sums, rows):
    """What is left of sums without some of the rows that they were made of."""
    return LineFigures(
        **{name: getattr(sums, name) - sum((getattr(row, name) for row in rows), ZERO) for name in LINE_COLUMNS}
    )


def write_line(row, figures):
    """Put figures onto a row; tell whether anything changed. The row is not saved."""
    changed = figures_of(row) != figures
    for name in LINE_COLUMNS:
        setattr(row, name, getattr(figures, name))
    return changed


def stored_summary(invoice):
    """The summary as it stands on the invoice's row."""
    return Summary(**{name: getattr(invoice, name) for name in SUMMARY_COLUMNS})


def write_summary(invoice, summary):
    """Put a summary onto the invoice; tell whether anything changed. The row is not saved."""
    changed = stored_summary(invoice) != summary
    for name in SUMMARY_COLUMNS:
        setattr(invoice, name, getattr(summary, name))
    return changed


def summary_of(rows):
    """Add up rows (with their contract lines): original lines make line 1, change order lines make line 2."""
    original = sum((row.scheduled_value for row in rows if row.contract_line.change_order_id is None), ZERO)
    whole = sum((row.scheduled_value for row in rows), ZERO)
    return summarize((figures_of(row) for row in rows), original, whole - original)


def follows(row, previous):
    """Whether a row carries its predecessor's figures (None: it has none) and its schedule line's value already."""
    before = previous or NOTHING
    return (row.scheduled_value, row.work_previous, row.materials_previous, row.retainage_previous) == (
        row.contract_line.scheduled_value,
        before.work_to_date,
        before.materials_stored,
        before.retainage,
    )


def carried(row, previous):
    """A row's figures as they follow its predecessor's (None: it has none) and its schedule line's value of today.

    The release gives way where less is held than before, since nobody is there to be asked.
    """
    moved = replace(figures_of(row), scheduled_value=row.contract_line.scheduled_value)
    moved = roll_forward(moved, previous)
    moved = with_proposed_retainage(moved, row.retainage_percent, row.materials_retainage_percent)
    moved = replace(moved, retainage_released=between(moved.retainage_released, moved.retainage_held))
    return with_proposed_retainage(moved, row.retainage_percent, row.materials_retainage_percent)
