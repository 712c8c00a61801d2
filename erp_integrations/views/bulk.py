"""Decisions about many invoices: the picked ones, or all that match; a result for each."""

from itertools import islice

from django.contrib import messages
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from erp_integrations import actions
from erp_integrations.forms.decisions import RejectForm
from erp_integrations.forms.reasons import COMMON_REASONS
from erp_integrations.policies import can_decide
from erp_integrations.queue import Filter, beyond_accept, retriable, waiting
from erp_integrations.views.answers import back_to_list
from erp_integrations.views.fetch import company_of, picks_of
from erp_integrations.views.listing import listing_behind
from erp_integrations.views.progress import counted
from erp_integrations.views.queue import MOST_AT_ONCE
from erp_integrations.views.surroundings import around
from invoicing.models import OwnerInvoice

SKIPPED_SHOWN = 20
NOTHING_PICKED = "Select at least one invoice first."


@require_POST
def accept_many(request, company):
    """Accept the picked invoices, or all that the list had when it was shown; each skipped one says why."""
    company = company_of(request, company, can_decide)
    whole = "all" in request.POST
    picks = _shown(request, company) if whole else _picked(request)
    results = actions.accept_invoices(company.pk, picks, actor=request.user)
    tell_results(request, "Accepted", results, undo=True, rest=_rest(request, company, results) if whole else 0)
    return redirect(back_to_list(request, company))


def _picked(request, name="ids"):
    return dict(islice(picks_of(request, name).items(), MOST_AT_ONCE))


def _shown(request, company):
    """All that the list had, with the versions of then; not what has been accepted since, one by one."""
    picks = _picked(request, "shown")
    accepted = set(beyond_accept(company).filter(pk__in=picks).values_list("pk", flat=True))
    return {number: version for number, version in picks.items() if number not in accepted}


@require_POST
def undo_many(request, company):
    """Take back what one press has accepted, as far as its export has not started."""
    company = company_of(request, company, can_decide)
    results = actions.undo_accepts(company.pk, _picked(request), actor=request.user)
    tell_results(request, "Undid", results)
    return redirect(back_to_list(request, company))


@require_POST
def retry_many(request, company):
    """Retry the picked invoices, or all of the filter that another try can help."""
    company = company_of(request, company, can_decide)
    whole = "all" in request.POST
    picks = dict.fromkeys(_listed(request, company)[:MOST_AT_ONCE]) if whole else _picked(request)
    results = actions.retry_exports(company.pk, picks, actor=request.user)
    tell_results(request, "Retried", results, rest=_rest(request, company, results) if whole else 0)
    return redirect(back_to_list(request, company))


def _listed(request, company):
    """The ids of all that a press for all can help, in the list it came from, longest there first."""
    listing = listing_behind(back_to_list(request, company))
    if listing.chosen not in (Filter.READY, Filter.FAILED):
        return OwnerInvoice.objects.none().values_list("pk", flat=True)
    rows = listing.rows(company)
    helped = retriable(rows) if listing.chosen == Filter.FAILED else waiting(rows)
    return helped.order_by(listing.order[0], "pk").values_list("pk", flat=True)


def _rest(request, company, results):
    """How many a press for all has left over: beyond the most at once, or come in since the list was shown."""
    return _listed(request, company).exclude(pk__in=[each.invoice_id for each in results]).count() if results else 0


@require_http_methods(["GET", "HEAD", "POST"])
def reject_many(request, company):
    """One Reason for all picked; one mail to each creator."""
    company = company_of(request, company, can_decide)
    picks = _picked(request)
    asks_first = "reason" not in request.POST
    form = RejectForm(None if asks_first else request.POST)
    if picks and not asks_first and form.is_valid():
        results = actions.reject_invoices(company.pk, picks, actor=request.user, reason=form.cleaned_data["reason"])
        tell_results(request, "Rejected", results)
        return redirect(back_to_list(request, company))
    return _reject_many_page(request, company, picks, form)


def _reject_many_page(request, company, picks, form):
    picked = OwnerInvoice.objects.sent().filter(company=company, pk__in=picks).order_by("pk")
    invoices = list(picked.select_related("contract", "created_by"))
    if not invoices:
        messages.error(request, NOTHING_PICKED)
        return redirect(back_to_list(request, company))
    values = {
        "form": form,
        "invoices": invoices,
        "ids": request.POST.getlist("ids"),
        "title": f"Reject {counted(len(invoices))}",
        "people": len({invoice.created_by_id for invoice in invoices}),
        "common_reasons": COMMON_REASONS,
        "back": back_to_list(request, company),
    }
    status = 422 if form.is_bound else 200
    return render(request, "erp_integrations/reject_many.html", around(request, company) | values, status=status)


def tell_results(request, done_word, results, *, undo=False, rest=0, nothing=NOTHING_PICKED):
    """Leave a note with a line for each that was skipped; with `undo`, a button that takes the others back.

    `rest` is how many more there are for another press.
    """
    if not results:
        messages.error(request, nothing)
        return
    done, skipped = [each for each in results if each.done], [each for each in results if not each.done]
    values = {
        "said": f"{done_word} {len(done):,} of {counted(len(results))}.",
        "skipped": skipped[:SKIPPED_SHOWN],
        "skipped_count": len(skipped),
        "more": len(skipped) - SKIPPED_SHOWN,
        "undo": done if undo else (),
        "rest": rest,
        "rest_most": min(rest, MOST_AT_ONCE),
        "company": request.company,
        "back_fields": {"back": back_to_list(request, request.company)},
    }
    note = render_to_string("erp_integrations/_results.html", values, request=request)
    (messages.warning if skipped or rest else messages.success)(request, note)
