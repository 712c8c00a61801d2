"""From owner invoices to the neutral documents that adapters understand."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from erp_integrations.adapters.base import DocumentLine, InvoiceDocument, Mappings
from erp_integrations.models import CodeKind, CodeMapping
from invoicing.models import OwnerInvoice, OwnerInvoiceLine


def document_of(invoice, connection):
    """The document of one invoice; see `documents_of`."""
    return documents_of([invoice.pk], connection)[invoice.pk]


def documents_of(invoice_ids, connection):
    """The documents of several invoices of the connection's company, by invoice id, in a constant number of queries."""
    lines = _lines_of(invoice_ids)
    codes = _codes_of(connection)
    invoices = OwnerInvoice.objects.filter(pk__in=invoice_ids, company_id=connection.company_id)
    related = ("contract__owner", "contract__project", "period", "company")
    return {invoice.pk: _document(invoice, lines[invoice.pk], codes) for invoice in invoices.select_related(*related)}


@dataclass(frozen=True)
class _Codes:
    owners: dict
    projects: dict
    accounts: dict

    def of(self, invoice):
        contract = invoice.contract
        return Mappings(
            customer=self.owners.get(contract.owner_id, ""),
            job=self.projects.get(contract.project_id, ""),
            accounts=self.accounts,
        )


def _codes_of(connection):
    by_kind = defaultdict(dict)
    mappings = CodeMapping.objects.filter(connection=connection)
    for kind, owner, project, code, erp_id in mappings.values_list(
        "kind", "owner_id", "project_id", "cost_code__code", "erp_id"
    ):
        by_kind[kind][owner or project or code] = erp_id
    return _Codes(by_kind[CodeKind.OWNER], by_kind[CodeKind.PROJECT], by_kind[CodeKind.COST_CODE])


def _lines_of(invoice_ids):
    """Per line what is billed and what is retained in this period: E + (F - previous F), held - released."""
    rows = OwnerInvoiceLine.objects.filter(invoice__in=invoice_ids).order_by("invoice_id", "contract_line__position")
    figures = rows.values_list(
        "invoice_id",
        "contract_line__item",
        "contract_line__cost_code__code",
        "contract_line__description",
        F("work_this_period") + F("materials_stored") - F("materials_previous"),
        F("retainage_withheld") - F("retainage_released"),
    )
    by_invoice = defaultdict(list)
    for invoice_id, item, cost_code, description, amount, retainage in figures:
        by_invoice[invoice_id].append(DocumentLine(item, cost_code or "", description, amount, retainage))
    return by_invoice


def _document(invoice, lines, codes):
    contract, period = invoice.contract, invoice.period
    path = reverse("erp_integrations:invoice", kwargs={"company": invoice.company.slug, "invoice_id": invoice.pk})
    return InvoiceDocument(
        reference=invoice.reference,
        number=invoice.number,
        billing_date=invoice.billing_date,
        due_date=period.due,
        period_start=period.start,
        period_end=period.end,
        owner_code=contract.owner.code,
        owner_name=contract.owner.name,
        project_code=contract.project.number,
        project_name=contract.project.name,
        contract_number=contract.number,
        application=invoice.position,
        currency=invoice.company.currency,
        lines=tuple(line for line in lines if line.amount or line.retainage),
        untaxed_total=invoice.current_payment_due,
        mappings=codes.of(invoice),
        url=f"{settings.BASE_URL}{path}",
    )
