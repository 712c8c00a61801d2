"""How a retry ended that was pressed after its run had ended: a mail to whoever pressed it, when it failed again."""

from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.http import urlencode

from erp_integrations.models import MOVING, ExportJob, JobState
from invoicing.models import InvoiceEvent
from invoicing.states import RESUME, RETRY
from notifications import emails

STUCK = (JobState.FAILED, JobState.NEEDS_REVIEW)


def tell_of_retries(run):
    """Tell of each press whose exports have all ended, some of them without success; once, in one mail."""
    ended_later = ExportJob.objects.filter(run=run, state__in=STUCK, finished_at__gt=F("run__finished_at"))
    for press in ended_later.order_by().values_list("trace", flat=True).distinct():
        _tell(run.company, press)


def _tell(company, press):
    """Other runs' exports may be of the same press: one Retry for all that one cause stopped, say."""
    jobs = ExportJob.objects.filter(company=company, trace=press, run__finished_at__isnull=False)
    jobs = jobs.filter(Q(finished_at__gt=F("run__finished_at")) | Q(state__in=MOVING))
    counts = jobs.aggregate(
        moving=Count("pk", filter=Q(state__in=MOVING)),
        synced=Count("pk", filter=Q(state=JobState.SUCCEEDED)),
    )
    stuck = list(jobs.filter(state__in=STUCK).select_related("invoice__contract", "connection").order_by("pk"))
    person = _who_pressed(stuck)
    if counts["moving"] or person is None:
        return
    emails.retry_finished(
        to=person.email,
        recipient_name=person.name,
        exported=counts["synced"],
        failures=[(job.invoice.display_number, job.what_went_wrong) for job in stuck],
        url=_where(company, stuck),
        # A press has one trace; where there is none, as in a shell, a job's own last claim stands for it.
        dedupe_key=f"retry-finished-{press or f'{stuck[0].pk}-{stuck[0].lease_token}'}",
    )


def _who_pressed(stuck):
    presses = InvoiceEvent.objects.filter(invoice__export_jobs__in=stuck, move__in=(RETRY.name, RESUME.name))
    last = presses.exclude(actor=None).select_related("actor").first()
    return last and last.actor


def _where(company, stuck):
    status = "failed" if any(job.state == JobState.FAILED for job in stuck) else "needs-check"
    path = reverse("erp_integrations:owner_invoices", args=[company.slug])
    return f"{settings.BASE_URL}{path}?{urlencode({'status': status})}"
