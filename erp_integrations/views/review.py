"""One invoice as accounting looks at it: summary, lines, checks, history, and its side in the ERP."""

from django.db.models import F
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.web.paging import keyset_page
from erp_integrations.models import ExportAttempt
from erp_integrations.policies import can_follow_into_project, can_unlink
from erp_integrations.queue import STATUSES, row_of
from erp_integrations.views.doubt import doubt_of
from erp_integrations.views.fetch import company_of, invoice_or_404
from erp_integrations.views.listing import Listing
from erp_integrations.views.queue import decided
from erp_integrations.views.surroundings import around
from invoicing.figure_history import since_rejection
from invoicing.figures import added_up, figures_of, headings
from invoicing.models import InvoiceEvent, OwnerInvoiceLine
from invoicing.states import REJECT, RETURN
from invoicing.views.attachments import attachment_or_404, serve

LINES_SHOWN = 200
EVENTS_SHOWN = 100


@require_safe
def review(request, company, invoice_id):
    company = company_of(request, company)
    invoice = invoice_or_404(company, invoice_id)
    listing = Listing(next(each for each, statuses in STATUSES.items() if invoice.erp_status in statuses))
    row, here = row_of(invoice), request.get_full_path()
    values = around(request, company) | _sheets(request, invoice) | doubt_of(row)
    values |= {
        "row": row,
        "invoice": invoice,
        "held": -invoice.retainage_this_period,
        "listing": listing,
        "list_url": listing.url(company),
        "following": listing.following(company, invoice),
        "previous": listing.following(company, invoice, backwards=True),
        "item": decided(row, request.user, here),
        "job": row.job,
        "rejectable": REJECT.sources,
        "back_fields": {"back": here},
        "unlink": can_unlink(request.user, company),
        "follow": can_follow_into_project(request.user, invoice),
        "events": _history(invoice),
        "since": since_rejection(invoice),
        "attempts": _attempts(invoice),
        "attachments": invoice.attachments.standing(),
    }
    return render(request, "erp_integrations/review.html", values)


@require_safe
def attachment(request, company, invoice_id, attachment_id):
    """A file that project staff attached, for whoever sees the invoice here."""
    invoice = invoice_or_404(company_of(request, company), invoice_id)
    return serve(request, attachment_or_404(invoice, attachment_id))


def _sheets(request, invoice):
    lines = OwnerInvoiceLine.objects.filter(invoice=invoice).select_related("contract_line__change_order")
    lines = lines.annotate(position=F("contract_line__position"))
    page = keyset_page(lines, request.GET.get("cursor", ""), key="position", size=LINES_SHOWN)
    _, sums = added_up(invoice.lines)
    headed = zip(page, headings(page), strict=True)
    return {"page": page, "lines": [(line, figures_of(line), heading) for line, heading in headed], "sums": sums}


def _history(invoice):
    """What happened, newest first; a rejection's second half repeats the first."""
    events = InvoiceEvent.objects.filter(invoice=invoice).exclude(move=RETURN.name)
    return events.select_related("actor")[:EVENTS_SHOWN]


def _attempts(invoice):
    attempts = ExportAttempt.objects.filter(job__invoice=invoice).select_related("outcome_row", "job")
    return attempts.order_by("-pk")[:EVENTS_SHOWN]
