from django.db import models
from django.db.models import Q

from directory.models import Company
from invoicing.models.columns import percent, percents_are_in_range
from invoicing.models.contracts import PrimeContract


class RetainageReduction(models.Model):
    """From `at_percent` of the revised contract on, retainage is held at lower rates.

    Without a rate for stored materials theirs stays. `whole` lowers what is held on all work to date as well.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(PrimeContract, on_delete=models.PROTECT, related_name="reductions")
    at_percent = percent()
    work_percent = percent()
    materials_percent = percent(default=None, null=True, blank=True)
    whole = models.BooleanField(default=False)

    class Meta:
        ordering = ["at_percent"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "at_percent"], name="one_reduction_per_percentage"),
            models.CheckConstraint(condition=Q(at_percent__gt=0), name="reduction_starts_above_zero"),
            percents_are_in_range("reduction_rates_are_percent", "at_percent", "work_percent", "materials_percent"),
        ]

    def __str__(self):
        return f"{self.contract.number}: {self.work_percent} from {self.at_percent}"
