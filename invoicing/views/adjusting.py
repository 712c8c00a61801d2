"""Pages that act over many lines of a draft: amounts spread over them, and the same percentages on all of them."""

from dataclasses import dataclass

from django.views.decorators.http import require_http_methods

from invoicing.actions import adjusting, bulk_editing
from invoicing.actions.many_lines import counted
from invoicing.forms.adjusting import AdjustmentForm, RetainageAdjustmentForm
from invoicing.forms.many_lines import BulkEditForm
from invoicing.money import ZERO, format_amount
from invoicing.payment_application import FILL, INSTALL, RELEASE, TAKE_BACK
from invoicing.policies import can_edit_contracts
from invoicing.views.fetch import invoice_or_404, project_page
from invoicing.views.previewing import Act, previewed

ITEMS_FROM_A_LINK = 20


@dataclass(frozen=True)
class Words:
    """What a page is called, its button, the headings of what a line has, its part and what is left; how it is done."""

    title: str
    button: str
    has: str
    part: str
    left: str
    how: str


HELD = "It is spread in proportion to what each line holds, to the cent."
MOVED = (
    "What is completed and stored stays as it is; retainage follows the rates of each line for work and for stored"
    " materials."
)
FILLED = (
    "It is added to what is billed already, in proportion to column H of each line, to the cent. Deductive lines take"
    " their part below zero; lines at their value or beyond take none."
)
RELEASING = Words("Release retainage", "Release", "Held", "Released now", "Held after", HELD)
TAKING_BACK = Words("Take back released retainage", "Take back", "Released", "Taken back", "Released after", HELD)
INSTALLING = Words("Install stored materials", "Install", "Stored, F", "Into work, E", "Stored after, F", MOVED)
FILLING = Words("Bill by balance to finish", "Bill", "Left to bill", "Billed now", "Left after", FILLED)


@require_http_methods(["GET", "HEAD", "POST"])
def release(request, company, project, invoice_id):
    """Release retainage: of a line, a group or everything, in part or in full."""
    invoice = _invoice(request, company, project, invoice_id)
    released = sum((line.retainage_released for line in invoice.lines.all()), ZERO)
    return _adjusting(request, invoice, RELEASE, RELEASING, released=released)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, company, project, invoice_id):
    """Hold again what this application releases."""
    return _adjusting(request, _invoice(request, company, project, invoice_id), TAKE_BACK, TAKING_BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def install(request, company, project, invoice_id):
    """Move materials stored into the work of this period."""
    return _adjusting(request, _invoice(request, company, project, invoice_id), INSTALL, INSTALLING)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request, company, project, invoice_id):
    """Bill an amount on a group, or on all lines, in proportion to what is left of each."""
    return _adjusting(request, _invoice(request, company, project, invoice_id), FILL, FILLING)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_edit(request, company, project, invoice_id):
    """Set percentages on many lines: complete to date, retainage on work and on stored materials."""
    invoice = _invoice(request, company, project, invoice_id)
    groups = {name: name or "Without a group" for name in bulk_editing.groups_of(invoice)}
    form = BulkEditForm(_typed(request), initial=_initial(request, invoice), groups=groups)
    return previewed(request, invoice, form, BULK_EDIT)


BULK_EDIT = Act(
    title="Edit many lines",
    button="Change the lines",
    template="invoicing/bulk_edit.html",
    plan=bulk_editing.plan_bulk_edit,
    carry_out=bulk_editing.edit_in_bulk,
    said=lambda plan: f"{counted(len(plan.lines))} changed.".capitalize(),
)


def _invoice(request, company, project, invoice_id):
    return invoice_or_404(project_page(request, company, project, can_edit_contracts), invoice_id)


def _adjusting(request, invoice, adjustment, words, **values):
    shows_work = adjustment in (INSTALL, FILL)
    kind = AdjustmentForm if shows_work else RetainageAdjustmentForm
    sums = adjusting.has_by_group(invoice, adjustment)
    form = kind(_typed(request), initial=_initial(request, invoice), adjustment=adjustment, sums=sums)
    act = Act(
        title=words.title,
        button=words.button,
        template="invoicing/adjustment.html",
        plan=adjusting.plan_adjustment,
        carry_out=adjusting.adjust,
        said=lambda plan: f"{words.part}: {format_amount(plan.amount)}.",
    )
    return previewed(request, invoice, form, act, words=words, shows_work=shows_work, **values)


def _typed(request):
    return request.POST if request.method == "POST" else None


def _initial(request, invoice):
    return {"note": invoice.retainage_note, "item": request.GET.get("line", "")[:ITEMS_FROM_A_LINK]}
