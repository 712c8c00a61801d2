from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from directory.web.paging import keyset_page
from invoicing import actions
from invoicing.change_orders import waiting_on
from invoicing.exceptions import ContractChanged, FieldRefused
from invoicing.figures import with_sums
from invoicing.forms.contracts import ContractForm, initial_of
from invoicing.models import Owner, PrimeContract
from invoicing.money import ZERO, percentage
from invoicing.policies import (
    can_administer_contracts,
    can_edit_contracts,
    can_keep_codes,
    why_method_fixed,
    why_not_billable,
)
from invoicing.states import ContractStatus
from invoicing.views.answers import page_status, refuse
from invoicing.views.fetch import contract_or_404, project_page, terms_on, version_of, version_shown
from invoicing.views.navigation import contract_tabs, project_tabs, url_of

SUMS = ("original", "changes", "revised", "billed", "paid", "unpaid")
LONGEST = 200


@require_safe
def contracts(request, company, project):
    """The project's prime contracts with their sums, and the totals of all of them."""
    project = project_page(request, company, project)
    search, status = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST], request.GET.get("status", "")
    mine = PrimeContract.objects.filter(project=project).open_to(request.user)
    rows = with_sums(_narrowed(mine, search, status))
    totals = _totals(rows)
    page = keyset_page(rows.select_related("owner"), request.GET.get("cursor", ""), key="number")
    for contract in page:
        contract.billed_share = percentage(contract.billed, contract.revised)
    terms = terms_on(request, project)
    values = {
        "page": page,
        "totals": totals,
        "heading": terms.prime_contract.counted(totals["count"]),
        "empty_heading": f"No {terms.prime_contract.lower_plural} in this project.",
        "create_words": f"Create {terms.prime_contract.lower}",
        "tabs": project_tabs(project, terms, "contracts"),
        "search": search,
        "status": status,
        "statuses": ContractStatus.choices,
        "narrowed": bool(search or status),
        "can_edit": can_edit_contracts(request.user, project),
        "new_url": url_of("contract_new", project),
    }
    return render(request, "invoicing/contracts.html", values)


def _narrowed(rows, search, status):
    """The contracts that have the words in number, title or owner, and the status."""
    words = Q(number__icontains=search) | Q(title__icontains=search) | Q(owner__name__icontains=search)
    rows = rows.filter(words) if search else rows
    return rows.filter(status=status) if status in ContractStatus.values else rows


def _totals(rows):
    """Sums over all contracts of the list, not only the page."""
    found = rows.aggregate(count=Count("*"), **{f"all_{name}": Sum(name) for name in SUMS})
    totals = {"count": found["count"], **{name: found[f"all_{name}"] or ZERO for name in SUMS}}
    return {**totals, "share": percentage(totals["billed"], totals["revised"])}


@require_http_methods(["GET", "HEAD", "POST"])
def contract_new(request, company, project):
    project = project_page(request, company, project, can_edit_contracts)
    initial = {"work_retainage_percent": "10", "materials_retainage_percent": "10"}
    initial["number"] = actions.next_contract_number(project.company)
    form = _form(request, project, initial=initial)
    if form.is_valid():
        try:
            contract = actions.create_contract(project, form.values, actor=request.user)
        except FieldRefused as error:
            refuse(form, error)
        else:
            messages.success(request, f"{contract.number} was created. Add its schedule of values.")
            return redirect(url_of("schedule", project, contract_id=contract.pk))
    return _form_page(request, "invoicing/contract_new.html", form, project)


@require_safe
def contract(request, company, project, contract_id):
    """The General tab."""
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    latest, offered = waiting_on(contract)
    values = {
        "contract": contract,
        "latest": latest,
        "attachments": contract.attachments.standing(),
        "offered": offered,
        "sums": with_sums(PrimeContract.objects.filter(pk=contract.pk)).get(),
        "tabs": contract_tabs(contract, terms_on(request, project), "contract"),
        "can_edit": can_edit_contracts(request.user, project),
        "why_not_billable": why_not_billable(contract),
    }
    return render(request, "invoicing/contract.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request, company, project, contract_id):
    project = project_page(request, company, project, can_edit_contracts)
    contract = contract_or_404(project, contract_id)
    form, told = _form(request, project, contract=contract, initial=initial_of(contract)), False
    if form.is_valid():
        try:
            actions.update_contract(contract.pk, form.values, actor=request.user, version=version_of(request))
        except (FieldRefused, ContractChanged) as error:
            refuse(form, error)
            told = isinstance(error, ContractChanged)
        else:
            messages.success(request, f"{contract.number} was saved.")
            return redirect(url_of("contract", project, contract_id=contract.pk))
    version = version_shown(request, contract, told)
    return _form_page(request, "invoicing/contract_edit.html", form, project, contract=contract, version=version)


@require_safe
def contract_history(request, company, project, contract_id):
    """Who changed what of the contract and its schedule, latest first."""
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    changes = contract.history.select_related("actor")
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, project), "contract_history"),
        "page": keyset_page(changes, request.GET.get("cursor", ""), descending=True),
    }
    return render(request, "invoicing/contract_history.html", values)


def _form(request, project, contract=None, **options):
    return ContractForm(
        request.POST or None,
        company=project.company,
        owner_label=str(terms_on(request, project).owner_client),
        may_approve=bool(can_administer_contracts(request.user, project)),
        **({"current": contract.status, "why_fixed": why_method_fixed(contract)} if contract else {}),
        **options,
    )


def _form_page(request, template, form, project, **values):
    values |= {
        "form": form,
        "has_owners": Owner.objects.filter(company=project.company).exists(),
        "can_keep_codes": can_keep_codes(request.user, project.company),
    }
    return render(request, template, values, status=page_status(form))
