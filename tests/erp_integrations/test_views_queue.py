import pytest
from django.urls import reverse

from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company

NO_ERP = "http://127.0.0.1:9"


@pytest.fixture
def accounting(db):
    return connected_company(NO_ERP)


def url(name, accounting, *args):
    return reverse(f"erp_integrations:{name}", args=[accounting.company.slug, *args])


@pytest.mark.parametrize("status", ["ready", "exporting", "needs-check", "failed", "synced", "rejected", "nonsense"])
def test_every_filter_answers_when_empty(approver, accounting, status):
    response = approver.get(url("owner_invoices", accounting), {"status": status})

    assert response.status_code == 200


def test_accept_and_undo_without_javascript_come_back_to_the_row(approver, accounting):
    invoice = accounting.sent_invoice()

    response = approver.post(url("accept", accounting, invoice.pk), {"version": invoice.version})

    assert response.status_code == 302
    assert response.url == f"{url('owner_invoices', accounting)}?status=ready#inv-{invoice.pk}"
    assert OwnerInvoice.objects.get(pk=invoice.pk).erp_status == ErpStatus.ACCEPTED


def test_pages_answer(approver, accounting):
    invoice = accounting.accepted_invoice()
    other = accounting.sent_invoice()
    pages = [
        url("owner_invoices", accounting),
        url("invoice", accounting, invoice.pk),
        url("reject", accounting, other.pk),
        url("runs", accounting),
        url("mappings", accounting),
        url("map_code", accounting, "owner", accounting.owner.pk),
    ]
    assert [approver.get(page).status_code for page in pages] == [200] * len(pages)

    response = approver.post(url("export", accounting))

    assert response.status_code == 302
    assert approver.get(url("run", accounting, 1)).status_code == 200
    assert approver.get(url("run_progress", accounting, 1)).status_code == 200
    assert approver.get(url("owner_invoices", accounting), {"status": "exporting"}).status_code == 200


def test_htmx_accept_swaps_the_row(approver, accounting):
    invoice = accounting.sent_invoice()

    response = approver.post(
        url("accept", accounting, invoice.pk), {"version": invoice.version}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200
    assert f'id="inv-{invoice.pk}"' in response.text
    assert "Undo" in response.text
