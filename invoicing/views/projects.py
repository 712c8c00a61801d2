"""Company pages: its projects, and the owners and cost codes that contracts refer to."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Project
from directory.web.access import company_or_404, require
from directory.web.paging import keyset_page
from invoicing import actions
from invoicing.exceptions import FieldRefused
from invoicing.forms.codes import CostCodeForm, OwnerForm, ProjectForm
from invoicing.models import CostCode, Owner
from invoicing.policies import can_create_project, can_keep_codes, can_read_contracts, terms_for
from invoicing.views.answers import page_status, refuse
from invoicing.views.navigation import url_of


@require_safe
def projects(request, company):
    """The projects whose contracts the person may see."""
    company = company_or_404(request, company)
    page = keyset_page(
        Project.objects.filter(company=company).visible_to(request.user), request.GET.get("cursor", ""), key="number"
    )
    values = {
        "page": page,
        "can_create": can_create_project(request.user, company),
        "level_needed": f"Give yourself a level on {terms_for(request.user, company).prime_contracts} first.",
        "others": not page.rows and Project.objects.filter(company=company).exists(),
    }
    return render(request, "invoicing/projects.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request, company):
    company = company_or_404(request, company)
    require(can_create_project(request.user, company))
    form = ProjectForm(request.POST or None)
    if form.is_valid():
        try:
            project = actions.create_project(company, actor=request.user, **form.cleaned_data)
        except FieldRefused as error:
            refuse(form, error)
        else:
            messages.success(request, f"{project.name} was created.")
            readable = can_read_contracts(request.user, project)
            return redirect(
                url_of("contracts", project) if readable else reverse("projects:projects", args=[company.slug])
            )
    return render(request, "invoicing/project_new.html", {"form": form}, status=page_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def owners(request, company):
    """The company's clients, and a form for one more."""
    company = company_or_404(request, company)
    require(can_keep_codes(request.user, company))
    form = OwnerForm(request.POST or None)
    if form.is_valid() and _created(request, form, actions.create_owner, company):
        return redirect("projects:owners", company.slug)
    page = keyset_page(Owner.objects.filter(company=company), request.GET.get("cursor", ""), key="name")
    return render(request, "invoicing/owners.html", {"form": form, "page": page}, status=page_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def cost_codes(request, company):
    """The company's cost codes, and a form for one more."""
    company = company_or_404(request, company)
    require(can_keep_codes(request.user, company))
    form = CostCodeForm(request.POST or None)
    if form.is_valid() and _created(request, form, actions.create_cost_code, company):
        return redirect("projects:cost_codes", company.slug)
    page = keyset_page(CostCode.objects.filter(company=company), request.GET.get("cursor", ""), key="code")
    return render(request, "invoicing/cost_codes.html", {"form": form, "page": page}, status=page_status(form))


def _created(request, form, act, company):
    try:
        row = act(company, actor=request.user, **form.cleaned_data)
    except FieldRefused as error:
        refuse(form, error)
        return None
    messages.success(request, f"{row} was added.")
    return row
