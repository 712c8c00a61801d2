"""An adapter that is no longer installed: the company's pages work, its exports wait, and nothing was sent."""

import pytest
from django.urls import reverse

from erp_integrations import export, sweeper
from erp_integrations.models import ErpConnection
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus

TOLD = "adapter for gonebooks is no longer installed."


@pytest.fixture
def uninstalled(accounting, approver):
    """One export queued and one invoice accepted, when the adapter went."""
    accounting.accepted_invoice()
    accounting.export()
    accounting.accepted_invoice()
    ErpConnection.objects.update(adapter="gonebooks")
    return accounting


def page(client, accounting, name, query=""):
    answer = client.get(reverse(f"erp_integrations:{name}", args=[accounting.company.slug]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_its_exports_wait_and_go_out_once_it_is_back(uninstalled):
    connection = uninstalled.connection.pk
    export.export_due(connection)

    assert ErpConnection.objects.get().paused_because == "ADAPTER_MISSING"
    assert OwnerInvoice.objects.filter(erp_status=ErpStatus.EXPORTING).count() == 1

    ErpConnection.objects.update(adapter="demo")
    export.probe_now(uninstalled.company.pk)
    export.export_due(connection)

    assert OwnerInvoice.objects.filter(erp_status=ErpStatus.SYNCED).count() == 1


def test_every_page_says_so(uninstalled, approver):
    export.export_due(uninstalled.connection.pk)

    for name in ("owner_invoices", "runs", "mappings", "settings"):
        assert TOLD in page(approver, uninstalled, name).replace("&#x27;", "'"), name
    assert "No ERP" not in page(approver, uninstalled, "owner_invoices", "?status=exporting")


def test_export_of_another_stays_and_says_why(uninstalled):
    run = uninstalled.export()

    assert list(run.skipped.values()) == [f"PC-002 #1 is not ready for the ERP. Tieout's {TOLD}"]


def test_the_sweeper_goes_round(uninstalled):
    sweeper.sweep()
