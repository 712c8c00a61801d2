from django.db import models

from directory.models import Company, User
from invoicing.models import OwnerInvoice
from notifications.clock import TieoutNow


class BookedOutside(models.Model):
    """What a person says stands in the ERP for an application that Tieout did not export; written once."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, related_name="booked_outside")
    number = models.CharField(max_length=60)
    date = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=TieoutNow())

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.number} on {self.date}"
