"""Accounting's side of owner invoices, for the project's pages: document in the ERP, or what went wrong."""

from dataclasses import dataclass

from erp_integrations.models import ErpDocument, ExportJob
from invoicing.states import ErpStatus

WENT_WRONG = (ErpStatus.FAILED, ErpStatus.NEEDS_CHECK)


@dataclass(frozen=True)
class ErpSide:
    """`documents` stand in the ERP; `failure` says in words why there is none, or "" when nothing went wrong."""

    status: str
    documents: tuple = ()
    failure: str = ""
    how: str = ""


def erp_sides(invoices):
    """The ERP side of each invoice by its id; two queries, whatever their number, none when nothing was sent."""
    invoices = list(invoices)
    sent = [invoice.pk for invoice in invoices if invoice.erp_status not in (ErpStatus.NOT_SENT, "")]
    documents = _documents(sent) if sent else {}
    jobs = _troubled_jobs(sent) if sent else {}
    return {invoice.pk: _side(invoice, documents.get(invoice.pk, ()), jobs.get(invoice.pk)) for invoice in invoices}


def _documents(invoice_ids):
    found = {}
    attached = ErpDocument.objects.filter(job__invoice__in=invoice_ids, detached_at=None).select_related("job")
    for document in attached.order_by("role", "pk"):
        found.setdefault(document.job.invoice_id, []).append(document)
    return found


def _troubled_jobs(invoice_ids):
    live = ExportJob.objects.live().filter(invoice__in=invoice_ids, invoice__erp_status__in=WENT_WRONG)
    return {job.invoice_id: job for job in live.select_related("connection", "invoice")}


def _side(invoice, documents, job):
    if job is None or not job.last_error_code:
        return ErpSide(invoice.erp_status, tuple(documents))
    told = job.explanation
    return ErpSide(invoice.erp_status, tuple(documents), told.what, told.how)
