"""What a person's answer writes, in the caller's transaction, invoice and job locked."""

from erp_integrations.export.evidence import in_doubt
from erp_integrations.export.finish import attach
from erp_integrations.export.jobs import cancel_job, open_job
from erp_integrations.models import (
    AttemptOutcome,
    ErpDocument,
    ExportAttempt,
    ExportJob,
    JobState,
    Outcome,
)
from notifications.clock import TieoutNow

SHOWN = (Outcome.CREATED, Outcome.FOUND, Outcome.DIFFERS, Outcome.AMBIGUOUS, Outcome.PARTLY_DONE)


def open_next_generation(invoice, job):
    """Queue the export anew under a new key: an ERP may repeat for ever what it once answered to the old one."""
    cancel_job(job)
    return open_job(invoice, job.connection, job.run)


def prepare_next_generation(invoice, job, *, code):
    """The same, but Failed until somebody retries."""
    fresh = open_next_generation(invoice, job)
    ExportJob.objects.filter(pk=fresh.pk).update(
        state=JobState.FAILED, finished_at=TieoutNow(), last_error_code=code, last_error_params=job.last_error_params
    )


def book(job, documents):
    """The job has succeeded, and these documents stand in the ERP for it."""
    ExportJob.objects.filter(pk=job.pk).update(
        state=JobState.SUCCEEDED,
        finished_at=TieoutNow(),
        rung_at=None,
        last_error_code="",
        last_error_params={},
        last_error_technical="",
    )
    attach(job, documents)


def unbook(job):
    """Cancel the job and let go of its documents, so that the invoice's next export is the next generation."""
    cancel_job(job)
    ErpDocument.objects.filter(job=job, detached_at__isnull=True).update(detached_at=TieoutNow())


def attached_elsewhere(job, documents):
    """The number of another invoice for which one of these documents stands; "" when there is none."""
    taken = ErpDocument.objects.filter(
        connection=job.connection_id, erp_id__in=[each.erp_id for each in documents], detached_at__isnull=True
    )
    other = taken.exclude(job=job).select_related("job__invoice__contract").first()
    return other.job.invoice.display_number if other else ""


def found_since(attempt):
    """Whether a look-up, by whomever, has shown something since this one was opened."""
    shown = AttemptOutcome.objects.filter(attempt__job__invoice=attempt.job.invoice_id, outcome__in=SHOWN)
    return shown.filter(finished_at__gte=ExportAttempt.objects.get(pk=attempt.pk).started_at).exists()


def doubtful_invoices(connection):
    """How many of the connection's exports are under a worker's lease or may have left something in its ERP."""
    unsettled = ExportJob.objects.live().filter(connection=connection).exclude(state=JobState.SUCCEEDED)
    return sum(job.state == JobState.LEASED or in_doubt(job) for job in unsettled)
