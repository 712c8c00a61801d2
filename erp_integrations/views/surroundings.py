"""What stands around every list here: tabs, the filters with their counts, the Export to ERP card."""

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from directory.terminology import spoken, terms_of
from directory.web.paging import COUNT_CAP, capped_count
from erp_integrations.models import AttemptOutcome, ErpConnection
from erp_integrations.policies import can_connect, can_decide, can_export
from erp_integrations.queue import Filter, counts_of, invoices_under, run_to_tell, totals_of
from erp_integrations.views.listing import LATE_DAYS, Listing
from erp_integrations.views.progress import run_progress
from invoicing.states import ErpStatus

KEY_OF = {Filter.READY: "r", Filter.FAILED: "f", Filter.SYNCED: "s"}


def terms_on(request, company):
    return terms_of(spoken(request.user.dictionary, company.dictionary))


def around(request, company, *, tab="owner_invoices"):
    """The values of the page head: connection and tabs."""
    connection = ErpConnection.objects.filter(company=company).first()
    counts = counts_of(company)
    return {
        "company": company,
        "connection": connection,
        "connected": f"Connected to {connection.adapter_label}" if connection else "",
        "last_answer_at": AttemptOutcome.objects.filter(company=company).aggregate(at=Max("finished_at"))["at"],
        "counts": counts,
        "ready_count": shown(counts[Filter.READY]),
        "tabs": _tabs(request, company, tab, shown(counts[Filter.READY])),
        "decide": can_decide(request.user, company),
        # Few pages ask, and a no costs a query for who can help.
        "connect": SimpleLazyObject(lambda: can_connect(request.user, company)),
    }


def _tabs(request, company, current, ready):
    terms = terms_on(request, company)
    pages = [
        ("owner_invoices", terms.owner_invoices.name, ready, 1),
        ("runs", "Exports", None, 2),
        ("mappings", "Mappings", None, 3),
        ("settings", "Settings", None, 3),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"erp_integrations:{name}", args=[company.slug]),
            "current": name == current,
            "count": count,
            "priority": priority,
        }
        for name, label, count, priority in pages
    ]


def shown(count):
    """A count as far as it was counted: "1,000+" beyond the cap."""
    return count if count <= COUNT_CAP else f"{COUNT_CAP:,}+"


def pane(request, company, counts, listing):
    """The right pane: the filters with their counts, and the card of what Export to ERP would send or is sending."""
    run = request.told_run = run_to_tell(company, request.user)  # the bar tells of the same
    return {
        "filters": filters(company, counts, listing),
        "saved": saved_views(company, listing),
        "card": export_card(request, company, run),
        "told": run_progress(run) if run else None,
    }


def filters(company, counts, listing):
    return [
        {
            "label": each.label,
            "url": Listing(each).url(company),
            "count": shown(count),
            "current": each == listing.chosen and not listing.older,
            "bad": each in (Filter.FAILED, Filter.NEEDS_CHECK),
            "go": KEY_OF.get(each, ""),
        }
        for each, count in counts.items()
    ]


def saved_views(company, listing):
    late = Listing(older=LATE_DAYS)
    return [
        {
            "label": f"Waiting over {LATE_DAYS} days",
            "url": late.url(company),
            "count": shown(capped_count(late.rows(company))),
            "current": listing.chosen == Filter.READY and listing.older == LATE_DAYS,
        }
    ]


def export_card(request, company, run):
    """What the next press of Export to ERP would send, and the run that is under way."""
    accepted = invoices_under(company, Filter.READY).filter(erp_status=ErpStatus.ACCEPTED)
    if run and run.launched_at is None:
        accepted = accepted.exclude(pk__in=run.left_to_join())  # pressed for already
    totals = totals_of(accepted)
    return {
        "accepted": totals | {"held": -totals["retained"]},
        "export": can_export(request.user, company),
        "running": run_progress(run) if run and run.finished_at is None else None,
    }
