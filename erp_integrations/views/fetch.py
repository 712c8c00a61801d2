"""What every page here does first: 404 for strangers, 403 with the reason for colleagues."""

from django.http import Http404

from directory.web.access import company_or_404, require
from directory.web.numbers import version_in, whole_number
from erp_integrations.models import ExportRun
from erp_integrations.policies import can_see_queue
from erp_integrations.queue import RELATED
from invoicing.models import OwnerInvoice


def company_of(request, slug, *policies):
    """The company, for people who may see its queue and whom `policies` (user, company) let pass."""
    company = company_or_404(request, slug)
    for policy in (can_see_queue, *policies):
        require(policy(request.user, company))
    return company


def invoice_or_404(company, invoice_id):
    """A sent invoice of the company; what went back to the project is not to be seen here."""
    invoice = OwnerInvoice.objects.sent().filter(company=company, pk=invoice_id).select_related(*RELATED).first()
    if invoice is None:
        raise Http404("No such invoice.")
    return invoice


def sent_once_or_404(company, invoice_id):
    """For a press on a listed row: what went back to the project meanwhile is told by the action, not missing."""
    invoices = OwnerInvoice.objects.present().filter(company=company, pk=invoice_id, sent_at__isnull=False)
    invoice = invoices.select_related(*RELATED).first()
    if invoice is None:
        raise Http404("No such invoice.")
    return invoice


def run_or_404(company, number):
    run = (
        ExportRun.objects.filter(company=company, number=number)
        .select_related("started_by", "company__erp_connection")
        .first()
    )
    if run is None:
        raise Http404("No such export.")
    return run


def version_of(request):
    """The version that the page showed."""
    return version_in(request.POST.get("version", ""))


def picks_of(request, name="ids"):
    """What a form picked as "id:version", also several in one field with commas between: the version shown by id."""
    picks = {}
    for each in ",".join(request.POST.getlist(name)).split(","):
        number, _, version = each.partition(":")
        if (key := whole_number(number)) is not None:
            picks[key] = version_in(version)
    return picks
