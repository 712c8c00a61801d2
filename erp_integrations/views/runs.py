"""Export to ERP, its progress, its result, and trying again what failed."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from directory.web.access import require
from directory.web.paging import keyset_page
from erp_integrations import actions
from erp_integrations.exceptions import ExportError
from erp_integrations.export.launching import A_TURN
from erp_integrations.models import ExportRun
from erp_integrations.policies import can_decide, can_retry
from erp_integrations.queue import RELATED, Filter, rows_of
from erp_integrations.views.answers import answer, back_to_list, changed_row, cursor_of, parts, whole_list
from erp_integrations.views.fetch import company_of, invoice_or_404, run_or_404, sent_once_or_404, version_of
from erp_integrations.views.listing import listing_behind
from erp_integrations.views.progress import counted, run_progress
from erp_integrations.views.surroundings import around, pane
from invoicing.exceptions import InvoicingError
from invoicing.models import OwnerInvoice

# Lists whose rows an export moves: at its end the note offers them anew, nothing jumps under the pointer.
CHANGED_BY_EXPORTS = (Filter.EXPORTING, Filter.NEEDS_CHECK, Filter.FAILED, Filter.SYNCED)


@require_POST
def export(request, company):
    """Export everything accepted; the card turns into the run's progress, in the same place."""
    company = company_of(request, company, can_decide)
    try:
        run = actions.start_export(company.pk, actor=request.user)
    except ExportError as error:
        return _not_started(request, company, str(error))
    if not request.htmx:
        return redirect(back_to_list(request, company))
    values = whole_list(request, company)
    triggers = {"say": f"{run_progress(run)['title']}.", "focus": "export-link"}
    return answer(request, "erp_integrations/_exporting.html", values, triggers)


def _not_started(request, company, said):
    if not request.htmx:
        messages.error(request, said)
        return redirect(back_to_list(request, company))
    values = parts(request, company) | {"refused": said, "fragment": False}
    triggers = {"say": said, "focus": "export-button"}
    return answer(request, "erp_integrations/_export_card.html", values, triggers, status=409)


@require_safe
def runs(request, company):
    company = company_of(request, company)
    page = keyset_page(
        ExportRun.objects.filter(company=company).select_related("started_by", "company__erp_connection"),
        request.GET.get("cursor", ""),
        key="number",
        descending=True,
    )
    values = {"page": page, "runs": [run_progress(run) for run in page]}
    return render(request, "erp_integrations/runs.html", around(request, company, tab="runs") | values)


@require_safe
def run(request, company, number):
    company = company_of(request, company)
    run = run_or_404(company, number)
    values = around(request, company, tab="runs") | {"progress": run_progress(run)}
    values |= _results(request, run, request.GET.get("cursor", ""), request.get_full_path())
    return render(request, "erp_integrations/run.html", values)


def _results(request, run, cursor, here):
    """What became of each invoice of a run, a page of them; those that did not join say why."""
    invoices = OwnerInvoice.objects.filter(company=run.company, pk__in=run.invoice_ids)
    page = keyset_page(invoices.select_related(*RELATED), cursor)
    return {
        "page": page,
        "rows": [(row, run.skipped.get(str(row.invoice.pk), "")) for row in rows_of(page)],
        "back_fields": {"back": here},
        "own": run.started_by_id == request.user.pk and run.dismissed_at is None,
    }


@require_safe
def progress(request, company, number):
    """The card alone, for polling, with counts and failures; once the run has ended, what would be exported next."""
    company = company_of(request, company)
    run = run_or_404(company, number)
    progress, back = run_progress(run), back_to_list(request, company)
    said = _news(progress, seen=request.GET.get("stuck", ""))
    triggers = {"say": said} if said else {}
    values = {"company": company, "progress": progress}
    if urlsplit(back).path == reverse("erp_integrations:run", args=[company.slug, run.number]):
        if run.finished_at or request.GET.get("done") != str(progress["done"]):
            values |= _results(request, run, cursor_of(back), back)
        return answer(request, "erp_integrations/_run_progress.html", values, triggers)
    listing = listing_behind(back)
    values |= around(request, company)
    values |= pane(request, company, values["counts"], listing)
    values |= {"told": progress, "fragment": True, "back_fields": {"back": back}}
    values["stale"] = back if listing.chosen in CHANGED_BY_EXPORTS or _took_turns(run) else ""
    return answer(request, "erp_integrations/_progress.html", values, triggers)


def _took_turns(run):
    """Whether the press has left rows to Ready to Export that joined afterwards."""
    return len(run.invoice_ids) > A_TURN


def _news(progress, *, seen):
    """What the live region says: each failure and the end, nothing in between."""
    if progress["run"].finished_at:
        return f"Exported {progress['synced']} of {counted(progress['total'])}."
    return f"{progress['stuck_text']}." if progress["stuck"] and str(progress["stuck"]) != seen else ""


@require_POST
def dismiss(request, company, number):
    company = company_of(request, company)
    actions.dismiss_run(run_or_404(company, number).pk, actor=request.user)
    return redirect(back_to_list(request, company))


@require_POST
def retry(request, company, invoice_id):
    company = company_of(request, company)
    invoice = sent_once_or_404(company, invoice_id)
    require(can_retry(request.user, invoice))
    try:
        actions.retry_export(invoice.pk, actor=request.user, version=version_of(request))
    except (InvoicingError, ExportError, OwnerInvoice.DoesNotExist) as error:
        return changed_row(request, invoice, str(error), failed=True)
    messages.success(request, f"{invoice.display_number} is exporting again.")
    return redirect(back_to_list(request, company))


@require_POST
def retry_now(request, company, invoice_id):
    company = company_of(request, company, can_decide)
    invoice = invoice_or_404(company, invoice_id)
    if actions.try_now(invoice.pk, actor=request.user):
        messages.success(request, f"{invoice.display_number} is tried now.")
    else:
        messages.info(request, f"{invoice.display_number} is under way already.")
    return redirect(back_to_list(request, company))


@require_POST
def withdraw(request, company, invoice_id):
    company = company_of(request, company, can_decide)
    invoice = sent_once_or_404(company, invoice_id)
    try:
        actions.withdraw_export(invoice.pk, actor=request.user, version=version_of(request))
    except (InvoicingError, ExportError, OwnerInvoice.DoesNotExist) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{invoice.display_number} is withdrawn. Nothing was sent; it is Accepted again.")
    return redirect(back_to_list(request, company))


@require_POST
def try_connection(request, company):
    company = company_of(request, company, can_decide)
    if actions.try_connection(company.pk, actor=request.user):
        messages.success(request, "The ERP is tried now.")
    else:
        messages.info(request, "Exports are not paused any more.")
    return redirect(back_to_list(request, company))
