"""Where a project's page sends whoever mends what the ERP would not take: the project's own pages, or accounting's."""

from django.urls import reverse

from erp_integrations.policies import can_connect, can_map
from invoicing.policies import can_edit

# The catalogue's code, what is mapped, and the field of the invoice's contract that names it.
MAPPED = {
    "CUSTOMER_UNMAPPED": ("owner", "owner_id", "Map the owner"),
    "JOB_UNMAPPED": ("project", "project_id", "Map the project"),
}
HEADER = {"number": ("To the number", "#id_number"), "billing_date": ("To the billing date", "#id_billing_date")}
CONNECTION = ("NO_CONNECTION", "AUTH_EXPIRED")


def mended(user, invoice, problem):
    """A label and an address for a readiness problem, or None where this reader has no such page."""
    company = invoice.company
    if problem.code in CONNECTION:
        settings = reverse("erp_integrations:settings", args=[company.slug])
        return ("To the ERP settings", settings) if can_connect(user, company) else None
    if problem.code.endswith("_UNMAPPED"):
        return _mapping(invoice, problem) if can_map(user, company) else None
    if problem.where == "owner":
        return "To the contract", _of_contract("contract", invoice)
    if problem.where in HEADER:
        return HEADER[problem.where] if can_edit(user, invoice) else None
    return ("To the lines", "#lines") if problem.where.partition(":")[0] in ("line", "lines") else None


def _mapping(invoice, problem):
    slug = invoice.company.slug
    if problem.code in MAPPED:
        kind, field, label = MAPPED[problem.code]
        subject = getattr(invoice.contract, field)
        back = invoice.get_absolute_url()
        return label, f"{reverse('erp_integrations:map_code', args=[slug, kind, subject])}?back={back}"
    return "Map the cost codes", reverse("erp_integrations:mappings", args=[slug])


def _of_contract(page, invoice):
    project = invoice.contract.project
    return reverse(f"invoicing:{page}", args=[invoice.company.slug, project.slug, invoice.contract_id])
