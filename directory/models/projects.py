from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from directory.models.companies import DICTIONARIES, Company
from directory.models.grants import ToolGrant
from directory.privileges import Tool, ToolLevel


class ProjectQuerySet(models.QuerySet):
    def with_level_of(self, user):
        """Annotate `level` on the project's Prime Contracts tool; the project's own grant replaces the default."""
        grants = ToolGrant.objects.filter(
            membership__user=user,
            membership__is_active=True,
            company=OuterRef("company"),
            tool=Tool.PRIME_CONTRACTS,
        )
        own = grants.filter(project=OuterRef("pk")).values("level")[:1]
        default = grants.filter(project__isnull=True).values("level")[:1]
        return self.annotate(level=Coalesce(Subquery(own), Subquery(default), Value(ToolLevel.NONE)))

    def visible_to(self, user):
        """Projects whose Prime Contracts tool the person may at least read."""
        return self.with_level_of(user).filter(level__gte=ToolLevel.READ_ONLY)


class Project(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=60)
    number = models.CharField(max_length=30)
    address = models.CharField(max_length=200, blank=True)
    dictionary = models.CharField(
        max_length=20, choices=DICTIONARIES, blank=True, default="", help_text="Empty: the company's."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["company", "slug"], name="project_slug_is_unique_in_company"),
            models.UniqueConstraint("company", Lower("number"), name="project_number_is_unique_in_company"),
        ]

    def __str__(self):
        return self.name
