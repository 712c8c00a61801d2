"""A company's settings, with a look at what each dictionary would rename."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from directory import actions
from directory.forms.company import CompanyForm
from directory.models import AuditEvent, Company
from directory.policies import can_manage_directory
from directory.terminology import Dictionary, terms_of
from directory.views.answers import changed_since, page_status
from directory.web.access import company_or_404, require
from directory.web.staleness import seen_as

PREVIEWED = (
    "invoicing",
    "owner_invoices",
    "prime_contracts",
    "prime_contract_change_order",
    "owner",
    "owner_client",
    "revenue",
    "subcontract",
    "subcontractor",
    "ssov",
)


@require_http_methods(["GET", "HEAD", "POST"])
def company_settings(request, company):
    """Change the settings; a POST with `preview`, and htmx by GET, only show what the dictionary would rename."""
    company = company_or_404(request, company)
    require(can_manage_directory(request.user, company))
    if request.htmx and request.method != "POST":
        return render(request, "directory/renamed.html", renamed(company, request.GET.get("dictionary")))
    # A copy, since a model form writes into its instance before it is valid.
    form = CompanyForm(request.POST or None, instance=Company.objects.get(pk=company.pk))
    if request.method == "POST" and "preview" not in request.POST and save(request, company, form):
        messages.success(request, "Saved.")
        return redirect("directory:company_settings", company.slug)
    values = {"form": form, "seen": seen(company)} | renamed(company, form["dictionary"].value())
    return render(request, "directory/company_settings.html", values, status=page_status(form))


def save(request, company, form):
    """Whether it was saved; else the form says why not."""
    if form.is_valid() and request.POST.get("seen") != seen(company):
        form.add_error(None, changed_since(last_change(company)))
    if not form.is_valid():
        return False
    actions.change_company(company.pk, actor=request.user, **form.cleaned_data)
    return True


def renamed(company, dictionary):
    """Each name now, and in the dictionary chosen; one that does not exist is the company's own."""
    chosen = Dictionary(dictionary if dictionary in set(Dictionary) else company.dictionary)
    now, then = terms_of(company.dictionary), terms_of(chosen)
    names = [(getattr(now, term).name, getattr(then, term).name) for term in PREVIEWED]
    return {"chosen": chosen, "now": Dictionary(company.dictionary), "names": names}


def seen(company):
    return seen_as(*(getattr(company, name) for name in CompanyForm.Meta.fields))


def last_change(company):
    events = AuditEvent.objects.filter(company=company, action="company.changed")
    return events.select_related("actor").order_by("-sequence").first()
