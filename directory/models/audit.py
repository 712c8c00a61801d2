from django.conf import settings
from django.db import models

from directory.models.companies import Company


class AuditEvent(models.Model):
    """One line of a company's tamper-evident history; each carries the hash of the one before (directory/audit.py)."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="audit_events")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["company", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["company", "sequence"], name="audit_sequence_is_unique_in_company"),
        ]

    def __str__(self):
        return f"{self.sequence}: {self.action} {self.subject}"


class AuditChainHead(models.Model):
    """The end of a company's chain: the row that writers lock, last of all locks, so that the chain never forks."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, primary_key=True, related_name="audit_head")
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")
