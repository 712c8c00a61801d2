"""What a save changed: kept beside it, so that every figure of an application can be followed back.

Whoever changes figures does so through `chain.save_figures`, which calls this: there is no second way. The figures
that an application begins with are told by its creation, not here.
"""

from django.utils import timezone

from invoicing.actions.rows import WRITTEN
from invoicing.models import FigureChange, OwnerInvoice, OwnerInvoiceLine


def before_saving(changed, header, invoice):
    """What stands in the database for rows and header fields about to be written: two queries, however many rows."""
    ids = [row.pk for row in changed]
    stood = OwnerInvoiceLine.objects.filter(pk__in=ids).values("pk", *WRITTEN) if ids else ()
    fields = OwnerInvoice.objects.values(*header).get(pk=invoice.pk) if header else {}
    return {each["pk"]: each for each in stood}, fields


def record_figures(invoice, stood, changed, added, header, *, actor, removed=()):
    """Keep the cells that differ from `stood`, what `before_saving` answered; without any, nothing is kept."""
    lines, fields = stood
    cells = [[None, name, _text(fields[name]), _text(getattr(invoice, name))] for name in sorted(header)]
    for row in changed:
        cells += _differences(row, lines[row.pk])
    cells += [[row.contract_line_id, "scheduled_value", None, _text(row.scheduled_value)] for row in added]
    cells += [[row.contract_line_id, "scheduled_value", _text(row.scheduled_value), None] for row in removed]
    if cells:
        FigureChange.objects.create(
            company_id=invoice.company_id,
            invoice=invoice,
            at=timezone.now(),
            actor=actor,
            version=invoice.version,
            cells=cells,
        )


def _differences(row, stood):
    """Compared as numbers, so that 10 and 10.000 are one."""
    for name in WRITTEN:
        after = getattr(row, name)
        if stood[name] != after:
            yield [row.contract_line_id, name, _text(stood[name]), _text(after)]


def _text(value):
    return "" if value is None else str(value)
