"""The approvers' queue: which invoices stand under which filter, how many, and what each row shows."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection as database
from django.db.models import Count, Min, Q, Sum, TextChoices
from django.utils import timezone

from directory.web.paging import COUNT_CAP
from erp_integrations.error_catalogue import CATALOGUE, LINK, RECONNECT
from erp_integrations.error_catalogue import REJECT as SEND_BACK
from erp_integrations.models import BookedOutside, ErpDocument, ExportJob, ExportRun, JobState
from erp_integrations.order import unsettled_before
from erp_integrations.readiness import Readiness, readiness
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.reconciliation import tie_outs
from invoicing.states import REJECT, ErpStatus
from invoicing.tie_out import TieOut

CHECKS = 6
# What a row needs of the rows around it.
RELATED = ("company", "contract__owner", "contract__project", "period", "sent_by", "accepted_by", "created_by")
# In a row there is room for three words; the review page has the sentence.
BRIEFLY = {
    "ACCOUNT_UNMAPPED": "No ERP account",
    "CUSTOMER_UNMAPPED": "No ERP customer",
    "JOB_UNMAPPED": "No ERP job",
    "NO_CONNECTION": "No ERP connected",
    "NUMBER_TOO_LONG": "Number too long",
}
# Where only the project team can help, there is no Retry.
HOPELESS = tuple(code for code, entry in CATALOGUE.items() if entry.actions == (SEND_BACK,))


class Filter(TextChoices):
    """What "Filter Invoices By" offers, in its order."""

    READY = "ready", "Ready to Export"
    EXPORTING = "exporting", "Exporting"
    NEEDS_CHECK = "needs-check", "Needs check"
    FAILED = "failed", "Failed to Export"
    SYNCED = "synced", "Synced"
    REJECTED = "rejected", "Rejected"


STATUSES = {
    Filter.READY: (ErpStatus.READY_TO_EXPORT, ErpStatus.ACCEPTED),
    Filter.EXPORTING: (ErpStatus.EXPORTING,),
    Filter.NEEDS_CHECK: (ErpStatus.NEEDS_CHECK,),
    Filter.FAILED: (ErpStatus.FAILED,),
    Filter.SYNCED: (ErpStatus.SYNCED, ErpStatus.BOOKED_OUTSIDE),
}


@dataclass(frozen=True)
class Row:
    """One invoice of the queue with its checks, its live export job and its documents in the ERP."""

    invoice: OwnerInvoice
    ties: TieOut
    ready: Readiness
    job: ExportJob | None
    documents: list
    before: OwnerInvoice | None = None  # the application that is to be booked first
    outside: BookedOutside | None = None

    @property
    def passed(self):
        return self.ties.passed_count + bool(self.ready)

    @property
    def is_sound(self):
        return self.passed == CHECKS

    @property
    def passed_text(self):
        return f"{self.passed} of {CHECKS}"

    @property
    def warning(self):
        """The first figure that is off, as a sentence."""
        return next((check.sentence for check in self.ties.warnings), "")

    @property
    def not_ready(self):
        """Why the ERP would not take it, in three words where there are any."""
        problem = self.ready.first
        return BRIEFLY.get(problem.code, problem.sentence) if problem else ""

    @property
    def unmapped(self):
        """The code of the first problem, when a mapping mends it."""
        first = self.ready.first
        return first.code if first and first.code.endswith("_UNMAPPED") else ""

    @property
    def fixable(self):
        """What a mapping mends of a failed one: what keeps it from being tried again, else what the ERP refused."""
        if self.unmapped:
            return [self.unmapped]
        return [action for action in self.job.explanation.actions if action.startswith("map_")] if self.job else []

    @property
    def wants_reconnect(self):
        return self.job is not None and RECONNECT in self.job.explanation.actions

    @property
    def may_retry(self):
        return self.job is not None and self.job.last_error_code not in HOPELESS

    @property
    def may_withdraw(self):
        """Nothing was sent since the export was asked for; the action looks at older evidence too."""
        return self.job is not None and self.job.state == JobState.QUEUED

    @property
    def may_link(self):
        return self.job is not None and LINK in self.job.explanation.actions


def invoices_under(company, chosen, search="", older=0):
    """The invoices under a filter (not Rejected), with all a row needs; `older`: sent more days ago than that."""
    invoices = OwnerInvoice.objects.sent().filter(company=company, erp_status__in=STATUSES[chosen])
    if older:
        invoices = invoices.filter(sent_at__lt=_start_of_day(older))
    return invoices.filter(_matching(search)).select_related(*RELATED)


def _start_of_day(days_ago):
    """Midnight in the zone of the page, as ages are counted in calendar days."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


def waiting(invoices):
    """Of these, those that nobody has accepted yet."""
    return invoices.filter(erp_status=ErpStatus.READY_TO_EXPORT)


def beyond_accept(company):
    """The invoices that somebody has accepted already, wherever their export is."""
    statuses = [status for each in STATUSES.values() for status in each if status != ErpStatus.READY_TO_EXPORT]
    return OwnerInvoice.objects.sent().filter(company=company, erp_status__in=statuses)


def retriable(invoices):
    """Of these failed invoices, those where another try can help."""
    return invoices.filter(
        pk__in=ExportJob.objects.live().exclude(last_error_code__in=HOPELESS).values("invoice"),
    )


def rejections_under(company, search=""):
    """Rejections as they happened: the event, never the live invoice."""
    rejections = InvoiceEvent.objects.filter(company=company, move=REJECT.name).filter(_matching(search, "invoice__"))
    related = ("actor", "invoice__contract__project", "invoice__period", "invoice__company")
    return rejections.select_related(*related)


def rows_of(invoices):
    """Rows for one page of invoices, in their order, in a constant number of queries."""
    invoices = list(invoices)
    ties, ready, before = tie_outs(invoices), readiness(invoices), unsettled_before(invoices)
    jobs = ExportJob.objects.live().filter(invoice__in=invoices).select_related("connection", "invoice", "run")
    job_of = {job.invoice_id: job for job in jobs}
    documents = {}
    for document in ErpDocument.objects.filter(job__in=jobs, detached_at__isnull=True).order_by("pk"):
        documents.setdefault(document.job_id, []).append(document)
    outside = _booked_outside(invoices)
    return [
        Row(
            invoice,
            ties[invoice.pk],
            ready[invoice.pk],
            job_of.get(invoice.pk),
            documents.get(job_of[invoice.pk].pk, []) if invoice.pk in job_of else [],
            before.get(invoice.pk),
            outside.get(invoice.pk),
        )
        for invoice in invoices
    ]


def _booked_outside(invoices):
    """By invoice id, what people said of those that Tieout did not export."""
    ids = [each.pk for each in invoices if each.erp_status == ErpStatus.BOOKED_OUTSIDE]
    told = BookedOutside.objects.filter(invoice__in=ids).select_related("recorded_by").order_by("pk") if ids else []
    return {each.invoice_id: each for each in told}


def row_of(invoice):
    return rows_of([invoice])[0]


def totals_of(invoices):
    """Sums over a whole filter, not only its page."""
    return invoices.order_by().aggregate(
        count=Count("pk"),
        oldest=Min("sent_at"),
        waiting=Count("pk", filter=Q(erp_status=ErpStatus.READY_TO_EXPORT)),
        billed=Sum("billed_this_period", default=0),
        retained=Sum("retainage_this_period", default=0),
        due=Sum("current_payment_due", default=0),
    )


def run_to_tell(company, user):
    """The export that is under way; else the person's last one, until they have put its result away; else None."""
    runs = ExportRun.objects.filter(company=company).select_related("started_by", "company__erp_connection")
    ended = Q(started_by=user, finished_at__isnull=False, dismissed_at__isnull=True)
    return runs.filter(Q(finished_at__isnull=True) | ended).order_by("-finished_at", "-number").first()


def counts_of(company):
    """How many stand under each filter, counted up to the cap in one query."""
    with database.cursor() as cursor:
        cursor.execute(COUNTS, {"company": company.pk, "cap": COUNT_CAP + 1, **_statuses()})
        return dict(zip(Filter, cursor.fetchone(), strict=True))


def _statuses():
    return {chosen.name.lower(): [str(status) for status in statuses] for chosen, statuses in STATUSES.items()}


COUNT_OF_STATUS = (
    "(SELECT count(*) FROM (SELECT FROM invoicing_ownerinvoice WHERE company_id = %(company)s AND deleted_at IS NULL"
    " AND erp_status = ANY(%({filter})s) LIMIT %(cap)s) AS counted)"
)
COUNT_OF_REJECTIONS = (
    "(SELECT count(*) FROM (SELECT FROM invoicing_invoiceevent WHERE company_id = %(company)s AND move = 'reject'"
    " LIMIT %(cap)s) AS counted)"
)
COUNTS = "SELECT " + ", ".join(
    [COUNT_OF_STATUS.format(filter=chosen.name.lower()) for chosen in STATUSES] + [COUNT_OF_REJECTIONS]
)


def _matching(search, prefix=""):
    """Number ("PC-011 #9" or "PC-011-9"), project or owner."""
    words = search.replace("\0", "").strip()
    if not words:
        return Q()
    number = words.replace(" #", "-").replace("#", "-")
    return (
        Q(**{f"{prefix}number__icontains": number})
        | Q(**{f"{prefix}contract__project__name__icontains": words})
        | Q(**{f"{prefix}contract__owner__name__icontains": words})
    )
