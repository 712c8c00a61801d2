"""Billing periods that open by themselves: beat rings every hour, and what is due is opened once."""

from celery import shared_task
from django.utils import timezone

from invoicing.actions import open_due_periods
from invoicing.models import BillingRule


@shared_task(soft_time_limit=240, time_limit=270)
def open_billing_periods():
    """Open what is due today, each project in a transaction of its own."""
    today = timezone.localdate()
    for project_id in BillingRule.objects.filter(automatic=True).values_list("project_id", flat=True):
        open_due_periods(project_id, today=today)
