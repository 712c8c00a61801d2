"""What people see when something is not there, not allowed or broken."""

import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from directory.models import Company
from directory.web.unsent import page_of

logger = logging.getLogger("tieout.errors")


def not_allowed(request, exception):
    """403: which right is missing and who can grant it, in the words of the policy that said no."""
    return render(request, "403.html", {"exception": str(exception)}, status=403)


def csrf_failure(request, reason=""):
    """403: a form whose token is not this session's; what was typed is still in the page before."""
    return render(request, "403_csrf.html", {"page": page_of(request)}, status=403)


def not_found(request, exception):
    """404: says the same of what is not there and of what belongs to somebody else."""
    request.company = company_around(request)
    return render(request, "404.html", status=404)


def broken(request):
    """500, or 503 while the database is away or busy: a reference that stands in the log beside the traceback."""
    error = sys.exc_info()[1]
    reference = secrets.token_hex(4).upper()
    logger.error("Reference %s: %s %s failed: %r", reference, request.method, request.path, error)
    away = isinstance(error, (OperationalError, InterfaceError))
    page = render_to_string("500.html", {"reference": reference, "away": away, "home": reverse("start")})
    return HttpResponse(page, status=503 if away else 500)


def company_around(request):
    """A company of the person's to search in: the one of the address, else the first; None for strangers."""
    if not request.user.is_authenticated:
        return None
    own = list(Company.objects.visible_to(request.user))
    slug = request.path.removeprefix("/c/").split("/")[0]
    return next((company for company in own if company.slug == slug), own[0] if own else None)
