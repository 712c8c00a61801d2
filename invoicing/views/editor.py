"""The page of one application: its summary, its lines as a grid or as a list, its checks and its history."""

from django.shortcuts import render

from invoicing import payment_policies, policies
from invoicing.actions.reducing import proposal_for
from invoicing.change_orders import offered_to
from invoicing.credits import why_credit_refused
from invoicing.figures import added_up, without
from invoicing.forms.invoices import DetailsForm
from invoicing.forms.lines import LineSheet
from invoicing.models import InvoiceEvent
from invoicing.states import REJECT, RETURN, REVISE, BillingStatus, ErpStatus
from invoicing.views.answers import CONFLICT, page_status
from invoicing.views.checks import checks_shown
from invoicing.views.fetch import terms_on, version_shown
from invoicing.views.navigation import contract_tabs, url_of
from invoicing.views.payments import payments_of
from invoicing.views.sheets import SheetPage, page_asked

EVENTS_SHOWN = 50
COLUMN_SUMS = (
    "scheduled_value",
    "work_previous",
    "work_this_period",
    "materials_stored",
    "retainage_released",
)
DECISIONS = ("edit", "submit", "approve", "ask_to_revise", "reopen", "void", "delete", "restore", "send", "recall")


def lines_page(request, invoice):
    """The lines that are typed into at once; of the others only what they come to is read."""
    count, whole = added_up(invoice.lines)
    number, pages, shown = page_asked(count, request.GET.get("page", ""))
    lines = list(invoice.lines.select_related("contract_line__cost_code", "contract_line__change_order")[shown])
    return SheetPage(lines, without(whole, lines), number, pages)


def editor_page(request, invoice, *, lines=None, sheet=None, details=None, conflict=""):
    """Draw the page; after a refused save with the typed `sheet` and `details`, after a conflict with its sentence."""
    project, user = invoice.contract.project, request.user
    lines = lines or lines_page(request, invoice)
    sheet = sheet or LineSheet(lines.lines)
    can = {name: getattr(policies, f"can_{name}")(user, invoice) for name in DECISIONS}
    details = details or DetailsForm(initial=initial_details(invoice), project=project)
    events = history(invoice)
    approved = invoice.status == BillingStatus.APPROVED
    values = {
        "invoice": invoice,
        "contract": invoice.contract,
        "tabs": contract_tabs(invoice.contract, terms_on(request, project), "contract_invoices"),
        "lines": lines,
        "sheet": sheet,
        "sums": column_sums(lines),
        "details": details,
        "form": sheet if sheet.errors else details,
        "can": can,
        "conflict": conflict,
        "version": version_shown(request, invoice, conflict),
        "events": events,
        "attachments": invoice.attachments.standing(),
        "offered": list(offered_to(invoice)) if can["edit"] else [],
        "reduction": proposal_for(invoice) if can["edit"] else None,
        "came_back": came_back(invoice, events),
        "locked": policies.why_locked(invoice),
        "credit": why_credit_refused(invoice) if can["edit"] else "",
        "checks": checks_shown(invoice, lines, typed=bool(can["edit"])),
        "here": url_of("invoice", project, invoice_id=invoice.pk),
        "payments": payments_of(invoice) if approved else (),
        "can_record_payment": payment_policies.can_record_payment(user, invoice) if approved else None,
    }
    status = CONFLICT if conflict else page_status(sheet, details)
    return render(request, "invoicing/invoice.html", values, status=status)


def initial_details(invoice):
    return {
        "number": invoice.number,
        "period": invoice.period_id,
        "billing_date": invoice.billing_date,
        "retainage_note": invoice.retainage_note,
    }


def column_sums(page):
    """The totals of the columns that are not on the summary, and of column H: of all lines, on whatever page."""
    sums = {
        name: sum((getattr(line, name) for line in page.lines), getattr(page.elsewhere, name)) for name in COLUMN_SUMS
    }
    completed = sums["work_previous"] + sums["work_this_period"] + sums["materials_stored"]
    return {**sums, "balance": sums["scheduled_value"] - completed}


def history(invoice):
    """What was done, latest first; the billing half of a rejection says nothing of its own."""
    events = InvoiceEvent.objects.filter(invoice=invoice).exclude(move=RETURN.name).select_related("actor")
    return list(events[:EVENTS_SHOWN])


def came_back(invoice, events):
    """The event that sent it back to the project, while that is where it still is."""
    if invoice.erp_status == ErpStatus.REJECTED:
        return next((event for event in events if event.move == REJECT.name), None)
    if invoice.status == BillingStatus.REVISE_AND_RESUBMIT:
        return next((event for event in events if event.move == REVISE.name), None)
    return None
