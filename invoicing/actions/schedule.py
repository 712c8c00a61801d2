from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from invoicing.actions import history
from invoicing.actions.chain import WRITTEN_PER_STATEMENT, follow, lock_contract
from invoicing.actions.contract_history import changes_of_lines, record_changes
from invoicing.actions.contracts import refuse_stale_contract
from invoicing.actions.rows import SCHEDULED, update_schedule
from invoicing.actions.schedule_rules import problems_of
from invoicing.exceptions import ScheduleLocked, ScheduleRefused
from invoicing.models import ContractLine, OwnerInvoice, OwnerInvoiceLine
from invoicing.policies import why_schedule_locked

# What an entry makes of its line, what loses something first.
BECOMES = ("removed", "changed", "added", "unchanged")


@dataclass(frozen=True, slots=True)
class ScheduleEntry:
    """One typed line of the schedule of values; `line_id` None makes a new one."""

    item: str
    description: str
    scheduled_value: Decimal
    cost_code_id: int | None = None
    line_id: int | None = None
    removed: bool = False
    group: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None


@transaction.atomic
def save_schedule(contract_id, entries, *, actor, version=None):
    """Save lines of the original schedule of values; lines left out stay. Drafts of the contract follow.

    Raises `ScheduleLocked` once an application is approved, `ContractChanged`, and `ScheduleRefused` with the problems
    by the index of the entry.
    """
    contract = lock_contract(contract_id)
    reason = why_schedule_locked(contract)
    if reason:
        raise ScheduleLocked(reason)
    lines = {line.pk: line for line in contract.lines.filter(change_order=None)}
    changes = changed_entries(entries, lines)
    if not changes:
        return contract
    refuse_stale_contract(contract, version)
    invoices = _locked_invoices(contract)
    problems = problems_of(contract, changes, lines)
    if problems:
        raise ScheduleRefused(problems)
    told = changes_of_lines(contract, changes.values(), lines)
    write_lines(contract, changes.values(), lines)
    contract.version += 1
    contract.save(update_fields=["version"])
    record_changes(contract, told, actor=actor)
    _carry_into(invoices, actor)
    history.record_of(contract, "schedule.edited", actor=actor, detail={"lines": len(changes)})
    return contract


def schedule_problems(contract, entries):
    """What `save_schedule` would refuse, by the index of the entry; nothing is locked or written."""
    lines = {line.pk: line for line in contract.lines.filter(change_order=None)}
    return problems_of(contract, changed_entries(entries, lines), lines)


def schedule_changes(contract, entries):
    """What becomes of the line of each entry, a word of BECOMES, and that line as it stands, None for a new one."""
    lines = {line.pk: line for line in contract.lines.filter(change_order=None)}
    changing = changed_entries(entries, lines)
    return [(_becomes(entry, index in changing), lines.get(entry.line_id)) for index, entry in enumerate(entries)]


def _becomes(entry, changes):
    removed, changed, added, unchanged = BECOMES
    if not changes:
        return unchanged
    if entry.removed:
        return removed
    return added if entry.line_id is None else changed


def changed_entries(entries, lines):
    """The entries that would add, change or remove a line of `lines`, by their index."""
    return {index: entry for index, entry in enumerate(entries) if _differs(entry, lines.get(entry.line_id))}


def _differs(entry, line):
    if line is None:
        return not entry.removed
    return entry.removed or any(getattr(entry, name) != getattr(line, name) for name in SCHEDULED)


def _locked_invoices(contract):
    standing = OwnerInvoice.objects.standing().filter(contract=contract).order_by("pk")
    rows = standing.select_for_update(of=("self",), no_key=True)
    invoices = sorted(rows, key=lambda invoice: invoice.position)
    for invoice in invoices:
        invoice.contract = contract
    return invoices


def write_lines(contract, entries, lines, change_order=None):
    """Add, change and remove schedule lines, the original ones or those of a change order; the contract is locked."""
    last = contract.lines.order_by("position").last()
    position = last.position if last else 0
    added, changed = [], []
    for entry in entries:
        if entry.removed:
            continue
        line = lines.get(entry.line_id)
        if line is None:
            position += 1
            line = ContractLine(
                company_id=contract.company_id, contract=contract, change_order=change_order, position=position
            )
        (changed if line.pk else added).append(line)
        for name in SCHEDULED:
            setattr(line, name, getattr(entry, name))
    _remove([entry.line_id for entry in entries if entry.removed])
    update_schedule(changed)
    ContractLine.objects.bulk_create(added, batch_size=WRITTEN_PER_STATEMENT)


def _remove(line_ids):
    """Their rows on drafts go with them; nothing is billed on them."""
    if line_ids:
        OwnerInvoiceLine.objects.filter(contract_line__in=line_ids).delete()
        ContractLine.objects.filter(pk__in=line_ids).delete()


def _carry_into(invoices, actor):
    """Give the drafts the new values: all of them, since a schedule with anything approved is locked."""
    previous = None
    for invoice in invoices:
        if follow(invoice, previous, actor=actor):
            history.record(invoice, "updated", actor=actor, note="The schedule of values was changed.")
        previous = invoice
