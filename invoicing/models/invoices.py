from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from directory.models import Company, User
from invoicing.models.columns import ZERO, amount, amounts_are_finite
from invoicing.models.contracts import PrimeContract
from invoicing.models.periods import BillingPeriod
from invoicing.states import OPEN_BILLING, SETTLE, WITH_PROJECT, BillingStatus, ErpStatus


class OwnerInvoiceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Applications under contracts the person may read; deleted ones are hidden."""
        return self.present().filter(contract__in=PrimeContract.objects.visible_to(user))

    def present(self):
        return self.filter(deleted_at__isnull=True)

    def standing(self):
        """Applications that count in the chain: neither void nor deleted."""
        return self.present().exclude(status=BillingStatus.VOID)

    def latest_of(self, contract):
        """The last standing application of a contract, or None."""
        return self.standing().filter(contract=contract).order_by("-position").first()

    def before(self, contract, position):
        """The standing applications of a contract before a position, the nearest first; for a subquery too."""
        return self.standing().filter(contract=contract, position__lt=position).order_by("-position")

    def sent(self):
        """What accounting sees: everything not with the project."""
        return self.present().exclude(erp_status__in=WITH_PROJECT)

    def editable(self):
        return self.present().filter(status__in=OPEN_BILLING, erp_status__in=WITH_PROJECT)


def line_of_the_summary(expression):
    """A summary line that PostgreSQL computes from the stored ones, so that the identity cannot break."""
    return models.GeneratedField(expression=expression, output_field=amount(), db_persist=True)


class OwnerInvoice(models.Model):
    """An application for payment under a prime contract; the nine summary lines stand on it."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="owner_invoices")
    contract = models.ForeignKey(PrimeContract, on_delete=models.PROTECT, related_name="invoices")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    period = models.ForeignKey(BillingPeriod, on_delete=models.PROTECT, related_name="invoices")
    billing_date = models.DateField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    retainage_note = models.CharField("Why retainage differs from the contract", max_length=250, blank=True)

    status = models.CharField(max_length=20, choices=BillingStatus.choices, default=BillingStatus.DRAFT)
    erp_status = models.CharField(max_length=20, choices=ErpStatus.choices, default=ErpStatus.NOT_SENT)
    erp_status_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    reference = models.CharField(max_length=20, blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    # Summary lines: 1, 2, 4, 5a, 5b and 7 are sums over the schedule and the lines, written by actions.
    original_sum = amount()
    change_order_sum = amount()
    completed_and_stored = amount()
    retainage_on_work = amount()
    retainage_on_materials = amount()
    less_previous_certificates = amount()
    billed_this_period = amount()
    retainage_this_period = amount()
    # Lines 3, 5, 6, 8 and 9 follow from them.
    contract_sum_to_date = line_of_the_summary(F("original_sum") + F("change_order_sum"))
    total_retainage = line_of_the_summary(F("retainage_on_work") + F("retainage_on_materials"))
    earned_less_retainage = line_of_the_summary(
        F("completed_and_stored") - F("retainage_on_work") - F("retainage_on_materials")
    )
    current_payment_due = line_of_the_summary(
        F("completed_and_stored")
        - F("retainage_on_work")
        - F("retainage_on_materials")
        - F("less_previous_certificates")
    )
    balance_to_finish = line_of_the_summary(
        F("original_sum")
        + F("change_order_sum")
        - F("completed_and_stored")
        + F("retainage_on_work")
        + F("retainage_on_materials")
    )

    objects = OwnerInvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"],
                condition=Q(deleted_at__isnull=True) & ~Q(status="void"),
                name="one_standing_application_per_position",
            ),
            models.UniqueConstraint(
                "company",
                Lower("number"),
                condition=Q(deleted_at__isnull=True) & ~Q(status="void"),
                name="invoice_number_is_unique_in_company",
            ),
            models.UniqueConstraint(
                fields=["company", "reference"], condition=~Q(reference=""), name="reference_is_unique_in_company"
            ),
            models.CheckConstraint(condition=Q(status__in=BillingStatus.values), name="billing_status_is_known"),
            models.CheckConstraint(condition=Q(erp_status__in=ErpStatus.values), name="erp_status_is_known"),
            models.CheckConstraint(
                condition=Q(erp_status__in=sorted(WITH_PROJECT)) | Q(status="approved"),
                name="what_accounting_has_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(erp_status__in=["not_sent", "booked_outside", "recalled"])
                | (~Q(reference="") & Q(sent_at__isnull=False)),
                name="what_was_sent_has_a_reference",
            ),
            amounts_are_finite(
                "invoice_amounts_are_finite",
                "original_sum",
                "change_order_sum",
                "completed_and_stored",
                "retainage_on_work",
                "retainage_on_materials",
                "less_previous_certificates",
                "billed_this_period",
                "retainage_this_period",
            ),
            models.CheckConstraint(
                condition=Q(
                    billed_this_period=F("completed_and_stored")
                    - F("retainage_on_work")
                    - F("retainage_on_materials")
                    - F("less_previous_certificates")
                    + F("retainage_this_period")
                ),
                name="line_8_is_billed_less_retained",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "erp_status", "sent_at", "id"], name="invoice_queue"),
            models.Index(fields=["company", "erp_status", "erp_status_at", "id"], name="invoice_queue_recent"),
        ]

    def __str__(self):
        return self.display_number

    def get_absolute_url(self):
        """The application's page in the project."""
        return reverse(
            "invoicing:invoice",
            kwargs={
                "company": self.company.slug,
                "project": self.contract.project.slug,
                "invoice_id": self.pk,
            },
        )

    @property
    def display_number(self):
        """How people call it: "PC-011 #9"."""
        return f"{self.contract.number} #{self.position}"

    @property
    def is_editable(self):
        return self.deleted_at is None and self.status in OPEN_BILLING and self.erp_status in WITH_PROJECT

    @cached_property
    def received(self):
        """What was paid for it, less what was reversed; `receivables.with_received` fills it in for many at once."""
        return self.payments.total()

    @property
    def stays_approved(self):
        """Money that was received belongs to figures that stand: nothing leaves Approved while it has payments."""
        return self.status == BillingStatus.APPROVED and bool(self.received)

    @property
    def outstanding(self):
        """What is still to be paid; nothing before it is approved."""
        return self.current_payment_due - self.received if self.status == BillingStatus.APPROVED else ZERO

    @property
    def is_with_project(self):
        return self.erp_status in WITH_PROJECT

    @property
    def may_be_booked_outside(self):
        """Whether an approver may record it as Booked outside Tieout."""
        return self.erp_status in SETTLE.sources and self.status in SETTLE.while_billing

    def get_status_label(self, status_field):
        return self.get_status_display() if status_field == "status" else self.get_erp_status_display()
