"""Change orders of a prime contract: the list, one with its lines, and the moves that decide it."""

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.web.access import require
from directory.web.kept import forgotten
from directory.web.paging import keyset_page
from invoicing import actions
from invoicing.change_orders import EDITABLE, can_edit_order, moves_of, waiting_on, with_amounts
from invoicing.exceptions import ChangeOrderChanged, ChangeOrderLocked, FieldRefused, ScheduleRefused
from invoicing.forms.change_orders import ChangeOrderForm, initial_of
from invoicing.forms.schedule import ScheduleSheet
from invoicing.models import CostCode
from invoicing.money import ZERO
from invoicing.policies import can_administer_contracts, can_edit_contracts
from invoicing.states import CHANGE_ORDER_MOVES, ChangeOrderStatus
from invoicing.views.answers import CONFLICT, page_status, refuse
from invoicing.views.fetch import (
    change_order_or_404,
    contract_or_404,
    project_page,
    terms_on,
    version_of,
    version_shown,
)
from invoicing.views.navigation import contract_tabs, url_of


@require_safe
def change_orders(request, company, project, contract_id):
    """The contract's change orders, what each adds, and what they come to."""
    project = project_page(request, company, project)
    contract = contract_or_404(project, contract_id)
    latest, offered = waiting_on(contract)
    orders = with_amounts(contract.change_orders.all())
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, project), "change_orders"),
        "page": keyset_page(orders, request.GET.get("cursor", ""), key="number"),
        "totals": _totals(orders),
        "latest": latest,
        "offered": offered,
        "can_edit": can_edit_contracts(request.user, project),
        "new_url": url_of("change_order_new", project, contract_id=contract.pk),
    }
    return render(request, "invoicing/change_orders.html", values)


def _totals(orders):
    """What is approved, and what waits for a decision."""
    found = orders.aggregate(
        approved=Sum("amount", filter=Q(status=ChangeOrderStatus.APPROVED)),
        waiting=Sum("amount", filter=Q(status__in=EDITABLE)),
    )
    return {name: value or ZERO for name, value in found.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def change_order_new(request, company, project, contract_id):
    project = project_page(request, company, project, can_edit_contracts)
    contract = contract_or_404(project, contract_id)
    form = ChangeOrderForm(request.POST or None, initial={"number": actions.next_change_order_number(contract)})
    if form.is_valid():
        details = actions.ChangeOrderDetails(**form.cleaned_data)
        try:
            order = actions.create_change_order(contract.pk, details, actor=request.user)
        except FieldRefused as error:
            refuse(form, error)
        else:
            messages.success(request, f"{order.number} was created. Add its lines.")
            return redirect(_url(contract, order))
    values = {"form": form, "contract": contract, "tabs": _tabs(request, contract)}
    return render(request, "invoicing/change_order_new.html", values, status=page_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def change_order(request, company, project, contract_id, order_id):
    """One change order: its fields and lines as a form while they may change, and what may be done with it."""
    project = project_page(request, company, project)
    order = change_order_or_404(contract_or_404(project, contract_id), order_id)
    if request.method != "POST":
        return _page(request, order)
    require(can_edit_contracts(request.user, project))
    return _save(request, order)


def _save(request, order):
    form, sheet = ChangeOrderForm(request.POST), _sheet(order, request.POST)
    problem = ""
    if form.is_valid() and sheet.is_valid():
        details = actions.ChangeOrderDetails(**form.cleaned_data)
        try:
            saved = actions.save_change_order(
                order.pk, details, sheet.entries, actor=request.user, version=version_of(request)
            )
        except ScheduleRefused as error:
            sheet.refuse(error.problems)
        except FieldRefused as error:
            refuse(form, error)
        except (ChangeOrderLocked, ChangeOrderChanged) as error:
            problem = str(error)
        else:
            messages.success(request, f"{saved.number} was saved.")
            return forgotten(request, redirect(_url(order.contract, order)))
    order.refresh_from_db(fields=["version", "status"])
    return _page(request, order, form, sheet, problem)


def _page(request, order, form=None, sheet=None, problem=""):
    contract, can_save = order.contract, can_edit_order(request.user, order)
    typed = [] if can_save or sheet is None else _texts(sheet)
    if not can_save:  # what stands is shown, whatever was typed
        form = sheet = None
    sheet, sums = sheet or _sheet(order), with_amounts(contract.change_orders.filter(pk=order.pk)).get()
    values = {
        "contract": contract,
        "order": order,
        "tabs": _tabs(request, contract),
        "form": form or ChangeOrderForm(initial=initial_of(order)),
        "sheet": sheet,
        "amount": sums.amount,
        "has_lines": any(row.line for row in sheet.rows),
        "cost_codes": CostCode.objects.filter(company=contract.company),
        "can_save": can_save,
        "typed": typed,
        "moves": moves_of(request.user, order),
        "joined": sums.first_billed,
        "problem": problem,
        "version": version_shown(request, order, problem),
    }
    status = CONFLICT if problem else page_status(values["form"], sheet)
    return render(request, "invoicing/change_order.html", values, status=status)


def _texts(sheet):
    """Each typed line in one text."""
    lines = (" ".join(cell.value for cell in row.cells.values() if cell.value) for row in sheet.rows)
    return [line for line in lines if line]


@require_POST
def change_order_move(request, company, project, contract_id, order_id, move):
    """Submit, approve, reject, put back to draft or void."""
    project = project_page(request, company, project)
    order = change_order_or_404(contract_or_404(project, contract_id), order_id)
    if move not in CHANGE_ORDER_MOVES:
        raise Http404("No such move.")
    for_admins = CHANGE_ORDER_MOVES[move].for_admins
    require((can_administer_contracts if for_admins else can_edit_contracts)(request.user, project))
    try:
        order = actions.move_change_order(order.pk, move, actor=request.user, version=version_of(request))
    except (ChangeOrderLocked, ChangeOrderChanged) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{order.number} is {order.get_status_display()}.")
    return redirect(_url(order.contract, order))


def _sheet(order, post=None):
    codes = CostCode.objects.filter(company=order.contract.company) if post else ()
    return ScheduleSheet(order.contract, order.lines.select_related("cost_code"), None, codes, post)


def _tabs(request, contract):
    return contract_tabs(contract, terms_on(request, contract.project), "change_orders")


def _url(contract, order):
    return url_of("change_order", contract.project, contract_id=contract.pk, order_id=order.pk)
