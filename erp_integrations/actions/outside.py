"""Booked outside Tieout: the one way past the order guard, and the way back."""

from django.db import transaction

from erp_integrations import export, tasks
from erp_integrations.exceptions import OutcomeUnknown
from erp_integrations.export.evidence import in_doubt
from erp_integrations.models import BookedOutside, ErpConnection, ExportJob
from erp_integrations.order import refuse_while_later_ones_move
from invoicing import lifecycle
from invoicing.states import SETTLE, UNSETTLE


@transaction.atomic
def book_outside(invoice_id, *, number, date, reason, actor, version=None):
    """Record that somebody booked an application in the ERP by hand, under this number and date.

    The next application of the contract may follow. Raises OutcomeUnknown while an export of it is in doubt. Locks:
    connection, invoice, job, audit chain.
    """
    connection = _locked_connection(invoice_id)
    invoice = lifecycle.lock(invoice_id)
    job = ExportJob.objects.live().select_for_update(no_key=True).filter(invoice=invoice_id).first()
    note = f"{number} of {date}: {reason}"
    lifecycle.move_locked(invoice, SETTLE, actor=actor, note=note, version=version)
    if job is not None:
        if in_doubt(job):
            raise OutcomeUnknown(invoice, "recorded as booked outside Tieout")
        export.cancel_job(job)
    BookedOutside.objects.create(
        company_id=invoice.company_id, invoice=invoice, number=number, date=date, recorded_by=actor
    )
    if connection is not None:
        tasks.ring_on_commit(connection)
    return invoice


@transaction.atomic
def take_back_booking(invoice_id, *, reason, actor, version=None):
    """The application was not booked outside after all, and is the project's again.

    Raises OthersMoving while a later one is exporting. Locks: connection (so that none is claimed), invoice, audit
    chain.
    """
    _locked_connection(invoice_id)
    invoice = lifecycle.move(invoice_id, UNSETTLE, actor=actor, note=reason, version=version)
    refuse_while_later_ones_move(invoice)
    return invoice


def _locked_connection(invoice_id):
    connections = ErpConnection.objects.select_for_update(no_key=True)
    return connections.filter(company__owner_invoices=invoice_id).first()
