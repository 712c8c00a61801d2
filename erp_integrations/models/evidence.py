from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from directory.models import Company
from erp_integrations.models.exports import ExportJob
from notifications.clock import TieoutNow


class CallKind(models.TextChoices):
    FIND = "find", "Look-up"
    CREATE = "create", "Create"
    FINISH = "finish", "Finish"


class ExportAttempt(models.Model):
    """Evidence, committed before the ERP is called. One without an outcome proves that the outcome is unknown."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey(ExportJob, on_delete=models.PROTECT, related_name="attempt_rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=CallKind.choices)
    lease_token = models.BigIntegerField()
    worker = models.CharField(max_length=120)
    started_at = models.DateTimeField(db_default=TieoutNow())

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="attempt_number_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=CallKind.values), name="call_kind_is_known"),
        ]
        indexes = [models.Index(fields=["started_at"], name="attempt_started")]

    def __str__(self):
        return f"{self.job} {self.kind} {self.number}"


class Outcome(models.TextChoices):
    CREATED = "created", "Created"
    FOUND = "found", "Found in the ERP"
    ABSENT = "absent", "Not in the ERP"
    NOT_SENT = "not_sent", "Not sent"
    THROTTLED = "throttled", "Asked to wait"
    AUTH_FAILED = "auth_failed", "Sign-in refused"
    REFUSED = "refused", "Refused"
    DUPLICATE = "duplicate", "Reported as a duplicate"
    PARTLY_DONE = "partly_done", "Created, not finished"
    UNKNOWN = "unknown", "Unknown"
    AMBIGUOUS = "ambiguous", "Several matches"
    DIFFERS = "differs", "Differs from what was sent"


class AttemptOutcome(models.Model):
    """How an attempt ended: the second half of the evidence, written once."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    attempt = models.OneToOneField(ExportAttempt, on_delete=models.PROTECT, related_name="outcome_row")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    technical = models.TextField(blank=True)
    stale = models.BooleanField(default=False)
    finished_at = models.DateTimeField(db_default=TieoutNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_is_known"),
        ]

    def __str__(self):
        return f"{self.attempt}: {self.outcome}"


class CallTotal(models.Model):
    """How many calls of a kind ended one way, up to `until`: what /metrics need not count again (export/totals.py)."""

    kind = models.CharField(max_length=10, choices=CallKind.choices)
    outcome = models.CharField(max_length=20, blank=True)
    stale = models.BooleanField()
    calls = models.BigIntegerField()
    took = models.DurationField()
    within = ArrayField(models.BigIntegerField())
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "outcome", "stale"], name="one_total_per_outcome")]

    def __str__(self):
        return f"{self.calls} {self.kind}: {self.outcome}"
