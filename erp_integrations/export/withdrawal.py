"""Taking an export back while surely nothing was sent: by a person, or for want of the application before it."""

from django.db import transaction

from erp_integrations.exceptions import AlreadyTried, ExportError
from erp_integrations.export.evidence import in_doubt
from erp_integrations.export.jobs import cancel_job
from erp_integrations.export.runs import close_run, leave_run
from erp_integrations.models import ErpConnection, ExportJob, JobState
from erp_integrations.order import unsettled_before
from invoicing import lifecycle
from invoicing.exceptions import InvoicingError
from invoicing.states import WITHDRAW


def withdraw(invoice_id, *, actor=None, note="", version=None):
    """Accepted again; the next export is the next generation. What the run says of it is the note.

    Raises TransitionNotAllowed, StaleVersion, or AlreadyTried. Locks: connection, invoice, job, audit chain, run.
    """
    with transaction.atomic():
        _lock_connection(invoice_id)  # so that no claim slips in between
        run_id = _withdraw(invoice_id, actor, note, version)
    close_run(run_id)


def _lock_connection(invoice_id):
    return ErpConnection.objects.select_for_update(no_key=True).get(company__owner_invoices=invoice_id)


def _withdraw(invoice_id, actor, note, version=None):
    invoice = lifecycle.lock(invoice_id)
    locked = ExportJob.objects.live().select_for_update(no_key=True)
    job = locked.filter(invoice=invoice_id).first()
    lifecycle.move_locked(invoice, WITHDRAW, actor=actor, note=note, version=version)
    if job is None or job.state != JobState.QUEUED or in_doubt(job):
        raise AlreadyTried(invoice)
    cancel_job(job)
    leave_run(job.run_id, invoice_id, note or f"Withdrawn by {actor.name}.")
    return job.run_id


def withdraw_stranded(**where):
    """Withdraw what would wait for ever, then what waits for that in turn; in a contract, or everywhere.

    Each in a transaction of its own: whoever dies half-way leaves the rest to the sweeper.
    """
    while any([_withdraw_stranded(job) for job in ExportJob.objects.stranded().filter(**where).order_by("pk")]):
        pass


def _withdraw_stranded(job):
    """Whether it was withdrawn; by now it may be a worker's, or its turn may have come."""
    try:
        with transaction.atomic():
            _lock_connection(job.invoice_id)
            if not ExportJob.objects.stranded().filter(pk=job.pk).exists():
                return False
            before = unsettled_before([job.invoice])[job.invoice_id]
            _withdraw(job.invoice_id, None, f"Waits for {before.display_number}: {before.get_erp_status_display()}.")
    except (ExportError, InvoicingError):
        return False
    close_run(job.run_id)
    return True
