"""The same percentages on many lines of an application in one act: how far they have come, what is retained of them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from invoicing.actions.chain import carried_from, lines_of, lock_for_edit, previous_of
from invoicing.actions.lines import InvoiceDetails, LineEntry, save_lines
from invoicing.actions.many_lines import chosen, counted, now_and_then, of_today, refuse_broken
from invoicing.exceptions import FieldRefused
from invoicing.figures import carried
from invoicing.lifecycle import refuse_stale
from invoicing.money import format_percent
from invoicing.payment_application import LineFigures, Summary, completed_to, with_proposed_retainage


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """Percentages for the lines that `many_lines.chosen` takes for `group` and `item`; None leaves what stands."""

    to_date: Decimal | None = None
    work_rate: Decimal | None = None
    materials_rate: Decimal | None = None
    group: str | None = None
    item: str = ""

    @property
    def said(self):
        """What is set, in words."""
        told = [
            (self.to_date, "complete to date"),
            (self.work_rate, "retainage on work"),
            (self.materials_rate, "retainage on stored materials"),
        ]
        return ", ".join(f"{format_percent(percent)} {what}" for percent, what in told if percent is not None)


@dataclass(frozen=True, slots=True)
class EditedLine:
    """One line that changes: its row as it stands, its figures before and after, its two rates after."""

    row: object
    before: LineFigures
    after: LineFigures
    rates: tuple[Decimal, Decimal]

    @property
    def goes_back(self):
        """Whether less is complete afterwards than on the application before, so that column E takes work back."""
        return self.after.work_this_period * self.after.sign < 0


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What would become of an application: the lines that change, and its summary before and after."""

    lines: list[EditedLine]
    before: Summary
    after: Summary

    @property
    def back(self):
        """How many lines would take work back, as people count them."""
        count = sum(line.goes_back for line in self.lines)
        return counted(count) if count else ""


def plan_bulk_edit(invoice, edit):
    """Work out what was asked for; nothing is written. Raises `FieldRefused`, for what changes nothing too."""
    rows, before = lines_of(invoice), carried_from(previous_of(invoice))
    figures = {row.pk: of_today(row, before.get(row.contract_line_id)) for row in rows}
    taking = chosen(rows, edit.group, edit.item)
    edited = [_edited(row, carried(row, before.get(row.contract_line_id)), edit) for row in taking]
    lines = [line for line in edited if _changes(line)]
    if not lines:
        raise FieldRefused("", f"Nothing would change: {_these(len(taking))} there already, or without a value.")
    for line in lines:
        refuse_broken(line.row, line.after, "to_date" if edit.to_date is not None else "work_rate")
    return BulkPlan(lines, *now_and_then(invoice, figures, {line.row.pk: line.after for line in lines}))


@transaction.atomic
def edit_in_bulk(invoice_id, edit, *, actor, version=None, note=None):
    """Carry out what was asked for; `note` is why retainage differs from the contract, None leaves what stands.

    Later drafts follow. Raises `InvoiceLocked`, `StaleVersion`, `FieldRefused`.
    """
    invoice, _ = lock_for_edit(invoice_id)
    refuse_stale(invoice, version)
    plan = plan_bulk_edit(invoice, edit)
    entries = {line.row.pk: _entry(line, edit) for line in plan.lines}
    told = f"{edit.said}: {counted(len(plan.lines))} changed."
    details = InvoiceDetails(retainage_note=note)
    return save_lines(invoice.pk, entries, actor=actor, version=version, details=details, note=told), plan


def groups_of(invoice):
    """The groups of its lines in the order of the schedule, "" for those without one."""
    return list(dict.fromkeys(row.contract_line.group for row in lines_of(invoice)))


def _edited(row, before, edit):
    rates = (
        row.retainage_percent if edit.work_rate is None else edit.work_rate,
        row.materials_retainage_percent if edit.materials_rate is None else edit.materials_rate,
    )
    billed = before if edit.to_date is None else completed_to(before, edit.to_date)
    return EditedLine(row, before, with_proposed_retainage(billed, *rates), rates)


def _changes(line):
    stood = line.row.retainage_percent, line.row.materials_retainage_percent
    return (line.before, stood) != (line.after, line.rates)


def _entry(line, edit):
    work = None if edit.to_date is None else line.after.work_this_period
    return LineEntry(work_this_period=work, retainage_percent=line.rates[0], materials_retainage_percent=line.rates[1])


def _these(count):
    return "this line is" if count == 1 else "these lines are"
