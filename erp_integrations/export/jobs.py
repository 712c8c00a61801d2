"""Jobs before and after their life with a worker: opened, tried again, cancelled; in the caller's transaction."""

from django.db.models import Max

from erp_integrations.connecting import adapter_for
from erp_integrations.documents import document_of
from erp_integrations.export.evidence import in_doubt
from erp_integrations.models import WAITING, ExportJob, JobState
from notifications import trace
from notifications.clock import TieoutNow


def open_job(invoice, connection, run):
    """Freeze what will be sent and queue it, due at once; the next generation of the invoice's exports."""
    rendered = _render(invoice, connection)
    newest = ExportJob.objects.filter(invoice=invoice).aggregate(newest=Max("generation"))["newest"] or 0
    return ExportJob.objects.create(
        company_id=invoice.company_id,
        connection=connection,
        invoice=invoice,
        run=run,
        generation=newest + 1,
        reference=rendered.reference,
        payload=rendered.as_payload(),
        payload_sha256=rendered.sha256.hex(),
        expected_documents=len(rendered.expected),
        next_attempt_at=TieoutNow(),
    )


def reopen_job(invoice, run):
    """Queue a failed invoice's export again: the same job and key, or the next generation when that is called for.

    The bytes are rendered anew. They keep job and key while they are the same, unless the ERP refused them and would
    replay its refusal for the key; a new generation is only opened when surely nothing arrived.
    """
    locked = ExportJob.objects.live().select_for_update(of=("self",), no_key=True)
    job = locked.select_related("connection").get(invoice=invoice)
    if _needs_a_new_key(invoice, job) and not in_doubt(job):
        cancel_job(job)
        return open_job(invoice, job.connection, run)
    ExportJob.objects.filter(pk=job.pk).update(
        state=JobState.UNKNOWN if in_doubt(job) else JobState.QUEUED,
        attempts=0,
        next_attempt_at=TieoutNow(),
        rung_at=None,
        run=run,
        finished_at=None,
        trace=trace.current(),
    )
    return job


def _needs_a_new_key(invoice, job):
    if _render(invoice, job.connection).sha256.hex() != job.payload_sha256:
        return True
    return adapter_for(job.connection).capabilities.key_replays_errors


def cancel_job(job):
    """Take a job out of the queue for good; the invoice's next export is the next generation."""
    ExportJob.objects.filter(pk=job.pk).update(state=JobState.CANCELLED, lease_expires_at=None, finished_at=TieoutNow())


def _render(invoice, connection):
    return adapter_for(connection).render(document_of(invoice, connection))


def try_now(job):
    """Make a waiting job due at once; whether there was anything to hurry."""
    waiting = ExportJob.objects.filter(pk=job.pk, state__in=WAITING)
    return bool(waiting.update(next_attempt_at=TieoutNow(), rung_at=None, trace=trace.current()))
