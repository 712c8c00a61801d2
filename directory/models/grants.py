from django.db import models
from django.db.models import Q

from directory.models.companies import Company
from directory.models.people import Membership, User
from directory.privileges import PROJECT_TOOLS, Privilege, Tool, ToolLevel


class ToolGrant(models.Model):
    """A level on a tool; without a project it is the default for all projects, a project's own replaces it."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tool_grants")
    tool = models.CharField(max_length=30, choices=Tool.choices)
    project = models.ForeignKey(
        "directory.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="tool_grants"
    )
    level = models.IntegerField(choices=ToolLevel.choices, default=ToolLevel.NONE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "tool", "project"], name="one_level_per_tool", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(level__in=ToolLevel.values), name="tool_level_is_known"),
            models.CheckConstraint(
                condition=Q(project__isnull=True) | Q(tool__in=sorted(PROJECT_TOOLS)),
                name="only_project_tools_by_project",
            ),
        ]

    def __str__(self):
        return f"{self.get_tool_display()}: {self.get_level_display()}"


class PrivilegeGrant(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="privilege_grants")
    privilege = models.CharField(max_length=30, choices=Privilege.choices)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "privilege"], name="one_grant_per_privilege"),
        ]

    def __str__(self):
        return self.get_privilege_display()
