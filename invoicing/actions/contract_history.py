"""Who changed what of a contract and its schedule, from what to what."""

from django.utils import timezone
from django.utils.formats import date_format

from invoicing.actions.chain import WRITTEN_PER_STATEMENT
from invoicing.actions.rows import SCHEDULED
from invoicing.models import ContractChange, CostCode
from invoicing.money import format_amount, format_quantity

TITLES = {
    "item": "Item",
    "description": "Description",
    "group": "Group",
    "cost_code_id": "Cost code",
    "quantity": "Quantity",
    "unit": "Unit",
    "unit_price": "Unit price",
    "scheduled_value": "Scheduled value",
}


def record_changes(contract, told, *, actor):
    """Write changes, given as (subject, field, before, after), in their order; inside the caller's transaction."""
    now = timezone.now()
    rows = (change_row(contract, each, actor=actor, at=now) for each in told)
    ContractChange.objects.bulk_create(rows, batch_size=WRITTEN_PER_STATEMENT)


def change_row(contract, told, *, actor, at):
    """One such change, not saved."""
    subject, field, before, after = told
    return ContractChange(
        company_id=contract.company_id,
        contract=contract,
        at=at,
        actor=actor,
        subject=subject,
        field=field,
        before=before,
        after=after,
    )


def changes_of_row(row, values):
    """The fields of a contract or change order that `values` would change, by their own labels; before they are set."""
    fields = [row._meta.get_field(name) for name in values if getattr(row, name) != values[name]]
    return [("", _label(field), _said(row, field), _said_of(row, field, values)) for field in fields]


def _label(field):
    return str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]


def _said_of(row, field, values):
    """What the page would say of the field with its new value."""
    return _said(type(row)(**{field.attname: values[field.attname]}), field)


def _said(row, field):
    if field.is_relation:
        return str(getattr(row, field.name) or "")
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    value = getattr(row, field.attname)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if hasattr(value, "isoformat"):
        return date_format(value, "M j, Y")
    return "" if value is None else _figure(value)


def _figure(value):
    if not hasattr(value, "as_tuple"):
        return str(value)
    return format_quantity(value, decimals=2)


def changes_of_lines(contract, entries, lines):
    """What changed schedule entries do to the lines of today; call it before they are written."""
    codes = dict(CostCode.objects.filter(company=contract.company_id).values_list("pk", "code"))
    told = []
    for entry in entries:
        line = lines.get(entry.line_id)
        subject = f"Line {(line or entry).item}"
        if line is None:
            told.append((subject, "", "", _whole(entry)))
        elif entry.removed:
            told.append((subject, "", _whole(line), ""))
        else:
            told += _fields(subject, line, entry, codes)
    return told


def _whole(line):
    return f"{line.description}, {format_amount(line.scheduled_value)}"


def _fields(subject, line, entry, codes):
    changed = [name for name in SCHEDULED if getattr(line, name) != getattr(entry, name)]
    return [(subject, TITLES[name], *(_cell(each, name, codes) for each in (line, entry))) for name in changed]


def _cell(line, name, codes):
    value = getattr(line, name)
    if name == "cost_code_id":
        return codes.get(value, "")
    if name == "scheduled_value":
        return format_amount(value)
    return format_quantity(value, 2 if name == "unit_price" else 0) if name in ("quantity", "unit_price") else value
