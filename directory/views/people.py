"""The Company Directory: who belongs to a company, and letting somebody in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from directory import actions
from directory.exceptions import DirectoryError
from directory.forms.people import AddPersonForm
from directory.models import Membership
from directory.policies import can_manage_directory, can_see_directory
from directory.privileges import Tool, ToolLevel
from directory.views.answers import add_errors, page_status
from directory.views.effects import company_wide, is_approver
from directory.web.access import company_or_404, require
from directory.web.paging import keyset_page

FILTERS = (("", "Everyone active"), ("approvers", "Accounting approvers"), ("deactivated", "Deactivated"))


@require_safe
def people(request, company):
    company = company_or_404(request, company)
    require(can_see_directory(request.user, company))
    chosen = request.GET.get("filter", "")
    members = _narrowed(Membership.objects.filter(company=company), chosen)
    rows = members.select_related("user").prefetch_related("tool_grants", "privilege_grants")
    page = keyset_page(rows.annotate(person_name=F("user__name")), request.GET.get("cursor", ""), key="person_name")
    values = {
        "page": page,
        "rows": [(member, company_wide(member), is_approver(member)) for member in page],
        "tools": list(Tool),
        "filters": [{"label": label, "url": f"?filter={key}", "current": key == chosen} for key, label in FILTERS],
        "can_manage": can_manage_directory(request.user, company),
    }
    return render(request, "directory/people.html", values)


def _narrowed(members, chosen):
    if chosen == "deactivated":
        return members.filter(is_active=False)
    if chosen == "approvers":
        approvers = members.with_level(Tool.ERP_INTEGRATIONS, ToolLevel.STANDARD)
        return approvers.filter(privilege_grants__isnull=False)
    return members.active()


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request, company):
    company = company_or_404(request, company)
    require(can_manage_directory(request.user, company))
    form = AddPersonForm(request.POST or None)
    if form.is_valid():
        try:
            membership = actions.add_member(company.pk, actor=request.user, **form.cleaned_data)
        except (ValidationError, DirectoryError) as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{membership.user.name} belongs to {company.name} now. Say what they may do.")
            return redirect("directory:person", company.slug, membership.pk)
    return render(request, "directory/add_person.html", {"form": form}, status=page_status(form))
