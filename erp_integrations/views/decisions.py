"""Accept, Undo and Reject, one invoice at a time."""

from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from directory.web.access import require
from erp_integrations import actions
from erp_integrations.actions.rejection_mail import recipients
from erp_integrations.exceptions import ExportError
from erp_integrations.forms.decisions import RejectForm
from erp_integrations.forms.reasons import COMMON_REASONS
from erp_integrations.policies import can_accept, can_decide, can_follow_into_project, can_reject
from erp_integrations.queue import RELATED
from erp_integrations.views.answers import back_of, back_to_list, changed_row, gone_row
from erp_integrations.views.fetch import company_of, invoice_or_404, sent_once_or_404, version_of
from erp_integrations.views.surroundings import around
from invoicing.exceptions import InvoicingError, TransitionNotAllowed
from invoicing.lifecycle import last_event
from invoicing.models import OwnerInvoice
from invoicing.states import REJECT


@require_POST
def accept(request, company, invoice_id):
    company = company_of(request, company)
    invoice = sent_once_or_404(company, invoice_id)
    require(can_accept(request.user, invoice))
    return _act(request, invoice, actions.accept_invoice, f"Accepted {invoice.display_number}.", focus="undo")


@require_POST
def undo(request, company, invoice_id):
    company = company_of(request, company, can_decide)
    invoice = sent_once_or_404(company, invoice_id)
    said = f"{invoice.display_number} is not accepted any more."
    return _act(request, invoice, actions.undo_accept, said, focus="accept")


def _act(request, invoice, act, said, *, focus):
    """Carry it out, or say who was faster; the fresh row either way."""
    try:
        act(invoice.pk, actor=request.user, version=version_of(request))
    except (InvoicingError, ExportError, OwnerInvoice.DoesNotExist) as error:
        return changed_row(request, invoice, str(error), failed=True)
    return changed_row(request, invoice, said, focus=f"{focus}-{invoice.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request, company, invoice_id):
    """The Reason: a page of its own without JavaScript, the same form in a dialog with it."""
    company = company_of(request, company)
    invoice = (sent_once_or_404 if request.method == "POST" else invoice_or_404)(company, invoice_id)
    require(can_reject(request.user, invoice))
    form = RejectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _reject(request, invoice, form)
    if invoice.is_with_project:
        return changed_row(
            request, invoice, str(TransitionNotAllowed(REJECT, invoice, last_event(invoice))), failed=True
        )
    return _reject_page(request, invoice, form, request.POST.get("version") or invoice.version)


def _reject(request, invoice, form):
    told = list(recipients(invoice))
    try:
        actions.reject_invoice(
            invoice.pk, actor=request.user, reason=form.cleaned_data["reason"], version=version_of(request)
        )
    except (InvoicingError, ExportError, OwnerInvoice.DoesNotExist) as error:
        return _not_rejected(request, invoice, form, str(error))
    said = f"Rejected {invoice.display_number}. {_emailed(told)}"
    return gone_row(request, invoice, said, links=_further(request, told, invoice))


def _not_rejected(request, invoice, form, said):
    """Back to the form, which keeps the Reason; now that the person knows, the next press is on the fresh version."""
    fresh = OwnerInvoice.objects.sent().filter(pk=invoice.pk).select_related(*RELATED).first()
    if fresh is None:
        return changed_row(request, invoice, said, failed=True)
    form.add_error(None, said)
    return _reject_page(request, fresh, form, fresh.version)


def _further(request, told, invoice):
    """Where the note leads: the invoice for those who may follow it; in the demo, the mail."""
    links = []
    if can_follow_into_project(request.user, invoice):
        links.append((invoice.get_absolute_url(), "View invoice"))
    if settings.DEMO and told:
        links.append((f"{settings.DEMO_MAILBOX_URL}/?{urlencode({'to': told[0].email})}", "View the email"))
    return links


def _emailed(people):
    if not people:
        return "Nobody could be emailed."
    return f"{' and '.join(person.name for person in people)} {'have' if len(people) > 1 else 'has'} been emailed."


def _reject_page(request, invoice, form, version):
    company = invoice.company
    values = {
        "invoice": invoice,
        "version": version,
        "form": form,
        "told": list(recipients(invoice)),
        "common_reasons": COMMON_REASONS,
        "url": reverse("erp_integrations:reject", args=[company.slug, invoice.pk]),
        "back": back_of(request) or back_to_list(request, company),
    }
    status = 422 if form.is_bound else 200
    if request.htmx:
        return render(request, "erp_integrations/_reject_form.html", values, status=status)
    return render(request, "erp_integrations/reject.html", values | around(request, company), status=status)
