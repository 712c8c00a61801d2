"""What a press answers: with htmx the fresh parts of the page, without it the same page again."""

import json
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme

from directory.web.access import company_or_404
from erp_integrations.queue import RELATED, Filter, row_of
from erp_integrations.views.listing import Listing, listing_behind
from erp_integrations.views.progress import counted
from erp_integrations.views.queue import decided, listed, summed
from erp_integrations.views.surroundings import around, pane
from invoicing.models import OwnerInvoice
from invoicing.reconciliation import written_in


def back_to_list(request, company):
    """The list or page the press came from, with its filter, search and cursor."""
    back = back_of(request)
    home = reverse("erp_integrations:owner_invoices", args=[company.slug]).rsplit("/", 2)[0]
    return back if back.startswith(f"{home}/") else Listing().url(company)


def back_of(request):
    """Where a press says it came from, if that is a path of ours; else ""."""
    behind = request.htmx.current_url_abs_path if request.htmx else ""
    back = request.POST.get("back") or request.GET.get("back") or behind or ""
    local = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if local and "#" not in back else ""


def changed_row(request, invoice, said, *, focus="", failed=False):
    """The row as it stands now, with counts and card; `said` is spoken, and noted when nothing was changed."""
    if not request.htmx:
        (messages.error if failed else messages.success)(request, said)
        return redirect(f"{back_to_list(request, invoice.company)}#inv-{invoice.pk}")
    company = company_or_404(request, invoice.company.slug)
    values = parts(request, company)
    fresh = OwnerInvoice.objects.sent().filter(pk=invoice.pk).select_related(*RELATED).first()
    if fresh is None:
        return _row_went(request, company, invoice, said, values, kind="bad" if failed else "ok")
    values |= {
        "item": decided(row_of(fresh), request.user, values["back_fields"]["back"]),
        "failed": said if failed else "",
    }
    spoken = said if failed else f"{said} {_ready_for_export(values['card'], company)}"
    triggers = {"say": spoken, "focus": focus or f"inv-{invoice.pk}"}
    return answer(request, "erp_integrations/_changed_row.html", values, triggers)


def gone_row(request, invoice, said, *, links=()):
    """The row has left the list: the note says so and stays; `links` are pairs of address and words."""
    company = company_or_404(request, invoice.company.slug)
    note = format_html("{}{}", said, format_html_join("", ' <a href="{}">{}</a>', links))
    if not request.htmx:
        messages.success(request, note)
        listing = listing_behind(back_to_list(request, company))
        here = reverse("erp_integrations:invoice", args=[company.slug, invoice.pk])
        return redirect(listing.url(company) if back_of(request).startswith(here) else back_to_list(request, company))
    return _row_went(request, company, invoice, said, parts(request, company) | {"note": note})


def _row_went(request, company, invoice, said, values, kind="ok"):
    following = values["listing"].following(company, invoice)
    values = {"note": said} | values | {"gone": invoice.pk, "kind": kind}
    focus = f"inv-{following.pk}" if following else "list"
    triggers = {"say": said, "closeDialog": True, "focus": focus}
    return answer(request, "erp_integrations/_gone_row.html", values, triggers)


def whole_list(request, company):
    """The values of the list the press came from, all of it, with what stands around."""
    back = back_to_list(request, company)
    return parts(request, company) | listed(request, company, listing_behind(back), cursor_of(back), back=back)


def cursor_of(url):
    """Where in its pages a URL stands."""
    return QueryDict(urlsplit(url).query).get("cursor", "")


def parts(request, company):
    """What is swapped beside the row: filters, card, totals."""
    back = back_to_list(request, company)
    listing = listing_behind(back)
    values = around(request, company)
    values |= pane(request, company, values["counts"], listing)
    values |= {"listing": listing, "chosen": listing.chosen, "search": listing.search, "fragment": True}
    values |= {"back_fields": {"back": back}, "whole_url": listing.whole().url(company)}
    return values if listing.chosen == Filter.REJECTED else values | summed(listing, listing.rows(company))


def answer(request, template, values, triggers, status=200):
    response = render(request, template, values, status=status)
    response["HX-Trigger-After-Settle"] = json.dumps(triggers)
    return response


def _ready_for_export(card, company):
    accepted = card["accepted"]
    return f"{counted(accepted['count'])}, {written_in(company.currency)(accepted['due'])}, ready for Export to ERP."
