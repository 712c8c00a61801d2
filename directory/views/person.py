"""One person of a company: what they may do, and how they sign in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from directory import actions
from directory.exceptions import DirectoryError
from directory.forms.people import ProjectLevelForm, RightsForm, SignInDetailsForm
from directory.models import AuditEvent, Membership
from directory.policies import can_change_sign_in, can_grant_privilege, can_manage_directory, can_see_directory
from directory.privileges import Privilege, Tool
from directory.terminology import spoken, terms_of
from directory.views.answers import add_errors, changed_since, page_status
from directory.views.effects import company_wide, effects, holds
from directory.web.access import company_or_404, require
from directory.web.staleness import seen_as


@require_http_methods(["GET", "HEAD", "POST"])
def person(request, company, membership_id):
    company = company_or_404(request, company)
    member = member_or_404(company, membership_id)
    require(can_see_directory(request.user, company))
    if request.method != "POST":
        return person_page(request, member)
    require(can_manage_directory(request.user, company))
    form = rights_form(request, member, request.POST)
    if form.is_valid() and seen(member) != request.POST.get("seen"):
        form.add_error(None, changed_since(last_change(member)))
    if form.is_valid():
        try:
            save_rights(member, form, request.user)
        except DirectoryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("directory:person", company.slug, member.pk)
    return person_page(request, member, rights=form)


@require_POST
def project_level(request, company, membership_id):
    company = company_or_404(request, company)
    member = member_or_404(company, membership_id)
    require(can_manage_directory(request.user, company))
    form = ProjectLevelForm(request.POST, company=company)
    if not form.is_valid():
        return person_page(request, member, by_project=form)
    project, level = form.cleaned_data["project"], form.cleaned_data["level"]
    if level is None:
        actions.clear_project_level(member.pk, Tool.PRIME_CONTRACTS, project.pk, actor=request.user)
    else:
        actions.set_tool_level(member.pk, Tool.PRIME_CONTRACTS, level, actor=request.user, project_id=project.pk)
    messages.success(request, f"Saved for {project.name}.")
    return redirect("directory:person", company.slug, member.pk)


@sensitive_post_parameters("password")
@require_POST
def sign_in_details(request, company, membership_id):
    company = company_or_404(request, company)
    member = member_or_404(company, membership_id)
    require(can_manage_directory(request.user, company))
    require(can_change_sign_in(request.user, member))
    form = SignInDetailsForm(request.POST)
    if form.is_valid():
        try:
            actions.change_sign_in(member.pk, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("directory:person", company.slug, member.pk)
    return person_page(request, member, details=form)


@require_POST
def active(request, company, membership_id):
    """Deactivate or reactivate, as the button pressed says."""
    company = company_or_404(request, company)
    member = member_or_404(company, membership_id)
    require(can_manage_directory(request.user, company))
    change = actions.reactivate_membership if request.POST.get("active") == "yes" else actions.deactivate_membership
    try:
        change(member.pk, actor=request.user)
    except DirectoryError as error:
        messages.error(request, str(error))
    return redirect("directory:person", company.slug, member.pk)


def member_or_404(company, membership_id):
    members = Membership.objects.filter(company=company).select_related("user", "company")
    found = members.prefetch_related("tool_grants__project", "privilege_grants").filter(pk=membership_id).first()
    if found is None:
        raise Http404("No such person.")
    return found


def rights_form(request, member, data=None):
    return RightsForm(
        data,
        levels=company_wide(member),
        push=holds(member, Privilege.PUSH_TO_ACCOUNTING),
        can_grant=bool(can_grant_privilege(request.user, member.company)),
        terms=terms_for(request.user, member.company),
    )


@transaction.atomic
def save_rights(member, form, actor):
    """Raise before lowering, so that an admin may hand over; each change is its own action and its own event."""
    levels = sorted(form.levels().items(), key=lambda each: each[1], reverse=True)
    if "push" in form.cleaned_data:
        change = actions.grant_privilege if form.cleaned_data["push"] else actions.revoke_privilege
        change(member.pk, Privilege.PUSH_TO_ACCOUNTING, actor=actor)
    for tool, level in levels:
        actions.set_tool_level(member.pk, tool, level, actor=actor)


def person_page(request, member, *, rights=None, by_project=None, details=None):
    user, company, person = request.user, member.company, member.user
    rights = rights or rights_form(request, member)
    by_project = by_project or ProjectLevelForm(company=company)
    details = details or SignInDetailsForm(initial={"name": person.name, "email": person.email})
    values = {
        "member": member,
        "form": next((form for form in (rights, by_project, details) if form.is_bound), rights),
        "rights": rights,
        "by_project": by_project,
        "details": details,
        "seen": seen(member),
        "effects": effects(member, terms_for(user, company)),
        "own_levels": [grant for grant in member.tool_grants.all() if grant.project_id],
        "holds_push": holds(member, Privilege.PUSH_TO_ACCOUNTING),
        "push_label": Privilege.PUSH_TO_ACCOUNTING.label,
        "can_manage": can_manage_directory(user, company),
        "can_grant": can_grant_privilege(user, company),
        "can_change_sign_in": can_change_sign_in(user, member),
    }
    return render(request, "directory/person.html", values, status=page_status(rights, by_project, details))


def seen(member):
    """What the page showed, so that saving it over somebody else's change is noticed."""
    levels = [int(level) for level in company_wide(member).values()]
    return seen_as(levels, holds(member, Privilege.PUSH_TO_ACCOUNTING))


def last_change(member):
    events = AuditEvent.objects.filter(company=member.company, detail__membership=member.pk)
    return events.select_related("actor").order_by("-sequence").first()


def terms_for(user, company):
    return terms_of(spoken(user.dictionary, company.dictionary))
