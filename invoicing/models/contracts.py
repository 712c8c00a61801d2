from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Lower, Round

from directory.models import Company, Project, User
from directory.privileges import ToolLevel
from invoicing.models.columns import (
    ZERO,
    amount,
    amounts_are_finite,
    percent,
    percents_are_in_range,
    rate,
    rates_are_finite,
)
from invoicing.states import AccountingMethod, ChangeOrderStatus, ContractStatus


class Owner(models.Model):
    """A company's client: who is billed."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="owners")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("company", Lower("code"), name="owner_code_is_unique_in_company")]

    def __str__(self):
        return self.name


class CostCode(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="cost_codes")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=160)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint("company", Lower("code"), name="cost_code_is_unique_in_company")]

    def __str__(self):
        return f"{self.code} {self.name}"


class PrimeContractQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Contracts of projects whose Prime Contracts tool the person may read; private ones as `open_to` says."""
        return self.filter(project__in=Project.objects.visible_to(user)).open_to(user)

    def open_to(self, user):
        """All but the private ones of others: those are for Admins of the project's tool, and for their creators."""
        run = Project.objects.visible_to(user).filter(level__gte=ToolLevel.ADMIN)
        return self.filter(Q(private=False) | Q(created_by=user) | Q(project__in=run))


class PrimeContract(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="prime_contracts")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="prime_contracts")
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="prime_contracts")
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=160)
    status = models.CharField(max_length=20, choices=ContractStatus.choices, default=ContractStatus.DRAFT)
    contractor = models.CharField(max_length=160, blank=True)
    architect = models.CharField("Architect or engineer", max_length=160, blank=True)
    executed = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    # Whether an application may come to less than nothing and be sent so.
    credits_allowed = models.BooleanField("Credit invoices", default=False)
    contract_date = models.DateField(null=True, blank=True)
    start_date = models.DateField("Start", null=True, blank=True)
    estimated_completion = models.DateField("Substantial completion, estimated", null=True, blank=True)
    actual_completion = models.DateField("Substantial completion, actual", null=True, blank=True)
    signed_received = models.DateField("Signed contract received", null=True, blank=True)
    terminated_on = models.DateField("Terminated", null=True, blank=True)
    accounting_method = models.CharField(
        max_length=10, choices=AccountingMethod.choices, default=AccountingMethod.AMOUNT
    )
    signed_sum = amount(verbose_name="Contract sum, as signed", default=None, null=True, blank=True)
    description = models.TextField(blank=True)
    inclusions = models.TextField(blank=True)
    exclusions = models.TextField(blank=True)
    work_retainage_percent = percent(default=Decimal("10.000"), verbose_name="Retainage on completed work, percent")
    materials_retainage_percent = percent(
        default=Decimal("10.000"), verbose_name="Retainage on stored materials, percent"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = PrimeContractQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("company", Lower("number"), name="contract_number_is_unique_in_company"),
            models.CheckConstraint(condition=Q(status__in=ContractStatus.values), name="contract_status_is_known"),
            models.CheckConstraint(
                condition=Q(accounting_method__in=AccountingMethod.values), name="accounting_method_is_known"
            ),
            rates_are_finite("signed_sum_is_finite", "signed_sum"),
            percents_are_in_range(
                "contract_retainage_is_percent", "work_retainage_percent", "materials_retainage_percent"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def has_units(self):
        return self.accounting_method == AccountingMethod.UNIT

    @property
    def is_billable(self):
        return self.status in (ContractStatus.APPROVED, ContractStatus.COMPLETE)

    def original_sum(self):
        """Line 1: the sum of the original schedule of values."""
        return self.lines.filter(change_order__isnull=True).aggregate(total=Sum("scheduled_value"))["total"] or ZERO

    def change_order_sum(self):
        """Line 2: the sum of the approved change orders."""
        approved = self.lines.filter(change_order__status=ChangeOrderStatus.APPROVED)
        return approved.aggregate(total=Sum("scheduled_value"))["total"] or ZERO


class ChangeOrder(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(PrimeContract, on_delete=models.PROTECT, related_name="change_orders")
    number = models.CharField(max_length=30)
    title = models.CharField(max_length=160)
    status = models.CharField(max_length=20, choices=ChangeOrderStatus.choices, default=ChangeOrderStatus.DRAFT)
    description = models.TextField(blank=True)
    dated = models.DateField("Date", null=True, blank=True)
    due_on = models.DateField("Answer due", null=True, blank=True)
    schedule_days = models.IntegerField("Days added to the schedule", null=True, blank=True)
    approved_on = models.DateField("Approved", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("contract", Lower("number"), name="change_order_number_is_unique_in_contract"),
            models.CheckConstraint(
                condition=Q(status__in=ChangeOrderStatus.values), name="change_order_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=ChangeOrderStatus.APPROVED) | Q(approved_on__isnull=False),
                name="approved_change_order_says_when",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"


class ContractLineQuerySet(models.QuerySet):
    def in_force(self):
        """The schedule of values as it stands: original lines and those of approved change orders."""
        return self.filter(Q(change_order__isnull=True) | Q(change_order__status=ChangeOrderStatus.APPROVED))


class ContractLine(models.Model):
    """A line of the schedule of values; those of a change order are in force once it is approved."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(PrimeContract, on_delete=models.PROTECT, related_name="lines")
    change_order = models.ForeignKey(ChangeOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    position = models.PositiveIntegerField()
    item = models.CharField(max_length=20)
    description = models.CharField(max_length=250)
    # The heading it stands under; lines of one group need not stand together.
    group = models.CharField(max_length=120, blank=True)
    cost_code = models.ForeignKey(CostCode, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    quantity = rate()
    unit = models.CharField(max_length=12, blank=True)
    unit_price = rate()
    scheduled_value = amount()

    objects = ContractLineQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="line_position_is_unique", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["contract", "item"], name="line_item_is_unique", deferrable=models.Deferrable.DEFERRED
            ),
            amounts_are_finite("scheduled_value_is_finite", "scheduled_value"),
            rates_are_finite("quantity_and_price_are_finite", "quantity", "unit_price"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True, unit_price__isnull=True)
                | Q(
                    quantity__isnull=False,
                    unit_price__isnull=False,
                    scheduled_value=Round(F("quantity") * F("unit_price"), precision=2),
                ),
                name="value_is_quantity_times_price",
            ),
        ]

    def __str__(self):
        return f"{self.item} {self.description}"
