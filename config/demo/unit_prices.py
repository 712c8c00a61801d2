"""Contracts billed by the unit: one whose schedule is not yet worth what was signed, one with an invoice begun."""

from decimal import Decimal

from invoicing import actions as billing
from invoicing.models import BillingPeriod
from invoicing.money import extended
from invoicing.states import AccountingMethod, ContractStatus

TITLE = "Site utilities at unit prices"
SIGNED = Decimal("131000.00")
# Item, description, group, quantity, unit, unit price.
LINES = (
    ("U-01", "Trench excavation", "Earthwork", "1450", "m3", "18.50"),
    ("U-02", "Structural backfill", "Earthwork", "1120", "m3", "22.75"),
    ("U-03", "Water main, 200 mm", "Pipes", "340", "m", "96.40"),
    ("U-04", "Storm drain, 450 mm", "Pipes", "215", "m", "142.1250"),
    ("U-05", "Precast manholes", "Structures", "9", "each", "1860.00"),
)
# Work that is under way, and the quantities of the first month.
PAVED = "Paving and kerbs at unit prices"
PAVING = (
    ("P-01", "Sub-base, 200 mm", "Paving", "2100", "m2", "14.20"),
    ("P-02", "Asphalt, 60 mm", "Paving", "2100", "m2", "21.75"),
    ("P-03", "Kerb", "Kerbs", "480", "m", "38.00"),
)
MONTH = {"P-01": "1240", "P-03": "96.5"}


def leave_unit_prices(settled, all_billed):
    """In the project of the first job that somebody works on."""
    billed = next((each for each in all_billed if each.job.has_draft), None)
    if billed is None:
        return
    staff, signed_on = settled.people[billed.job.sender], billed.invoices[-1].period.start
    terms = {"contract_date": signed_on, "accounting_method": AccountingMethod.UNIT}
    draft = terms | {"title": TITLE, "status": ContractStatus.DRAFT, "signed_sum": SIGNED}
    _contract(settled, billed, draft, LINES, staff)
    paved = _contract(settled, billed, terms | {"title": PAVED, "status": ContractStatus.APPROVED}, PAVING, staff)
    _bill(paved, staff)


def _contract(settled, billed, values, lines, staff):
    values |= {"owner_id": billed.contract.owner_id, "number": billing.next_contract_number(settled.company)}
    contract = billing.create_contract(billed.contract.project, values, actor=staff)
    billing.save_schedule(contract.pk, [_entry(*line) for line in lines], actor=staff)
    return contract


def _bill(contract, staff):
    """The month that is open, by its quantities."""
    period = BillingPeriod.objects.filter(project=contract.project_id).latest("start")
    invoice = billing.create_invoice(contract.pk, period.pk, actor=staff)
    entries = {
        row.pk: billing.LineEntry(work_this_period=extended(Decimal(MONTH[line.item]), line.unit_price))
        for row in invoice.lines.select_related("contract_line")
        if (line := row.contract_line).item in MONTH
    }
    billing.save_lines(invoice.pk, entries, actor=staff)


def _entry(item, description, group, quantity, unit, unit_price):
    quantity, unit_price = Decimal(quantity), Decimal(unit_price)
    return billing.ScheduleEntry(
        item,
        description,
        extended(quantity, unit_price),
        group=group,
        quantity=quantity,
        unit=unit,
        unit_price=unit_price,
    )
