"""Link to ERP, with both sides' figures, and Unlink."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from erp_integrations import actions
from erp_integrations.exceptions import AnswerRefused, ExportError
from erp_integrations.forms.answers import ThereForm, UnlinkForm
from erp_integrations.policies import can_answer, can_unlink
from erp_integrations.queue import row_of
from erp_integrations.views.answers import back_to_list
from erp_integrations.views.fetch import company_of, invoice_or_404, sent_once_or_404, version_of
from erp_integrations.views.surroundings import around
from invoicing.exceptions import InvoicingError
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus


@require_http_methods(["GET", "HEAD", "POST"])
def link(request, company, invoice_id):
    """First the number, which shows both sides; then Link, when they agree. The ERP is asked both times."""
    company = company_of(request, company, can_answer)
    if request.method != "POST":
        return _page(request, invoice_or_404(company, invoice_id), "link", ErpStatus.FAILED)
    invoice = sent_once_or_404(company, invoice_id)
    form = ThereForm(request.POST)
    if not form.is_valid():
        return _page(request, invoice, "link", ErpStatus.FAILED, form)
    return _link(request, invoice, form) if "link" in request.POST else _compare(request, invoice, form)


def _compare(request, invoice, form):
    number = form.cleaned_data["number"]
    try:
        sides = actions.compare_with_erp(invoice.pk, number=number, actor=request.user)
    except (ExportError, InvoicingError, OwnerInvoice.DoesNotExist) as error:
        return _refused(request, invoice, "link", ErpStatus.FAILED, form, error)
    return _page(request, invoice, "link", ErpStatus.FAILED, form, sides=sides, status=200)


def _link(request, invoice, form):
    number = form.cleaned_data["number"]
    try:
        actions.link_to_erp(invoice.pk, number=number, actor=request.user, version=version_of(request))
    except (ExportError, InvoicingError, OwnerInvoice.DoesNotExist) as error:
        return _refused(request, invoice, "link", ErpStatus.FAILED, form, error)
    messages.success(request, f"{invoice.display_number} is Synced, linked to {number}.")
    return redirect(back_to_list(request, invoice.company))


@require_http_methods(["GET", "HEAD", "POST"])
def unlink(request, company, invoice_id):
    """The Reason; the ERP is asked whether the documents are gone."""
    company = company_of(request, company, can_unlink)
    if request.method != "POST":
        return _page(request, invoice_or_404(company, invoice_id), "unlink", ErpStatus.SYNCED)
    invoice = sent_once_or_404(company, invoice_id)
    form = UnlinkForm(request.POST)
    if not form.is_valid():
        return _page(request, invoice, "unlink", ErpStatus.SYNCED, form)
    try:
        actions.unlink(invoice.pk, actor=request.user, version=version_of(request), **form.cleaned_data)
    except (ExportError, InvoicingError, OwnerInvoice.DoesNotExist) as error:
        return _refused(request, invoice, "unlink", ErpStatus.SYNCED, form, error)
    messages.success(request, f"{invoice.display_number} is unlinked and Ready to Export again.")
    return redirect(back_to_list(request, company))


def _refused(request, invoice, name, status, form, error):
    """What was refused, beside the field it is about; on the next press the page's version is the fresh one."""
    field = error.field if isinstance(error, AnswerRefused) and error.field in form.fields else None
    form.add_error(field, str(error))
    return _page(request, OwnerInvoice.objects.get(pk=invoice.pk), name, status, form)


def _page(request, invoice, name, erp_status, form=None, *, sides=None, status=422):
    """The form, for an invoice that is (still) where it starts from."""
    company = request.company
    if form is None:
        if invoice.erp_status != erp_status:
            return redirect("erp_integrations:invoice", company.slug, invoice.pk)
        form, status = (ThereForm(initial=_named(invoice)) if name == "link" else UnlinkForm()), 200
    row = row_of(invoice)
    values = {"invoice": invoice, "row": row, "job": row.job, "form": form, "sides": sides}
    values |= {"offered": invoice.erp_status == erp_status, "back_fields": {"back": back_to_list(request, company)}}
    return render(request, f"erp_integrations/{name}.html", around(request, company) | values, status=status)


def _named(invoice):
    """What the ERP itself calls what it has already."""
    job = row_of(invoice).job
    return {"number": ", ".join(job.numbers_told) if job else ""}
