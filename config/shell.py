"""What stands around every page: the company, its tools for this person, the way to the others."""

from functools import cached_property

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from directory.models import Company, Project
from directory.policies import has_level, is_accounting_approver, level_of
from directory.privileges import Tool, ToolLevel
from erp_integrations.export.runs import progress_of
from erp_integrations.policies import can_see_queue
from erp_integrations.queue import run_to_tell

PROJECTS_SHOWN = 12


def url_or_empty(name, *args):
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class Shell:
    """Lazy, so that a fragment or a redirect costs no query; `company_or_404` has set the request's company."""

    def __init__(self, request):
        self.request = request
        self.user = getattr(request, "user", None)

    @property
    def company(self):
        return getattr(self.request, "company", None)

    @property
    def project(self):
        return getattr(self.request, "project", None)

    @property
    def person(self):
        return self.user if self.user is not None and self.user.is_authenticated else None

    @property
    def theme(self):
        chosen = getattr(self.person, "theme", "system")
        return chosen if chosen in ("light", "dark") else ""

    @property
    def shortcuts(self):
        return "on" if getattr(self.person, "shortcuts_enabled", True) else "off"

    @property
    def beside(self):
        """In the demo, where the ERP and the mails can be looked at: words and URL; elsewhere nothing."""
        return (("Demo ERP", settings.DEMO_ERP_URL), ("Mailbox", settings.DEMO_MAILBOX_URL)) if settings.DEMO else ()

    @cached_property
    def approver(self):
        return bool(self.person and self.company and is_accounting_approver(self.person, self.company))

    @cached_property
    def companies(self):
        return list(Company.objects.visible_to(self.person)) if self.person else []

    @property
    def namespace(self):
        match = self.request.resolver_match
        return match.app_name if match else ""

    @cached_property
    def projects(self):
        """Projects whose Prime Contracts tool the person may open, each with its URL."""
        if not (self.person and self.company):
            return []
        found = Project.objects.filter(company=self.company).visible_to(self.person)[:PROJECTS_SHOWN]
        return [
            {
                "label": project.name,
                "url": url_or_empty("invoicing:contracts", self.company.slug, project.slug),
                "current": project == self.project,
            }
            for project in found
        ]

    @cached_property
    def tools(self):
        """The company tools the person may open: label, url, current."""
        if not (self.person and self.company):
            return []
        pages = (
            (Tool.ERP_INTEGRATIONS, "erp_integrations:owner_invoices", self.namespace == "erp_integrations"),
            (Tool.COMPANY_DIRECTORY, "directory:people", self.namespace == "directory"),
        )
        return [
            {"label": tool.label, "url": url_or_empty(name, self.company.slug), "current": current}
            for tool, name, current in pages
            if has_level(self.person, self.company, tool, ToolLevel.READ_ONLY)
        ]

    @cached_property
    def export(self):
        """The export under way, or the person's last until it is put away: url, word, count, icon; or None."""
        if not (self.person and self.company and can_see_queue(self.person, self.company)):
            return None
        asked = hasattr(self.request, "told_run")
        run = self.request.told_run if asked else run_to_tell(self.company, self.person)
        if run is None:
            return None
        progress = progress_of(run)
        done = progress["synced"] if run.finished_at else progress["done"]
        return {
            "url": reverse("erp_integrations:run", args=[self.company.slug, run.number]),
            "word": f"{run} {'ended' if run.finished_at else 'under way'}:",
            "count": f"{done} of {progress['total']}",
            "icon": _icon_of(run, progress),
        }

    @property
    def tool(self):
        """The name of the tool the page belongs to; "" for the project's, which has the dictionary's name."""
        if self.namespace in ("invoicing", "projects"):
            return ""
        return next((tool["label"] for tool in self.tools if tool["current"]), "Home")

    @property
    def all_projects(self):
        """The URL of the list of projects, for those who have some and those who may create the first."""
        return url_or_empty("projects:projects", self.company.slug) if self.projects or self.is_company_admin else ""

    @property
    def is_company_admin(self):
        if not (self.person and self.company):
            return False
        return level_of(self.person, self.company, Tool.COMPANY_DIRECTORY) == ToolLevel.ADMIN

    @property
    def company_settings(self):
        """The URL of the company's settings, for those who may change them."""
        return url_or_empty("directory:company_settings", self.company.slug) if self.is_company_admin else ""

    @property
    def administration(self):
        """The URL of Django admin, for those it opens to."""
        return reverse("admin:index") if self.is_company_admin or (self.person and self.person.is_superuser) else ""


def _icon_of(run, progress):
    if run.finished_at and progress["failed"] + progress["doubtful"]:
        return "alert"
    return "check" if progress["synced"] == progress["total"] else "sync" if progress["moving"] else "dot"
