"""Needs check: what is known about an export in doubt, and the answers of people to it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from erp_integrations import actions
from erp_integrations.exceptions import AnswerRefused, ExportError, FiguresChanged
from erp_integrations.export.known import known_of
from erp_integrations.forms.answers import AbsentForm, DifferenceForm, RemovedForm, ThereForm
from erp_integrations.policies import can_answer
from erp_integrations.queue import row_of
from erp_integrations.views.answers import back_to_list
from erp_integrations.views.fetch import company_of, invoice_or_404, sent_once_or_404, version_of
from erp_integrations.views.surroundings import around
from invoicing.exceptions import InvoicingError
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus

FORMS = {"there": ThereForm, "absent": AbsentForm, "differs": DifferenceForm, "removed": RemovedForm}
ACTS = {
    "there": actions.answer_there,
    "absent": actions.answer_absent,
    "differs": actions.accept_difference,
    "removed": actions.answer_removed,
}
SAID = {
    "there": "{number} is Synced: the ERP has it.",
    "absent": "{number} is sent again.",
    "differs": "{number} is Synced, with the ERP’s figures.",
    "removed": "{number} is under Failed to Export: retry or reject it.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, company, invoice_id):
    """The answers, each a form of its own; what was typed stays, whatever the ERP says to it."""
    company = company_of(request, company, can_answer)
    if request.method != "POST":
        return _page(request, invoice_or_404(company, invoice_id))
    invoice = sent_once_or_404(company, invoice_id)
    chosen = request.POST.get("answer", "")
    if chosen == "leave":
        return _leave(request, invoice)
    if chosen not in FORMS:
        return _page(request, invoice, said="Pick one of the answers.")
    form = FORMS[chosen](request.POST, prefix=chosen)
    return _give(request, invoice, chosen, form) if form.is_valid() else _page(request, invoice, {chosen: form})


def _leave(request, invoice):
    actions.leave_in_doubt(invoice.pk, actor=request.user)
    messages.info(request, f"{invoice.display_number} is left as it is. Nothing was sent.")
    return redirect(back_to_list(request, invoice.company))


def _give(request, invoice, chosen, form):
    try:
        ACTS[chosen](invoice.pk, actor=request.user, version=version_of(request), **form.cleaned_data)
    except FiguresChanged as error:
        form.data = form.data.copy()
        form.data[form.add_prefix("seen")] = error.seen
        form.add_error(None, str(error))
    except AnswerRefused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except (ExportError, InvoicingError, OwnerInvoice.DoesNotExist) as error:
        form.add_error(None, str(error))
    else:
        messages.success(request, SAID[chosen].format(number=invoice.display_number))
        return redirect(back_to_list(request, invoice.company))
    return _page(request, OwnerInvoice.objects.get(pk=invoice.pk), {chosen: form})


def _page(request, invoice, bound=(), *, said=""):
    """The answers with what is known; when the invoice has gone on meanwhile, what was refused says so on its page."""
    company = request.company
    if invoice.erp_status != ErpStatus.NEEDS_CHECK and request.method != "POST":
        return redirect("erp_integrations:invoice", company.slug, invoice.pk)
    row = row_of(invoice)
    values = around(request, company) | doubt_of(row, bound) | {"row": row, "invoice": invoice, "job": row.job}
    values |= {"said": said, "back_fields": {"back": back_to_list(request, company)}}
    status = 422 if request.method == "POST" else 200
    return render(request, "erp_integrations/doubt.html", values, status=status)


def doubt_of(row, bound=()):
    """What `_doubt.html` shows of an invoice in doubt: the evidence, the known figures, the forms."""
    if row.invoice.erp_status != ErpStatus.NEEDS_CHECK:
        return {"doubt": None, "bound": bound and next(iter(dict(bound).values()))}
    theirs = row.job.last_error_params.get("theirs", "") if row.job else ""
    initial = {"differs": {"seen": theirs}, "removed": {"number": ", ".join(row.job.numbers_told) if row.job else ""}}
    fresh = {name: kind(prefix=name, initial=initial.get(name)) for name, kind in FORMS.items()}
    forms = fresh | dict(bound)
    known = known_of([row.invoice.pk]).get(row.invoice.pk)
    ours = row.job.last_error_params.get("ours", "") if row.job else ""
    seen = forms["differs"]["seen"].value()
    return {"doubt": {"known": known, "ours": ours, "theirs": seen, **forms}, "bound": None}
