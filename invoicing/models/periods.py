from django.db import models
from django.db.models import Q

from directory.models import Company, Project


class BillingRule(models.Model):
    """How a project's billing periods follow each other: monthly through a day, due some days after.

    While `automatic`, the next one opens by itself on the day after the last one ends.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="billing_rule")
    automatic = models.BooleanField(default=False)
    last_day = models.PositiveSmallIntegerField(default=31)
    due_days = models.PositiveSmallIntegerField(default=25)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=1, last_day__lte=31), name="billing_rule_ends_on_a_day"),
            models.CheckConstraint(condition=Q(due_days__lte=366), name="billing_rule_is_due_within_a_year"),
        ]

    def __str__(self):
        through = "the last day" if self.last_day == 31 else f"day {self.last_day}"
        return f"Monthly through {through}, due {self.due_days} days after"


class PeriodStatus(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class BillingPeriod(models.Model):
    """A project's month of billing."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="billing_periods")
    start = models.DateField("From")
    end = models.DateField("To")
    due = models.DateField("Due date")
    status = models.CharField(max_length=10, choices=PeriodStatus.choices, default=PeriodStatus.OPEN)

    class Meta:
        ordering = ["-start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="period_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(due__gte=models.F("start")), name="period_is_due_after_it_starts"),
            models.UniqueConstraint(fields=["project"], condition=Q(status="open"), name="one_open_period_per_project"),
        ]

    def __str__(self):
        """ "Oct 1 - 31, 2026", or "Oct 15 - Nov 14, 2026"."""
        one_month = (self.start.year, self.start.month) == (self.end.year, self.end.month)
        year = "" if self.start.year == self.end.year else f", {self.start.year}"
        end = self.end.day if one_month else f"{self.end:%b} {self.end.day}"
        return f"{self.start:%b} {self.start.day}{year} – {end}, {self.end.year}"
