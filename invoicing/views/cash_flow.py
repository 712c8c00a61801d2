"""Billed against contract value, and the cash curve by month: drawn, and the same figures in tables beneath."""

from dataclasses import dataclass

from django.db.models import Sum
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.web.paging import keyset_page
from invoicing.cash_flow import months_of, with_cash
from invoicing.models import PrimeContract
from invoicing.money import ZERO, percentage
from invoicing.pictures.geometry import bar, month_marks, polyline, scale_of
from invoicing.views.fetch import contract_or_404, project_page, terms_on
from invoicing.views.navigation import contract_tabs, project_tabs

SUMS = ("revised", "billed", "paid", "retained")
ROW_HEIGHT = 52


@dataclass(frozen=True)
class Curve:
    """How one of the four is called and told from the others: by colour, and by its dashes."""

    name: str
    title: str
    colour: str
    dashes: str = ""


CURVES = (
    Curve("billed", "Billed", "accent"),
    Curve("due", "Due", "warn", "7 4"),
    Curve("paid", "Paid", "ok", "2 3"),
    Curve("retained", "Retained", "busy", "10 3 2 3"),
)


@require_safe
def contract_cash_flow(request, company, project, contract_id):
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    tabs = contract_tabs(contract, terms_on(request, project), "contract_cash_flow")
    values = _values(request, PrimeContract.objects.filter(pk=contract.pk))
    return render(request, "invoicing/cash_flow.html", values | {"contract": contract, "tabs": tabs})


@require_safe
def project_cash_flow(request, company, project):
    """All contracts of the project that are open to the person."""
    project = project_page(request, company, project)
    tabs = project_tabs(project, terms_on(request, project), "project_cash_flow")
    values = _values(request, PrimeContract.objects.filter(project=project).open_to(request.user))
    return render(request, "invoicing/cash_flow.html", values | {"tabs": tabs})


def _values(request, contracts):
    rows = with_cash(contracts)
    found = rows.aggregate(**{f"all_{name}": Sum(name) for name in SUMS})
    totals = {name: found[f"all_{name}"] or ZERO for name in SUMS}
    page = keyset_page(rows, request.GET.get("cursor", ""), key="number")
    return {
        "page": page,
        "totals": totals | {"share": percentage(totals["billed"], totals["revised"])},
        "bars": _bars(page.rows),
        "months": (months := months_of(contracts)),
        "curve": _curve(months),
    }


def _bars(contracts):
    """A row for each contract, all on one scale; the share goes onto the contract for the table too."""
    scale = scale_of([getattr(each, name) for each in contracts for name in ("revised", "billed", "paid")])
    rows = []
    for at, each in enumerate(contracts):
        each.billed_share = percentage(each.billed, each.revised)
        lengths = {name: bar(getattr(each, name), scale) for name in ("revised", "billed", "paid")}
        rows.append({"contract": each, "top": at * ROW_HEIGHT, **lengths})
    return {"rows": rows, "height": len(rows) * ROW_HEIGHT}


def _curve(months):
    """The four lines on one scale, with the labels of both axes; None where there is nothing to draw."""
    if not months:
        return None
    series = {curve: [getattr(month, curve.name) for month in months] for curve in CURVES}
    scale = scale_of([value for values in series.values() for value in values])
    return {
        "lines": [(curve, polyline(values, scale)) for curve, values in series.items()],
        "amounts": scale.marks,
        "months": month_marks([month.first for month in months]),
        "last": months[-1],
    }
