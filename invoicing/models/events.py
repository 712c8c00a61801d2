from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from directory.models import Company, User
from invoicing.models.columns import amount
from invoicing.models.invoices import OwnerInvoice
from invoicing.states import MOVES

# What people did that is no move, where the word for it would not make a sentence.
PAYMENT, REVERSAL = "payment", "payment_reversed"
SAID = {PAYMENT: "recorded a payment for", REVERSAL: "reversed a payment for"}


class InvoiceEvent(models.Model):
    """One move of one invoice: who, when, from where to where, and why. Append-only."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    move = models.CharField(max_length=30)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    payment_due = amount()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["invoice", "-at"], name="invoice_history"),
            models.Index(fields=["company", "move", "-at"], name="company_moves"),
        ]

    def __str__(self):
        return f"{self.move}: {self.source} to {self.target}"

    @property
    def past(self):
        return MOVES[self.move].past if self.move in MOVES else SAID.get(self.move, self.move)

    @property
    def sentence(self):
        """ "Ana Whitfield accepted this at 9:41 AM", with the day unless it is today."""
        local = timezone.localtime(self.at)
        time = date_format(local, "g:i A")
        day = "" if local.date() == timezone.localdate() else f" on {date_format(local, 'M j, Y')}"
        who = self.actor.name if self.actor else "Tieout"
        return f"{who} {self.past} this at {time}{day}"
