from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from directory.terminology import Dictionary

DICTIONARIES = [(each.value, each.label) for each in Dictionary]


def check_time_zone(name):
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone, such as America/New_York.")


class CompanyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Companies the person belongs to; a superuser without membership has Django admin only."""
        return self.filter(memberships__user=user, memberships__is_active=True)


class Company(models.Model):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    dictionary = models.CharField(max_length=20, choices=DICTIONARIES, default=Dictionary.GENERAL_CONTRACTOR.value)
    currency = models.CharField(max_length=3, default="USD")
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[check_time_zone])
    creators_may_not_accept = models.BooleanField("Creators may not accept their own invoices", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "companies"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="company_currency_is_iso")
        ]

    def __str__(self):
        return self.name
