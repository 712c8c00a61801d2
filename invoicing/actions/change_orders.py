"""Change orders: written, decided, and added to the latest open application once.

Lock order: the contract, then the order, then applications, then (by history) the audit chain.
"""

from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction
from django.utils import timezone

from invoicing.actions import history
from invoicing.actions.chain import (
    carried_from,
    lines_of,
    lock_contract,
    lock_for_edit,
    new_row,
    previous_of,
    save_figures,
)
from invoicing.actions.contract_history import changes_of_lines, changes_of_row, record_changes
from invoicing.actions.numbers import save_unique
from invoicing.actions.schedule import changed_entries, write_lines
from invoicing.actions.schedule_rules import problems_of
from invoicing.change_orders import missing_from, why_fixed, why_not_moved
from invoicing.exceptions import (
    ChangeOrderChanged,
    ChangeOrderLocked,
    NotTheLatest,
    ScheduleRefused,
)
from invoicing.figures import summary_of, write_summary
from invoicing.lifecycle import refuse_stale
from invoicing.models import ChangeOrder, ContractLine
from invoicing.states import CHANGE_ORDER_MOVES, ChangeOrderStatus


@dataclass(frozen=True, slots=True)
class ChangeOrderDetails:
    """The fields of a change order that a person writes."""

    number: str
    title: str
    description: str = ""
    dated: date | None = None
    due_on: date | None = None
    schedule_days: int | None = None

    def changes(self, order):
        """What differs from a stored order, by field."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if getattr(order, name) != value}


@transaction.atomic
def create_change_order(contract_id, details, *, actor):
    """A draft change order without lines. Raises `FieldRefused` for a number that is taken."""
    contract = lock_contract(contract_id)
    order = ChangeOrder(company_id=contract.company_id, contract=contract)
    _write(order, details.changes(order))
    record_changes(contract, [(order.number, "", "", order.title)], actor=actor)
    history.record_of(contract, "change_order.created", actor=actor, detail={"number": order.number})
    return order


@transaction.atomic
def save_change_order(order_id, details, entries, *, actor, version=None):
    """Save what a draft or pending change order says, and its lines; lines left out stay.

    Raises `ChangeOrderLocked`, `ChangeOrderChanged`, `FieldRefused`, and `ScheduleRefused` with the problems by the
    index of the entry.
    """
    order = _lock_order(order_id)
    reason = why_fixed(order)
    if reason:
        raise ChangeOrderLocked(reason)
    lines = {line.pk: line for line in order.lines.all()}
    changes, values = changed_entries(entries, lines), details.changes(order)
    if not changes and not values:
        return order
    _refuse_stale(order, version)
    problems = problems_of(order.contract, changes, lines)
    if problems:
        raise ScheduleRefused(problems)
    told = _told(order, values, changes, lines)
    write_lines(order.contract, changes.values(), lines, change_order=order)
    order.version += 1
    _write(order, values)
    record_changes(order.contract, told, actor=actor)
    detail = {"number": order.number, "lines": len(changes), "fields": sorted(values)}
    history.record_of(order.contract, "change_order.edited", actor=actor, detail=detail)
    return order


def _told(order, values, changes, lines):
    """The changes for the contract's history, each under the order's number."""
    told = [(order.number, field, before, after) for _, field, before, after in changes_of_row(order, values)]
    told += changes_of_lines(order.contract, changes.values(), lines)
    return told


@transaction.atomic
def move_change_order(order_id, key, *, actor, version=None):
    """Make one of CHANGE_ORDER_MOVES; made already, it changes nothing.

    Raises `ChangeOrderLocked` where the order is not at a source of the move, has no lines, or is being billed.
    """
    order, move = _lock_order(order_id), CHANGE_ORDER_MOVES[key]
    if order.status == move.target:
        return order
    reason = why_not_moved(order, key)
    if reason:
        raise ChangeOrderLocked(reason)
    _refuse_stale(order, version)
    before = order.get_status_display()
    order.status, order.version = move.target, order.version + 1
    order.approved_on = timezone.localdate() if move.target == ChangeOrderStatus.APPROVED else None
    order.save(update_fields=["status", "approved_on", "version"])
    record_changes(order.contract, [(order.number, "Status", before, order.get_status_display())], actor=actor)
    history.record_of(order.contract, f"change_order.{order.status}", actor=actor, detail={"number": order.number})
    return order


@transaction.atomic
def add_change_orders(invoice_id, order_ids, *, actor, version=None):
    """Put the lines of approved change orders on the latest open application, each line once.

    Orders that it carries already are left out, so that a doubled press adds nothing. Raises `InvoiceLocked`,
    `NotTheLatest`, `StaleVersion`.
    """
    invoice, later = lock_for_edit(invoice_id)
    if later:
        raise NotTheLatest(f"{later[-1].display_number} comes after it. Add change orders there.")
    orders = list(missing_from(invoice).filter(pk__in=order_ids))
    if not orders:
        return invoice
    refuse_stale(invoice, version)
    rows, before = lines_of(invoice), carried_from(previous_of(invoice))
    known = {row.contract_line_id for row in rows}
    lines = ContractLine.objects.filter(change_order__in=orders).exclude(pk__in=known)
    added = [new_row(invoice, line, before.get(line.pk)) for line in lines]
    write_summary(invoice, summary_of([*rows, *added]))
    invoice.version += 1
    save_figures(invoice, [], added, actor=actor)
    note = f"Added {', '.join(order.number for order in orders)}."
    history.record(invoice, "edited", actor=actor, note=note, detail={"change_orders": [o.number for o in orders]})
    return invoice


def _lock_order(order_id):
    """The order under its contract's lock."""
    contract = lock_contract(ChangeOrder.objects.values_list("contract_id", flat=True).get(pk=order_id))
    order = ChangeOrder.objects.select_for_update(no_key=True).get(pk=order_id)
    order.contract = contract
    return order


def _refuse_stale(order, version):
    if version is not None and version != order.version:
        raise ChangeOrderChanged(order)


def _write(order, values):
    for name, value in values.items():
        setattr(order, name, value)
    save_unique(order, "number", f"The number {order.number} is taken. Choose another.")
