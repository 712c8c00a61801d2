from django.db import models
from django.db.models import Q

from directory.models import Company, Project
from erp_integrations.adapters import registry
from erp_integrations.error_catalogue import RECONNECT, explain
from invoicing.models import CostCode, Owner


class ErpConnection(models.Model):
    """A company's way into its ERP. Claims lock this row first, to count the calls under way."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="erp_connection")
    adapter = models.CharField(max_length=60)
    settings = models.JSONField(default=dict)
    encrypted_credentials = models.TextField(blank=True, editable=False)
    # The breaker's side (export/breaker.py): answers in a row that spoke of the connection; then the pause, its code
    # in the error catalogue, and the claim whose answer decides whether it ends.
    troubles = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=40, blank=True)
    probe_at = models.DateTimeField(null=True, editable=False)
    probes = models.PositiveIntegerField(default=0, editable=False)
    probe_job = models.ForeignKey("ExportJob", on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    probe_token = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.company} to {self.adapter}"

    @property
    def adapter_label(self):
        """The ERP's name on every page: "Demo ERP"."""
        return registry.adapter_of(self.adapter).label

    @property
    def pause(self):
        """Why it is paused, in the catalogue's parts."""
        return explain(self.paused_because, {"erp": self.adapter_label})

    @property
    def wants_reconnect(self):
        """Whether the pause lasts until somebody enters what is wrong on the Settings page."""
        return RECONNECT in self.pause.actions


class CodeKind(models.TextChoices):
    OWNER = "owner", "Owner to customer"
    PROJECT = "project", "Project to job"
    COST_CODE = "cost_code", "Cost code to account"


class CodeMapping(models.Model):
    """One of our codes and its counterpart in the ERP, picked from the ERP's own list."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(ErpConnection, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=20, choices=CodeKind.choices)
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, null=True, blank=True, related_name="erp_mappings")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="erp_mappings")
    cost_code = models.ForeignKey(
        CostCode, on_delete=models.CASCADE, null=True, blank=True, related_name="erp_mappings"
    )
    erp_id = models.CharField(max_length=100)
    erp_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "owner", "project", "cost_code"],
                name="one_mapping_per_code",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="owner", owner__isnull=False, project__isnull=True, cost_code__isnull=True)
                | Q(kind="project", owner__isnull=True, project__isnull=False, cost_code__isnull=True)
                | Q(kind="cost_code", owner__isnull=True, project__isnull=True, cost_code__isnull=False),
                name="mapping_is_of_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.erp_id}"
