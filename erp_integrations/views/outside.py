"""Booked outside Tieout, and Take back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from erp_integrations import actions
from erp_integrations.exceptions import ExportError
from erp_integrations.forms.answers import OutsideForm, TakeBackForm
from erp_integrations.models import BookedOutside
from erp_integrations.policies import can_decide
from erp_integrations.queue import RELATED
from erp_integrations.views.answers import back_to_list
from erp_integrations.views.fetch import company_of, version_of
from erp_integrations.views.surroundings import around
from invoicing.exceptions import InvoicingError
from invoicing.models import OwnerInvoice
from invoicing.states import SETTLE, UNSETTLE


@require_http_methods(["GET", "HEAD", "POST"])
def book(request, company, invoice_id):
    """Number, date and reason; also for an application that was never sent."""
    said = "{number} counts as booked. What waited for it can be exported."
    return _form_page(request, company, invoice_id, OutsideForm, SETTLE, actions.book_outside, "booked_outside", said)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request, company, invoice_id):
    said = "The booking of {number} does not count any more. The project team can send it."
    return _form_page(
        request, company, invoice_id, TakeBackForm, UNSETTLE, actions.take_back_booking, "take_back", said
    )


def _form_page(request, company, invoice_id, form_class, transition, act, template, said):
    company = company_of(request, company, can_decide)
    invoice = _application_or_404(company, invoice_id)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(invoice.pk, actor=request.user, version=version_of(request), **form.cleaned_data)
        except (ExportError, InvoicingError, OwnerInvoice.DoesNotExist) as error:
            form.add_error(None, str(error))
            invoice = _application_or_404(company, invoice_id)
        else:
            messages.success(request, said.format(number=invoice.display_number))
            return redirect(back_to_list(request, company))
    values = {"invoice": invoice, "form": form, "offered": _starts_here(invoice, transition)}
    values |= {"booked": BookedOutside.objects.filter(invoice=invoice).select_related("recorded_by").first()}
    values |= {"back_fields": {"back": back_to_list(request, company)}}
    status = 422 if request.method == "POST" else 200
    return render(request, f"erp_integrations/{template}.html", around(request, company) | values, status=status)


def _starts_here(invoice, transition):
    return invoice.erp_status in transition.sources and invoice.status in transition.while_billing


def _application_or_404(company, invoice_id):
    invoice = OwnerInvoice.objects.present().filter(company=company, pk=invoice_id).select_related(*RELATED).first()
    if invoice is None:
        raise Http404("No such application.")
    return invoice
