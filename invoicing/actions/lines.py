from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction

from invoicing.actions import history
from invoicing.actions.chain import (
    carried_from,
    lines_of,
    lock_for_edit,
    previous_of,
    roll_forward,
    save_figures,
)
from invoicing.actions.numbers import refuse_taken_number
from invoicing.exceptions import FieldRefused, FiguresRefused
from invoicing.figures import carried, figures_of, follows, summary_of, write_line, write_summary
from invoicing.lifecycle import refuse_stale
from invoicing.models import BillingPeriod
from invoicing.payment_application import problems, with_proposed_retainage

RATES = ("retainage_percent", "materials_retainage_percent")
AMOUNTS = ("work_this_period", "materials_stored", "retainage_released")


@dataclass(frozen=True, slots=True)
class LineEntry:
    """What a person entered on one line; None leaves what stands."""

    work_this_period: Decimal | None = None
    materials_stored: Decimal | None = None
    retainage_percent: Decimal | None = None
    materials_retainage_percent: Decimal | None = None
    retainage_released: Decimal | None = None


@dataclass(frozen=True, slots=True)
class InvoiceDetails:
    """The fields of the header; None leaves what stands."""

    number: str | None = None
    period_id: int | None = None
    billing_date: date | None = None
    retainage_note: str | None = None


@transaction.atomic
def save_lines(invoice_id, entries, *, actor, version=None, details=None, note=""):
    """Save what was entered, by the id of the `OwnerInvoiceLine`, and everything that follows from it.

    `entries` maps ids to `LineEntry`; lines left out keep theirs. Later drafts of the contract follow. Repeating what
    is saved already changes nothing. `note` is told in the history.

    Raises `InvoiceLocked`, `StaleVersion`, `FiguresRefused`, `FieldRefused`.
    """
    invoice, later = lock_for_edit(invoice_id)
    before = carried_from(previous_of(invoice))
    rows = lines_of(invoice)
    changed = [row for row in rows if _enter(row, entries.get(row.pk), before.get(row.contract_line_id))]
    told = _write_details(invoice, details or InvoiceDetails())
    if not changed and not told:
        return invoice
    refuse_stale(invoice, version)
    _refuse_unsound(changed)
    _write_sums(invoice, rows)
    invoice.version += 1
    save_figures(invoice, changed, header=told, actor=actor)
    history.record(invoice, "edited", actor=actor, note=note, detail={"lines": len(changed), "fields": sorted(told)})
    roll_forward(invoice, later, actor=actor)
    return invoice


def _enter(row, entry, previous):
    """Put an entry onto a row, over figures carried afresh; tell whether anything changed."""
    if entry is None and follows(row, previous):
        return False
    stood = (figures_of(row), *(getattr(row, name) for name in RATES))
    entry = entry or LineEntry()
    for name in RATES:
        if getattr(entry, name) is not None:
            setattr(row, name, getattr(entry, name))
    typed = {name: getattr(entry, name) for name in AMOUNTS if getattr(entry, name) is not None}
    figures = replace(carried(row, previous), **typed)
    write_line(row, with_proposed_retainage(figures, row.retainage_percent, row.materials_retainage_percent))
    return stood != (figures_of(row), *(getattr(row, name) for name in RATES))


def _refuse_unsound(rows):
    found = {row.pk: problems(figures_of(row)) for row in rows}
    broken = {pk: each for pk, each in found.items() if each}
    if broken:
        raise FiguresRefused(broken)


def _write_sums(invoice, rows):
    summary = summary_of(rows)
    if not summary.fits:
        raise FieldRefused("", "The lines of this invoice add up to more than it can hold.")
    write_summary(invoice, summary)


def _write_details(invoice, details):
    """Put the header's fields onto the invoice; return the names of those that changed."""
    if details.period_id is not None:
        _refuse_foreign_period(invoice.contract, details.period_id)
    if details.number is not None:
        refuse_taken_number(invoice.company_id, details.number, but=invoice.pk)
    told = {name: getattr(details, name) for name in InvoiceDetails.__slots__ if getattr(details, name) is not None}
    changed = {name for name, value in told.items() if getattr(invoice, name) != value}
    for name in changed:
        setattr(invoice, name, told[name])
    return changed


def _refuse_foreign_period(contract, period_id):
    if not BillingPeriod.objects.filter(pk=period_id, project=contract.project_id).exists():
        raise FieldRefused("period", "Choose a billing period of this project.")
