from uuid import uuid4

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from directory.models import Company, User
from invoicing.models.columns import ZERO, amount, amounts_are_finite
from invoicing.models.invoices import OwnerInvoice


class PaymentQuerySet(models.QuerySet):
    def total(self):
        return self.aggregate(total=Sum("amount"))["total"] or ZERO


class Payment(models.Model):
    """Money received from the owner against an application. Append-only: a mistake is undone by a second row.

    The row that undoes has `reverses`, the amount and day of the other with the sign turned, and a reason.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, related_name="payments")
    received_on = models.DateField()
    amount = amount(default=ZERO)
    check_number = models.CharField(max_length=40, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=250, blank=True)
    # The form it came from: one form records one payment, however often it is sent.
    form_key = models.UUIDField(default=uuid4)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "id"]
        constraints = [
            amounts_are_finite("payment_amount_is_finite", "amount"),
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0, reason="")
                | (Q(reverses__isnull=False, amount__lt=0) & ~Q(reason="")),
                name="payment_is_positive_or_reverses_one",
            ),
            models.UniqueConstraint(fields=["invoice", "form_key"], name="one_payment_per_form"),
        ]

    def __str__(self):
        return f"{self.amount} on {self.received_on}"
