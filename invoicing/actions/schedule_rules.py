"""What is wrong with a schedule of values as somebody wants it, by the index of the entry and the field."""

from invoicing.models import CostCode, OwnerInvoiceLine
from invoicing.money import MAX_AMOUNT, ZERO, format_amount
from invoicing.states import BillingStatus


def problems_of(contract, changes, lines):
    """What is wrong with each changed entry: its item, its cost code, what is billed on it already.

    `changes` maps indexes to entries, `lines` ids to the lines of today: the original ones, or a change order's.
    """
    items = _items_after(contract, changes)
    codes = set(CostCode.objects.filter(company=contract.company_id).values_list("pk", flat=True))
    billed = _billed_lines(contract)
    problems = {}
    for index, entry in changes.items():
        found = {}
        if not entry.removed and items[entry.item.lower()] > 1:
            found["item"] = f"Item {entry.item} stands twice in the schedule."
        if entry.cost_code_id is not None and entry.cost_code_id not in codes:
            found["cost_code"] = "Choose a cost code of this company."
        found |= _refuse_billed(entry, lines.get(entry.line_id), billed)
        if found:
            problems[index] = found
    return problems or _refuse_sum(contract, changes)


def _items_after(contract, changes):
    """How often each item would stand in the schedule, change orders included."""
    touched = {entry.line_id for entry in changes.values() if entry.line_id}
    items = [item for pk, item in contract.lines.values_list("pk", "item") if pk not in touched]
    items += [entry.item for entry in changes.values() if not entry.removed]
    counts = {}
    for item in items:
        counts[item.lower()] = counts.get(item.lower(), 0) + 1
    return counts


def _billed_lines(contract):
    """Schedule lines with any amount on an application that counts, and those that a void one holds: id to its name."""
    amounts = ("work_previous", "work_this_period", "materials_stored", "materials_previous", "retainage_previous")
    rows = OwnerInvoiceLine.objects.filter(invoice__contract=contract, invoice__deleted_at=None)
    rows = rows.select_related("invoice").order_by("invoice__position")
    return {
        row.contract_line_id: f"{contract.number} #{row.invoice.position}"
        for row in rows
        if row.invoice.status == BillingStatus.VOID or any(getattr(row, name) for name in amounts)
    }


def _refuse_billed(entry, line, billed):
    if line is None or line.pk not in billed:
        return {}
    if entry.removed:
        return {"item": f"Line {line.item} stands on {billed[line.pk]}. Set its value to 0.00 instead of removing it."}
    if (entry.scheduled_value < ZERO) != (line.scheduled_value < ZERO):
        return {
            "scheduled_value": f"Line {line.item} is billed on {billed[line.pk]}. Its value cannot change its sign."
        }
    return {}


def _refuse_sum(contract, changes):
    """Applications hold the sums of the schedule, the positive and the negative lines in any mixture."""
    touched = {entry.line_id for entry in changes.values()}
    stored = contract.lines.values_list("pk", "scheduled_value")
    values = [value for pk, value in stored if pk not in touched]
    values += [entry.scheduled_value for entry in changes.values() if not entry.removed]
    if sum(map(abs, values), ZERO) <= MAX_AMOUNT:
        return {}
    sentence = f"The lines of the schedule add up to more than {format_amount(MAX_AMOUNT)}."
    return {index: {"scheduled_value": sentence} for index in list(changes)[-1:]}
