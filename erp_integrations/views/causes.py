"""Retry all that one cause stops."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from erp_integrations import actions
from erp_integrations.policies import can_decide
from erp_integrations.views.answers import back_to_list
from erp_integrations.views.bulk import tell_results
from erp_integrations.views.fetch import company_of
from erp_integrations.views.queue import MOST_AT_ONCE


@require_POST
def retry_cause(request, company):
    """A result for each invoice that the cause stops; when somebody has retried them already, the note says so."""
    company = company_of(request, company, can_decide)
    results = actions.retry_cause(company, request.POST.get("cause", ""), actor=request.user, most=MOST_AT_ONCE)
    tell_results(request, "Retried", results, nothing="Nothing is stopped by that any more.")
    return redirect(back_to_list(request, company))
