from django.db import models
from django.db.models import Q

from directory.models import Company, User
from invoicing.models.contracts import PrimeContract
from invoicing.models.invoices import OwnerInvoice

FOLDER = "attachments"


class AttachmentQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(removed_at__isnull=True).select_related("added_by")


class Attachment(models.Model):
    """A file beside an application or a contract.

    Files can be added to an application while accounting has it, and later; one that stood there when the application
    was locked stays. A removed file keeps its row, which tells who removed it.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, null=True, related_name="attachments")
    contract = models.ForeignKey(PrimeContract, on_delete=models.PROTECT, null=True, related_name="attachments")
    file = models.FileField(upload_to=FOLDER)
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, contract__isnull=True)
                | Q(invoice__isnull=True, contract__isnull=False),
                name="attachment_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(removed_by__isnull=True, removed_at__isnull=True)
                | Q(removed_by__isnull=False, removed_at__isnull=False),
                name="attachment_is_removed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty"),
            models.UniqueConstraint(fields=["file"], name="one_attachment_per_object"),
        ]

    def __str__(self):
        return self.name
