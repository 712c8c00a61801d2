"""Export to ERP, Retry, and the note about how a run ended."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from directory import audit
from erp_integrations import export, policies, tasks
from erp_integrations.actions.several import each_of
from erp_integrations.exceptions import NoErpConnection, NothingAccepted, NotReadyForErp
from erp_integrations.models import ErpConnection, ExportJob, ExportRun
from erp_integrations.order import refuse_out_of_turn
from erp_integrations.readiness import readiness
from invoicing import lifecycle
from invoicing.models import OwnerInvoice
from invoicing.states import RETRY, ErpStatus


def start_export(company_id, *, actor):
    """Export every accepted invoice of the company as one run; a double press gives the same run.

    Raises NothingAccepted or NoErpConnection. The first invoices have joined it on return, the others do so soon.
    """
    run = _frozen_list(company_id, actor)
    if run.launched_at is None:
        tasks.launch(run)
        run.refresh_from_db()
    return run


@transaction.atomic
def _frozen_list(company_id, actor):
    """The run's list, fixed under the connection's lock: a second press finds the run that is being launched."""
    connection = ErpConnection.objects.select_for_update(no_key=True).filter(company_id=company_id).first()
    if connection is None:
        raise NoErpConnection
    being_launched = ExportRun.objects.filter(company_id=company_id, launched_at__isnull=True).first()
    if being_launched is not None:
        return being_launched
    accepted = OwnerInvoice.objects.present().filter(company_id=company_id, erp_status=ErpStatus.ACCEPTED)
    invoice_ids = list(accepted.order_by("contract", "position").values_list("pk", flat=True))
    if not invoice_ids:
        return _still_running(company_id)
    newest = ExportRun.objects.filter(company_id=company_id).aggregate(newest=Max("number"))["newest"] or 0
    ExportRun.objects.filter(company_id=company_id, dismissed_at__isnull=True, finished_at__isnull=False).update(
        dismissed_at=timezone.now()
    )
    return ExportRun.objects.create(company_id=company_id, number=newest + 1, started_by=actor, invoice_ids=invoice_ids)


def _still_running(company_id):
    """The run that the first of two presses has launched by now."""
    running = ExportRun.objects.filter(company_id=company_id, finished_at__isnull=True).first()
    if running is None:
        raise NothingAccepted
    return running


@transaction.atomic
def retry_export(invoice_id, *, actor, version=None):
    """Try a failed export again; the same key while the bytes are the same."""
    invoice = lifecycle.move(invoice_id, RETRY, actor=actor, version=version)
    ready = readiness([invoice])[invoice_id]
    if not ready:
        raise NotReadyForErp(invoice, ready.problems)
    refuse_out_of_turn(invoice)
    job = ExportJob.objects.live().select_related("run").get(invoice=invoice)
    export.reopen_job(invoice, job.run)
    tasks.ring_on_commit(invoice.company.erp_connection)
    return invoice


def retry_exports(company_id, picks, *, actor):
    """Retry several failed exports, as `several.each_of` has it."""

    def retry(invoice, version):
        return retry_export(invoice.pk, actor=actor, version=version)

    return each_of(company_id, picks, policies.can_retry, actor, retry)


@transaction.atomic
def try_now(invoice_id, *, actor):
    """Do not wait for the next try of an export that waits; whether there was anything to hurry.

    A pause of its connection is cut short too: somebody's export is its next probe. Locks: connection, invoice, job,
    audit chain.
    """
    company_id = OwnerInvoice.objects.values_list("company_id", flat=True).get(pk=invoice_id)
    export.probe_now(company_id)
    invoice = lifecycle.lock(invoice_id)
    job = ExportJob.objects.live().filter(invoice=invoice).first()
    if job is None or not export.try_now(job):
        return False
    audit.record(invoice.company_id, actor=actor, action="export.try_now", subject=invoice.number, at=timezone.now())
    tasks.ring_on_commit(invoice.company.erp_connection)
    return True


def dismiss_run(run_id, *, actor):
    """Put away the note that tells how a run ended."""
    ExportRun.objects.filter(pk=run_id, started_by=actor, finished_at__isnull=False).update(dismissed_at=timezone.now())


def withdraw_export(invoice_id, *, actor, version=None):
    """Take an export back before anything is sent: Accepted again.

    Raises TransitionNotAllowed, StaleVersion, or AlreadyTried. Those that waited for it are withdrawn too.
    """
    export.withdraw(invoice_id, actor=actor, version=version)
    export.withdraw_stranded(invoice__contract__invoices=invoice_id)
