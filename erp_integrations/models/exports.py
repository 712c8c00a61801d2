import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from directory.models import Company, User
from erp_integrations.error_catalogue import explain
from erp_integrations.models.connections import ErpConnection
from erp_integrations.timing import CLAIMS
from invoicing.models import OwnerInvoice
from invoicing.models.columns import amount
from invoicing.states import SETTLED, ErpStatus
from notifications import trace
from notifications.clock import TieoutNow


class ExportRun(models.Model):
    """One press of Export to ERP: a frozen list of accepted invoices, and how it ended."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="export_runs")
    number = models.PositiveIntegerField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=TieoutNow())
    invoice_ids = ArrayField(models.BigIntegerField())
    skipped = models.JSONField(default=dict)  # invoice id -> why it did not join
    launched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["company", "number"], name="run_number_is_unique_in_company")]

    def __str__(self):
        return f"Export {self.number}"

    def left_to_join(self):
        """The invoices of its list whose turn has not come yet, in order."""
        joined = set(self.jobs.values_list("invoice_id", flat=True))
        return [each for each in self.invoice_ids if each not in joined and str(each) not in self.skipped]


class JobState(models.TextChoices):
    QUEUED = "queued", "Queued"
    LEASED = "leased", "Under way"
    RETRY_WAIT = "retry_wait", "Waiting to try again"
    UNKNOWN = "unknown", "Outcome unknown"
    NEEDS_REVIEW = "needs_review", "Waiting for a person"
    FAILED = "failed", "Failed"
    SUCCEEDED = "succeeded", "Succeeded"
    CANCELLED = "cancelled", "Cancelled"


# A worker takes these once they are due.
WAITING = (JobState.QUEUED, JobState.RETRY_WAIT, JobState.UNKNOWN)
# Their next call is a write; that of an unknown outcome is a look-up.
UNWRITTEN = (JobState.QUEUED, JobState.RETRY_WAIT)
UNSETTLED = tuple(each for each in ErpStatus if each not in SETTLED)
MOVING = (*WAITING, JobState.LEASED)


class ExportJobQuerySet(models.QuerySet):
    def live(self):
        return self.exclude(state=JobState.CANCELLED)

    def due(self):
        """Jobs a worker may claim now: waiting and due, or under a lease that ran out, though not for ever."""
        waiting = Q(state__in=WAITING, next_attempt_at__lte=TieoutNow())
        abandoned = Q(state=JobState.LEASED, lease_expires_at__lt=TieoutNow(), attempts__lt=CLAIMS)
        return self.filter(waiting | abandoned).in_turn()

    def in_turn(self):
        """Without those that wait for the application before theirs to be booked; a look-up waits for nothing."""
        return self._with_the_one_before().exclude(state__in=UNWRITTEN, status_before__in=UNSETTLED)

    def stranded(self):
        """Queued ones that would wait for ever: the application before came to rest, and is not booked."""
        moving = ExportJob.objects.filter(invoice=OuterRef("id_before"), state__in=MOVING)
        waiting = self._with_the_one_before().filter(state=JobState.QUEUED, status_before__in=UNSETTLED)
        return waiting.exclude(Exists(moving))

    def _with_the_one_before(self):
        before = OwnerInvoice.objects.before(OuterRef("invoice__contract"), OuterRef("invoice__position"))
        status = Subquery(before.values("erp_status")[:1])
        return self.alias(id_before=Subquery(before.values("pk")[:1]), status_before=Coalesce(status, Value("")))

    def claimable(self):
        """Those of the due that their connection lets through now: all, or while it is paused one as its probe."""
        is_open = Q(connection__paused_at__isnull=True)
        return self.due().filter(is_open | Q(connection__probe_at__lte=TieoutNow()))


class ExportJob(models.Model):
    """The outbox row of one export: written with the status change, claimed by a worker under a fenced lease."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(ErpConnection, on_delete=models.PROTECT, related_name="jobs")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, related_name="export_jobs")
    run = models.ForeignKey(ExportRun, on_delete=models.PROTECT, related_name="jobs")
    generation = models.PositiveIntegerField()
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    reference = models.CharField(max_length=20)
    payload = models.JSONField()  # adapters.base.Rendered.as_payload, frozen; its body is sent as it stands
    payload_sha256 = models.CharField(max_length=64)
    expected_documents = models.PositiveSmallIntegerField(default=1)

    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_token = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    # The click that last set it going, through every log line and to the ERP.
    trace = models.CharField(max_length=40, blank=True, default=trace.current, db_default="")
    last_error_code = models.CharField(max_length=40, blank=True)
    last_error_params = models.JSONField(default=dict)
    last_error_technical = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=~Q(state="cancelled"), name="one_live_job_per_invoice"
            ),
            models.UniqueConstraint(fields=["invoice", "generation"], name="one_job_per_generation"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="leased", lease_expires_at__isnull=False)
                | (~Q(state="leased") & Q(lease_expires_at__isnull=True)),
                name="leased_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "next_attempt_at"],
                condition=Q(state__in=["queued", "retry_wait", "unknown"]),
                name="job_due",
            ),
            models.Index(fields=["lease_expires_at"], condition=Q(state="leased"), name="job_leased"),
        ]

    def __str__(self):
        return f"{self.reference} generation {self.generation}"

    @property
    def explanation(self):
        """The last error in the catalogue's three parts: what happened, how to fix it, which actions help."""
        params = {"erp": self.connection.adapter_label, "number": self.invoice.number, **self.last_error_params}
        return explain(self.last_error_code or "UNKNOWN", params)

    @property
    def numbers_told(self):
        """What the ERP calls the documents that its last answer told of."""
        return self.last_error_params.get("numbers", [])

    @property
    def is_waiting(self):
        return self.state in (JobState.RETRY_WAIT, JobState.UNKNOWN)

    @property
    def hurry_word(self):
        """What pressing the button does: an unknown outcome is asked for, never sent again blindly."""
        return "Check now" if self.state == JobState.UNKNOWN else "Retry now"

    @property
    def what_went_wrong(self):
        return self.explanation.what


class DocumentRole(models.TextChoices):
    INVOICE = "invoice", "Invoice"
    RETAINAGE = "retainage", "Retainage"


class ErpDocument(models.Model):
    """What stands in the ERP for a job; detached once a person unlinks it."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(ErpConnection, on_delete=models.PROTECT, related_name="documents")
    job = models.ForeignKey(ExportJob, on_delete=models.PROTECT, related_name="documents")
    role = models.CharField(max_length=20, choices=DocumentRole.choices, default=DocumentRole.INVOICE)
    erp_id = models.CharField(max_length=100)
    number = models.CharField(max_length=60)
    url = models.CharField(max_length=500, blank=True)
    total = amount()
    date = models.DateField()
    attached_at = models.DateTimeField(auto_now_add=True)
    detached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "erp_id"], condition=Q(detached_at__isnull=True), name="one_link_per_erp_document"
            ),
            models.UniqueConstraint(
                fields=["job", "role"], condition=Q(detached_at__isnull=True), name="one_document_per_role"
            ),
        ]

    def __str__(self):
        return self.number


class SweeperHeartbeat(models.Model):
    """When the sweeper last went round; the pages warn when that is long ago."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(db_default=TieoutNow())

    def __str__(self):
        return f"{self.name} at {self.at}"
