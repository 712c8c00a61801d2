"""Runs: one press of Export to ERP, from its frozen list to the mail that says how it ended."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse

from erp_integrations.export.retries import tell_of_retries
from erp_integrations.models import MOVING, ExportJob, ExportRun, JobState
from erp_integrations.timing import LAW
from invoicing.reconciliation import written_in
from notifications import emails
from notifications.clock import TieoutNow


def progress_of(run):
    """How far a run is, in invoices: `total`, `done`, `moving`, `synced`, `failed`, `doubtful`; and the synced total.

    After its end `moving` are those that are tried again. A try under a new key is a job of its own.
    """
    jobs = ExportJob.objects.filter(run=run).exclude(state=JobState.CANCELLED, invoice__in=list(map(int, run.skipped)))
    counts = jobs.aggregate(
        total=Count("invoice", distinct=True),
        moving=Count("pk", filter=Q(state__in=MOVING)),
        synced=Count("pk", filter=Q(state=JobState.SUCCEEDED)),
        failed=Count("pk", filter=Q(state=JobState.FAILED)),
        doubtful=Count("pk", filter=Q(state=JobState.NEEDS_REVIEW)),
        done=Count("pk", filter=~Q(state__in=MOVING)),
        synced_total=Sum("invoice__current_payment_due", filter=Q(state=JobState.SUCCEEDED), default=0),
    )
    if run.launched_at is None:
        counts["total"] = len(run.invoice_ids) - len(run.skipped)
    return counts


@transaction.atomic
def leave_run(run_id, invoice_id, sentence):
    """Note why an invoice is not, or no longer, part of a run."""
    run = ExportRun.objects.select_for_update(no_key=True).get(pk=run_id)
    run.skipped[str(invoice_id)] = sentence
    run.save(update_fields=["skipped"])


def close_run(run_id):
    """Mark the run ended once none of its jobs moves any more, and tell its starter of failures; once.

    What is retried after that is told to whoever pressed Retry. While jobs move nothing is locked, or the workers of a
    large run would queue up here: each has committed its own job's end, so the last of them sees none that moves.
    """
    is_open = ExportRun.objects.filter(pk=run_id, finished_at__isnull=True)
    if not is_open.filter(jobs__state__in=MOVING).exists():
        _close(run_id)


@transaction.atomic
def _close(run_id):
    run = ExportRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.finished_at is not None:
        tell_of_retries(run)
    elif _is_launched(run) and not _is_moving(run):
        ExportRun.objects.filter(pk=run.pk).update(finished_at=TieoutNow())
        _tell_starter(run)


def _is_launched(run):
    """Whether its list has been gone through; a launch that was cut short counts in the end, for what has joined."""
    if run.launched_at is not None:
        return True
    reason = "The export was cut short before its turn. Export it again."
    stayed = dict.fromkeys(map(str, run.left_to_join()), reason)
    cut_short = ExportRun.objects.filter(pk=run.pk, started_at__lt=TieoutNow() - timedelta(seconds=LAW.launch))
    return bool(cut_short.update(launched_at=TieoutNow(), skipped=run.skipped | stayed))


def _is_moving(run):
    return ExportJob.objects.filter(run=run, state__in=MOVING).exists()


def _tell_starter(run):
    progress = progress_of(run)
    if progress["failed"] + progress["doubtful"] == 0:
        return
    stuck = ExportJob.objects.filter(run=run, state__in=[JobState.FAILED, JobState.NEEDS_REVIEW])
    jobs = stuck.select_related("invoice__contract", "connection")
    path = reverse("erp_integrations:run", kwargs={"company": run.company.slug, "number": run.number})
    emails.export_finished(
        to=run.started_by.email,
        recipient_name=run.started_by.name,
        run_number=run.number,
        exported=progress["synced"],
        failed=progress["failed"] + progress["doubtful"],
        total_text=written_in(run.company.currency)(progress["synced_total"]),
        failures=[(job.invoice.display_number, job.what_went_wrong) for job in jobs],
        url=f"{settings.BASE_URL}{path}",
        dedupe_key=f"export-finished-{run.pk}",
    )
