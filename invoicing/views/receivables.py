"""What the owners owe and how old it is: of a project's contracts, and of all that a person may see."""

from django.db.models import Count, Sum
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.web.access import company_or_404
from directory.web.paging import keyset_page
from invoicing.models import PrimeContract
from invoicing.money import ZERO
from invoicing.payment_application.receipts import Ageing
from invoicing.receivables import ageing_by_contract, summed, with_receivables
from invoicing.views.fetch import project_page, terms_on
from invoicing.views.navigation import project_tabs

SUMS = ("due", "paid", "outstanding")


@require_safe
def project_receivables(request, company, project):
    """The project's Payments tab."""
    project = project_page(request, company, project)
    mine = PrimeContract.objects.filter(project=project).open_to(request.user)
    tabs = project_tabs(project, terms_on(request, project), "project_receivables")
    return render(request, "invoicing/receivables.html", _values(request, mine) | {"tabs": tabs})


@require_safe
def company_receivables(request, company):
    """The contracts of every project that the person may read."""
    company = company_or_404(request, company)
    mine = PrimeContract.objects.filter(company=company).visible_to(request.user)
    return render(request, "invoicing/receivables.html", _values(request, mine))


def _values(request, contracts):
    """A page of contracts with the age of what each is owed, and the totals over all of them."""
    rows = with_receivables(contracts)
    ageings = ageing_by_contract(contracts)
    page = keyset_page(rows.select_related("project", "owner"), request.GET.get("cursor", ""), key="number")
    for contract in page:
        contract.ageing = ageings.get(contract.pk, Ageing())
    found = rows.aggregate(count=Count("*"), **{f"all_{name}": Sum(name) for name in SUMS})
    totals = {"count": found["count"], **{name: found[f"all_{name}"] or ZERO for name in SUMS}}
    return {"page": page, "totals": totals, "ageing": summed(ageings.values())}
