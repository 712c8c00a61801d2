"""A contract's first application as its actions leave it, written as rows: a tenth of the statements.

Most tests of accounting begin with one; test_written.py holds the rows against those of the actions.
"""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from directory import audit
from invoicing import lifecycle
from invoicing.actions import history
from invoicing.models import ContractLine, FigureChange, InvoiceEvent, OwnerInvoice, OwnerInvoiceLine

EDITED = {"lines": 1, "fields": []}
ZERO, BILLED, RETAINED = Decimal("0.00"), Decimal("10000.00"), Decimal("1000.00")


@transaction.atomic
def first_application(contract, period, staff, moves):
    """10,000.00 billed on the first line, less 10 % retainage, after `moves`: pairs of a transition and its actor."""
    now = timezone.now()
    lines = list(ContractLine.objects.filter(contract=contract).order_by("position"))
    invoice = _billed(contract, period, staff, lines)
    created, edited = (history.event_of(invoice, past, actor=staff, at=now) for past in ("created", "edited"))
    created.version, created.payment_due = 1, ZERO
    events, told = [created, edited], [history.audit_entry(created), history.audit_entry(edited, EDITED)]
    for transition, actor in moves:
        event, _ = lifecycle.carry_out(invoice, transition, actor=actor, at=now)
        events.append(event)
        told.append(lifecycle.audit_entry(event))
    invoice.save()
    InvoiceEvent.objects.bulk_create(events)
    _tell_figures(invoice, lines[0], staff, now)
    audit.record_all(invoice.company_id, told)
    return OwnerInvoice.objects.select_related("contract", "company").get(pk=invoice.pk)


def _billed(contract, period, staff, lines):
    """As a draft, because the lines of any other are locked."""
    invoice = OwnerInvoice.objects.create(
        company_id=contract.company_id,
        contract=contract,
        position=1,
        number=f"{contract.number}-1",
        version=2,
        period=period,
        billing_date=period.end,
        created_by=staff,
        original_sum=sum(line.scheduled_value for line in lines),
        change_order_sum=ZERO,
        completed_and_stored=BILLED,
        retainage_on_work=RETAINED,
        retainage_on_materials=ZERO,
        less_previous_certificates=ZERO,
        billed_this_period=BILLED,
        retainage_this_period=RETAINED,
    )
    first, *others = lines
    billed = [_line(invoice, first, BILLED, RETAINED), *(_line(invoice, each, ZERO, ZERO) for each in others)]
    OwnerInvoiceLine.objects.bulk_create(billed)
    return invoice


def _tell_figures(invoice, line, staff, now):
    cells = [
        [line.pk, "work_this_period", str(ZERO), str(BILLED)],
        [line.pk, "retainage_withheld", str(ZERO), str(RETAINED)],
    ]
    FigureChange.objects.create(
        company_id=invoice.company_id, invoice=invoice, at=now, actor=staff, version=2, cells=cells
    )


def _line(invoice, line, work, retainage):
    return OwnerInvoiceLine(
        company_id=invoice.company_id,
        invoice=invoice,
        contract_line=line,
        scheduled_value=line.scheduled_value,
        work_this_period=work,
        retainage_withheld=retainage,
        retainage_percent=invoice.contract.work_retainage_percent,
        materials_retainage_percent=invoice.contract.materials_retainage_percent,
    )
