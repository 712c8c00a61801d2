"""A person's work in one company: what waits for them, what failed, what they must fix, what happened lately."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import links
from directory.policies import has_level, is_accounting_approver
from directory.privileges import Tool, ToolLevel
from directory.web.access import company_or_404
from directory.web.paging import capped_count
from erp_integrations.policies import can_see_queue
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.policies import levels_of, opens
from invoicing.states import RETURN, WITH_PROJECT, BillingStatus, ErpStatus

ROWS_TO_FIX = 20
EVENTS_SHOWN = 8
# Every save, and the second half of a rejection.
NOT_TOLD = ("edited", RETURN.name)


@require_safe
def home(request, company):
    company = company_or_404(request, company)
    user, queue = request.user, bool(can_see_queue(request.user, company))
    levels = levels_of(user, company)
    to_fix = drafts_to_fix(user, company)
    values = {
        "counts": [*(queue_counts(company) if queue else ()), *(own_counts(to_fix) if levels else ())],
        "to_fix": [(invoice, links.in_project(invoice)) for invoice in to_fix.order_by("-pk")[:ROWS_TO_FIX]],
        "events": [
            (event, links.seen_by(event.invoice, opens(user, event.invoice.contract, levels), queue))
            for event in recent_events(user, company, queue)
        ],
        "next_step": next_step(user, company),
    }
    return render(request, "home.html", values | {"waiting": any(each["count"] for each in values["counts"])})


def queue_counts(company):
    """What waits for an approver, what the ERP did not take, and what nobody knows of yet."""
    sent = OwnerInvoice.objects.sent().filter(company=company)
    ready = sent.filter(erp_status=ErpStatus.READY_TO_EXPORT)
    return [
        _count("Waiting for a decision", ready, links.queue(company, "ready")),
        _count("Failed to Export", sent.filter(erp_status=ErpStatus.FAILED), links.queue(company, "failed"), bad=True),
    ]


def own_counts(to_fix):
    return [_count("Sent back to you to fix", to_fix, "#to-fix")]


def _count(label, invoices, url, bad=False):
    return {"label": label, "count": capped_count(invoices), "url": url, "bad": bad}


def drafts_to_fix(user, company):
    """What this person created and accounting, or a reviewer, sent back."""
    mine = OwnerInvoice.objects.visible_to(user).filter(company=company, created_by=user)
    returned = mine.filter(status=BillingStatus.REVISE_AND_RESUBMIT, erp_status__in=WITH_PROJECT)
    return returned.select_related("contract__project", "company", "period")


def recent_events(user, company, queue):
    """The last moves of invoices this person may see: those of their projects, and all that were sent."""
    invoices = OwnerInvoice.objects.visible_to(user).filter(company=company)
    if queue:
        invoices = invoices | OwnerInvoice.objects.sent().filter(company=company)
    events = InvoiceEvent.objects.filter(company=company, invoice__in=invoices.values("pk")).exclude(move__in=NOT_TOLD)
    return events.select_related("actor", "invoice__contract__project", "invoice__company")[:EVENTS_SHOWN]


def next_step(user, company):
    """When nothing waits: the one thing this role does next, as (sentence, url, words of the link)."""
    waiting = "When a project team sends an invoice, it appears here."
    if is_accounting_approver(user, company):
        return waiting, links.queue(company, "synced"), "Synced invoices"
    if has_level(user, company, Tool.ERP_INTEGRATIONS, ToolLevel.READ_ONLY):
        return waiting, links.queue(company), Tool.ERP_INTEGRATIONS.label
    project = links.first_project(user, company)
    if project is not None:
        return "Prepare the next invoice in your project.", links.contracts(project), project.name
    if has_level(user, company, Tool.COMPANY_DIRECTORY, ToolLevel.READ_ONLY):
        return "Say who may do what in this company.", links.people(company), Tool.COMPANY_DIRECTORY.label
    return "You have no tools in this company yet. A Directory Admin can give you some.", "", ""
