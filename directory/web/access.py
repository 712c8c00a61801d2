"""What every page does first: 404 for strangers, 403 with the reason for colleagues."""

from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from directory.models import Company, Project
from directory.policies import membership_of


def company_or_404(request, slug):
    """The company the page stands in, for its members only; shows times in the company's zone from here on."""
    company = Company.objects.filter(slug=slug).first()
    if company is None or membership_of(request.user, company) is None:
        raise Http404("No such company.")
    timezone.activate(ZoneInfo(company.time_zone))
    request.company = company
    return company


def project_or_404(request, company, slug):
    """A project of the company; what the person may do there is up to the policies."""
    project = Project.objects.filter(company=company, slug=slug).first()
    if project is None:
        raise Http404("No such project.")
    request.project = project
    return project


def require(decision):
    """Answer 403 with the decision's reason when it is a no."""
    if not decision:
        raise PermissionDenied(decision.reason)
