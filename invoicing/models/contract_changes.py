from django.db import models

from directory.models import Company, User
from invoicing.models.contracts import PrimeContract


class ContractChange(models.Model):
    """One field of a contract, or one line of its schedule, that somebody changed. Append-only.

    `subject` is "" for the contract itself, else how the line was called; `field` is "" where a line came or went.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(PrimeContract, on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=60, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "-id"], name="contract_history")]

    def __str__(self):
        return f"{self.subject} {self.field}".strip()
