"""Owner Invoices: the list under each filter."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from directory.policies import deny
from directory.web.paging import capped_count, keyset_page
from erp_integrations.actions import shared_causes
from erp_integrations.export.known import known_of
from erp_integrations.policies import can_accept, can_decide, can_follow_into_project
from erp_integrations.queue import Filter, retriable, rows_of, totals_of, waiting
from erp_integrations.views.fetch import company_of
from erp_integrations.views.listing import listing_of
from erp_integrations.views.surroundings import around, pane, shown
from invoicing.money import HUNDRED, percentage, round_cents

MOST_AT_ONCE = 500  # invoices that one press moves: a transaction each, within the time that a page may take


@require_safe
def owner_invoices(request, company):
    company, listing = company_of(request, company), listing_of(request.GET)
    values = around(request, company)
    values |= pane(request, company, values["counts"], listing)
    values |= listed(request, company, listing, request.GET.get("cursor", ""), back=request.get_full_path())
    return render(request, "erp_integrations/owner_invoices.html", values)


def listed(request, company, listing, cursor, *, back):
    """The values of the list itself: its page of rows, its totals, and where its buttons come back to."""
    key, descending = listing.order
    invoices = listing.rows(company)
    page = keyset_page(invoices, cursor, key=key, descending=descending)
    values = {"listing": listing, "chosen": listing.chosen, "search": listing.search, "page": page}
    values |= {"back_fields": {"back": back}, "whole_url": listing.whole().url(company)}
    if listing.chosen == Filter.REJECTED:
        return values | _rejections(request, page, invoices)
    if listing.chosen == Filter.FAILED:
        values["causes"] = shared_causes(company)
    known = _known(listing, page)
    rows = [decided(row, request.user, back) | {"known": known.get(row.invoice.pk)} for row in rows_of(page)]
    if listing.chosen == Filter.FAILED:
        values["wants_reconnect"] = any(each["row"].wants_reconnect for each in rows)
    values |= summed(listing, invoices) | {"rows": rows}
    if listing.chosen == Filter.READY and can_decide(request.user, company):
        values["shown"] = _shown(listing, invoices)
    return values


def _shown(listing, invoices):
    """What a press for all posts back: the invoices that the list had, with their versions, and no others."""
    oldest = waiting(invoices).order_by(listing.order[0], "pk").values_list("pk", "version")
    return ",".join(f"{number}:{version}" for number, version in oldest[:MOST_AT_ONCE])


def _known(listing, page):
    return known_of([invoice.pk for invoice in page]) if listing.chosen == Filter.NEEDS_CHECK else {}


def summed(listing, invoices):
    """Totals over the whole filter, and what the line above the list says of it."""
    values = {"totals": totals_of(invoices), "most_at_once": MOST_AT_ONCE}
    if listing.chosen == Filter.READY:
        oldest = values["totals"]["oldest"]
        values["longest_wait"] = _wait(oldest) if oldest else ""
    if listing.chosen == Filter.FAILED:
        values["retriable"] = retriable(invoices).count()
    return values


def _rejections(request, page, rejections):
    rows = [
        (event, event.invoice.deleted_at is None and can_follow_into_project(request.user, event.invoice))
        for event in page
    ]
    return {"rows": rows, "totals": {"count": shown(capped_count(rejections))}}


def _wait(since):
    """ "9 days", as the ages in the rows count them."""
    days = (timezone.localdate() - timezone.localtime(since).date()).days
    if days:
        return "1 day" if days == 1 else f"{days:,} days"
    hours = (timezone.now() - since) // timedelta(hours=1)
    return f"{hours} h" if hours else "under an hour"


def decided(row, user, back):
    """A row for the template, with what the person may do about it; its buttons come back to `back`."""
    invoice, accept = row.invoice, can_accept(user, row.invoice)
    here = [invoice.company.slug, invoice.pk]
    return {
        "row": row,
        "invoice": invoice,
        "job": row.job,
        "accept": accept if not accept or row.ready else deny(row.not_ready),
        "why_not": _why_not(accept, user, row),
        "reject_url": f"{reverse('erp_integrations:reject', args=here)}?{urlencode({'back': back})}",
        "target": f"#inv-{invoice.pk}",
        "accept_id": f"accept-{invoice.pk}",
        "undo_id": f"undo-{invoice.pk}",
        "accepted": _accepted(invoice, user),
        "billed_share": _whole_share(invoice),
        "retained_rate": _rate(invoice.retainage_this_period, invoice.billed_this_period),
    }


def _why_not(accept, user, row):
    """The id of the sentence why not, where it stands on the page already; "" for a reason of this row's own."""
    if not can_decide(user, row.invoice.company):
        return "why-decide"
    return f"check-{row.invoice.pk}" if accept and not row.ready else ""


def _whole_share(invoice):
    """How much of the contract is billed, in whole percent, cut off: 99.9% is not finished."""
    share = percentage(invoice.completed_and_stored, invoice.contract_sum_to_date)
    return None if share is None else int(share)


def _rate(part, whole):
    """In percent, rounded to hundredths: retainage is rounded to cents, and 10% must not read as 9.99%."""
    return round_cents(part * HUNDRED / whole) if whole else None


def _accepted(invoice, user):
    """ "by you, 9:41 AM", "by M. Lund, Nov 3"; "" when it is not accepted."""
    if invoice.accepted_by is None:
        return ""
    at = timezone.localtime(invoice.accepted_at)
    when = date_format(at, "g:i A" if at.date() == timezone.localdate() else "M j")
    return f"by {'you' if invoice.accepted_by_id == user.pk else briefly(invoice.accepted_by.name)}, {when}"


def briefly(name):
    """ "M. Lund" for Mara Lund, so that a row needs two lines only; one word stays."""
    first, _, rest = name.strip().partition(" ")
    return f"{first[0]}. {rest.split()[-1]}" if rest.strip() else first
