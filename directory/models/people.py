from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from directory.models.companies import DICTIONARIES, Company
from directory.privileges import Tool, ToolLevel


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Theme(models.TextChoices):
    SYSTEM = "system", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address and belongs to one or more companies."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    shortcuts_enabled = models.BooleanField("Keyboard shortcuts", default=True)
    dictionary = models.CharField(max_length=20, choices=DICTIONARIES, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_is_unique")]

    def __str__(self):
        return self.name

    @property
    def is_staff(self):
        """Whether Django admin opens at all; which rows it shows is up to each page."""
        return self.is_superuser or self.memberships.company_admins().exists()

    def get_short_name(self):
        """What Django admin greets the person by."""
        return self.name

    @property
    def initials(self):
        return "".join(word[0] for word in self.name.split()[:2]).upper()


class MembershipQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True, user__is_active=True)

    def company_admins(self):
        """Memberships with Admin on the Company Directory."""
        return self.active().filter(tool_grants__tool=Tool.COMPANY_DIRECTORY, tool_grants__level=ToolLevel.ADMIN)

    def with_level(self, tool, level):
        """Memberships whose company-wide grant on the tool is at least the level."""
        return self.active().filter(
            tool_grants__tool=tool, tool_grants__level__gte=level, tool_grants__project__isnull=True
        )


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    title = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "company"], name="one_membership_per_company")]

    def __str__(self):
        return f"{self.user.name}, {self.company.name}"
