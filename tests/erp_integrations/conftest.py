import pytest

from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.simulators import running_simulators
from tests.real.signing_in import sign_in

__all__ = ["running_simulators"]


@pytest.fixture
def accounting(db, erp):
    """A company whose accounting side is connected to the running demo ERP."""
    return connected_company(erp.url)


@pytest.fixture
def queue(page, web, accounting):
    """`queue(path)` opens a page of the accounting side in a browser, signed in as the approver; the list by itself."""
    sign_in(page, accounting.approver)

    def open_page(path="owner-invoices/"):
        page.goto(f"/c/{accounting.company.slug}/erp/{path}")
        return page

    return open_page


@pytest.fixture
def approver(client, accounting):
    """A client signed in as the company's accounting approver."""
    client.force_login(accounting.approver)
    return client
