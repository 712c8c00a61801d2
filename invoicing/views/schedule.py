from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from directory.policies import deny
from directory.web.access import require
from directory.web.kept import forgotten
from invoicing import actions
from invoicing.exceptions import ContractChanged, ScheduleLocked, ScheduleRefused
from invoicing.figures import by_group
from invoicing.forms.schedule import ScheduleSheet
from invoicing.models import CostCode
from invoicing.money import ZERO
from invoicing.policies import can_edit_contracts, can_keep_codes, why_schedule_locked
from invoicing.views.answers import CONFLICT, page_status
from invoicing.views.fetch import contract_or_404, project_page, terms_on, version_of, version_shown
from invoicing.views.navigation import contract_tabs, url_of
from invoicing.views.sheets import SheetPage, page_asked


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request, company, project, contract_id):
    """The schedule of values: a grid while it may be edited, a list with the reason when it is locked."""
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    if request.method != "POST":
        return _page(request, contract)
    require(can_edit_contracts(request.user, project))
    return _save(request, contract)


def _save(request, contract):
    sheet = _sheet(contract, *_page_of_lines(request, contract), request.POST)
    problem = ""
    if sheet.is_valid():
        try:
            actions.save_schedule(contract.pk, sheet.entries, actor=request.user, version=version_of(request))
        except ScheduleRefused as error:
            sheet.refuse(error.problems)
        except (ScheduleLocked, ContractChanged) as error:
            problem = str(error)
        else:
            messages.success(request, f"The schedule of values of {contract.number} was saved.")
            here = url_of("schedule", contract.project, contract_id=contract.pk)
            return forgotten(request, redirect(f"{here}?{request.GET.urlencode()}" if request.GET else here))
    contract.refresh_from_db(fields=["version"])
    return _page(request, contract, sheet, problem)


def _page(request, contract, sheet=None, problem=""):
    lines, subtotals = _page_of_lines(request, contract)
    locked = why_schedule_locked(contract)
    allowed = can_edit_contracts(request.user, contract.project)
    original = sum((line.scheduled_value for line in lines.lines), lines.elsewhere)
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, contract.project), "schedule"),
        "lines": lines,
        "groups": [name for name in subtotals if name],
        "sheet": sheet or _sheet(contract, lines, subtotals),
        "form": sheet,
        "original": original,
        "off": None if contract.signed_sum is None else original - contract.signed_sum,
        "changes": contract.lines.in_force().exclude(change_order=None).select_related("change_order", "cost_code"),
        "revised": contract.original_sum() + contract.change_order_sum(),
        "cost_codes": CostCode.objects.filter(company=contract.company),
        "can_save": deny(locked) if allowed and locked else allowed,
        "can_keep_codes": can_keep_codes(request.user, contract.company),
        "problem": problem,
        "version": version_shown(request, contract, problem),
    }
    status = CONFLICT if problem else page_status(values["sheet"])
    return render(request, "invoicing/schedule.html", values, status=status)


def _sheet(contract, lines, subtotals, post=None):
    codes = CostCode.objects.filter(company=contract.company) if post else ()
    return ScheduleSheet(contract, lines.lines, subtotals, codes, post)


def _page_of_lines(request, contract):
    """The page of the schedule that is asked for, and the subtotals of all groups."""
    lines = contract.lines.filter(change_order=None).select_related("cost_code")
    ordered, subtotals = by_group(lines)
    number, count, shown = page_asked(len(ordered), request.GET.get("page", ""))
    page = ordered[shown]
    elsewhere = sum(subtotals.values(), ZERO) - sum((line.scheduled_value for line in page), ZERO)
    return SheetPage(page, elsewhere, number, count), subtotals
