"""Retainage released or taken back, materials built in, work billed: an amount over many lines in one act."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from invoicing.actions.chain import carried_from, lines_of, lock_for_edit, previous_of
from invoicing.actions.lines import InvoiceDetails, LineEntry, save_lines
from invoicing.actions.many_lines import chosen, counted, now_and_then, of_today, refuse_broken
from invoicing.exceptions import FieldRefused
from invoicing.figures import carried, figures_of
from invoicing.lifecycle import refuse_stale
from invoicing.money import HUNDRED, ZERO, format_amount, round_cents
from invoicing.payment_application import (
    RELEASE,
    TAKE_BACK,
    Adjustment,
    LineFigures,
    Summary,
    share_out,
    with_proposed_retainage,
)

# What a line has, what is done with it, and of what.
WORDS = {
    "release": ("held", "released", "Retainage released"),
    "take_back": ("released on this invoice", "taken back", "Released retainage taken back"),
    "install": ("stored", "moved", "Stored materials moved into work"),
    "fill": ("left to bill", "billed", "Billed in proportion to balance to finish"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An amount, or else a percentage of what the lines have; of the lines that `many_lines.chosen` takes for `group`
    and `item`.
    """

    adjustment: Adjustment
    amount: Decimal | None = None
    percent: Decimal | None = None
    group: str | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class AdjustedLine:
    """One line that takes part: its row, its figures before and after, and its part of the amount."""

    row: object
    before: LineFigures
    after: LineFigures
    has: Decimal
    part: Decimal

    @property
    def left(self):
        return self.has - self.part


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of an application: the lines that take part, and its summary before and after."""

    lines: list[AdjustedLine]
    has: Decimal
    amount: Decimal
    before: Summary
    after: Summary

    @property
    def left(self):
        return self.has - self.amount


def plan_adjustment(invoice, asked):
    """Work out what was asked for; nothing is written. Raises `FieldRefused` for what the lines do not have."""
    rows, before = lines_of(invoice), carried_from(previous_of(invoice))
    taking = chosen(rows, asked.group, asked.item)
    figures = {row.pk: of_today(row, before.get(row.contract_line_id)) for row in rows}
    fresh = {row.pk: carried(row, before.get(row.contract_line_id)) for row in taking}
    has = [asked.adjustment.has(fresh[row.pk]) for row in taking]
    parts = _parts(asked, has)
    shares = zip(taking, has, parts, strict=True)
    lines = [_adjusted(row, fresh[row.pk], asked.adjustment, own, part) for row, own, part in shares if part]
    summaries = now_and_then(invoice, figures, {line.row.pk: line.after for line in lines})
    return Plan(lines, sum(has, ZERO), sum(parts, ZERO), *summaries)


@transaction.atomic
def adjust(invoice_id, asked, *, actor, version=None, note=None):
    """Carry out what was asked for; `note` is why retainage differs from the contract, None leaves what stands.

    Later drafts follow. Raises `InvoiceLocked`, `StaleVersion`, `FieldRefused`.
    """
    invoice, _ = lock_for_edit(invoice_id)
    refuse_stale(invoice, version)
    plan = plan_adjustment(invoice, asked)
    entries = {line.row.pk: _entry(line.after, asked.adjustment) for line in plan.lines}
    told = f"{WORDS[asked.adjustment.name][2]}: {format_amount(plan.amount)} on {counted(len(plan.lines))}."
    details = InvoiceDetails(retainage_note=note)
    return save_lines(invoice.pk, entries, actor=actor, version=version, details=details, note=told), plan


def has_by_group(invoice, adjustment):
    """What the lines of each group have, as saved, by the group's name in the order of the schedule."""
    found = {}
    for row in lines_of(invoice):
        group = row.contract_line.group
        found[group] = found.get(group, ZERO) + adjustment.has(figures_of(row))
    return found


def _parts(asked, has):
    """Each line's part, or why there is none."""
    total, (held, done, _) = sum(has, ZERO), WORDS[asked.adjustment.name]
    if not any(has):
        raise FieldRefused("amount", f"Nothing is {held} on {'this line' if len(has) == 1 else 'these lines'}.")
    amount = asked.amount if asked.percent is None else round_cents(total * asked.percent / HUNDRED)
    if asked.percent == HUNDRED:
        return has
    if not total:
        raise FieldRefused("amount", f"What is {held} adds up to 0.00 here. Enter 100%, or choose single lines.")
    if not amount:
        raise FieldRefused("amount", f"This comes to 0.00 of the {format_amount(total)} that is {held}.")
    try:
        return share_out(amount, has)
    except ValueError:
        sentence = f"{format_amount(amount)} cannot be {done}: {format_amount(total)} is {held}."
        raise FieldRefused("amount", sentence) from None


def _adjusted(row, before, adjustment, has, part):
    moved = adjustment.taken(before, part)
    after = with_proposed_retainage(moved, row.retainage_percent, row.materials_retainage_percent)
    refuse_broken(row, after, "amount")
    return AdjustedLine(row, before, after, has, part)


def _entry(after, adjustment):
    if adjustment in (RELEASE, TAKE_BACK):
        return LineEntry(retainage_released=after.retainage_released)
    return LineEntry(work_this_period=after.work_this_period, materials_stored=after.materials_stored)
