"""The pages of the apps, for places that show things of several: home, search, mails' targets."""

from urllib.parse import urlencode

from config.shell import url_or_empty
from directory.models import Project


def queue(company, status=""):
    """The approver's list, narrowed to one of its filters."""
    url = url_or_empty("erp_integrations:owner_invoices", company.slug)
    return f"{url}?{urlencode({'status': status})}" if url and status else url


def in_queue(invoice):
    """The review page of a sent invoice."""
    return url_or_empty("erp_integrations:invoice", invoice.company.slug, invoice.pk)


def in_project(invoice):
    """The invoice in its project's Prime Contracts tool."""
    return url_or_empty("invoicing:invoice", invoice.company.slug, invoice.contract.project.slug, invoice.pk)


def seen_by(invoice, in_project_too, in_queue_too):
    """Where this person opens it: in the project where they may, else, once it was sent, in accounting's queue."""
    if in_project_too:
        return in_project(invoice)
    return in_queue(invoice) if in_queue_too and not invoice.is_with_project else ""


def contracts(project):
    return url_or_empty("invoicing:contracts", project.company.slug, project.slug)


def contract(found):
    return url_or_empty("invoicing:contract", found.company.slug, found.project.slug, found.pk)


def people(company):
    return url_or_empty("directory:people", company.slug)


def person(membership):
    return url_or_empty("directory:person", membership.company.slug, membership.pk)


def first_project(user, company):
    """The first project whose Prime Contracts tool the person may open, or None."""
    return Project.objects.filter(company=company).visible_to(user).select_related("company").first()
