"""The tabs of a project and of a contract."""

from django.urls import reverse

from invoicing.models import ChangeOrder, OwnerInvoice


def url_of(name, project, **names):
    return reverse(f"invoicing:{name}", kwargs={"company": project.company.slug, "project": project.slug, **names})


def project_tabs(project, terms, current):
    tabs = (("contracts", terms.prime_contracts, 1), ("project_receivables", "Payments", 2))
    tabs += (("project_cash_flow", "Cash Flow", 3), ("periods", "Billing Periods", 2))
    return [_tab(label, url_of(name, project), name == current, priority) for name, label, priority in tabs]


def contract_tabs(contract, terms, current):
    """General, Schedule of Values, change orders and invoices with their counts, payments, files, History."""
    count = OwnerInvoice.objects.present().filter(contract=contract).count()
    tabs = (("contract", "General", 2, None), ("schedule", "Schedule of Values", 3, None))
    orders = ChangeOrder.objects.filter(contract=contract).count()
    tabs += (("change_orders", "Change Orders", 3, orders),)
    tabs += (("contract_invoices", "Invoices", 2, count), ("contract_payments", "Payments", 3, None))
    tabs += (("contract_cash_flow", "Cash Flow", 4, None), ("contract_attachments", "Attachments", 4, None))
    tabs += (("contract_history", "History", 4, None),)
    return [
        _tab(label, url_of(name, contract.project, contract_id=contract.pk), name == current, priority, number)
        for name, label, priority, number in tabs
    ]


def _tab(label, url, current, priority, count=None):
    """Tabs of a higher priority number fold into More first."""
    return {"label": str(label), "url": url, "current": current, "priority": priority, "count": count}
