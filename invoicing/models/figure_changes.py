from django.db import models

from directory.models import Company, User
from invoicing.models.invoices import OwnerInvoice


class FigureChange(models.Model):
    """One save of an application: which figures it changed, from what to what. Append-only.

    `cells` is a list of [schedule line's id or null, column, before, after]; null lines are the header's fields. Before
    is null on a line that came with the save, after on one that went. `version` is the application's after the save.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, related_name="figure_changes")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField()
    cells = models.JSONField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["invoice", "-id"], name="figures_by_invoice")]

    def __str__(self):
        return f"{self.invoice} version {self.version}"
