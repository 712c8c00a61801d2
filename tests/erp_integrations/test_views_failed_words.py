"""The sentences and buttons of every code of the error catalogue, on the row of one failed invoice."""

import pytest

from erp_integrations.error_catalogue import CATALOGUE, explain
from erp_integrations.models import ExportJob
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.test_views_failed import failed, failed_list, text_of

BUTTONS = {
    "retry": "Retry invoice PC-001 #1",
    "reject": "Reject invoice PC-001 #1",
    "link": "Link to ERP, invoice PC-001 #1",
    "map_owner": "Map owner, invoice PC-001 #1",
    "map_job": "Map project, invoice PC-001 #1",
    "map_cost_code": "Map cost code, invoice PC-001 #1",
    "reconnect": "Reconnect the ERP, invoice PC-001 #1",
}


@pytest.fixture(scope="module")
def refused(once):
    """A company with one failed invoice."""
    company = connected_company("http://127.0.0.1:9")
    failed(company)
    return company


@pytest.mark.parametrize("code", [code for code in CATALOGUE if code != "NO_LOOKUP"])  # that one is never Failed
def test_a_row_says_what_and_how_and_offers_what_the_catalogue_names(client, db, refused, code):
    ExportJob.objects.update(last_error_code=code)
    client.force_login(refused.approver)

    page = failed_list(client, refused.company)

    told = explain(code, {"erp": "Demo ERP", "number": "PC-001-1"})
    offered = [name for name, words in BUTTONS.items() if f'aria-label="{words}"' in page.text]
    assert told.what in text_of(page)
    assert told.how in text_of(page)
    assert set(told.actions) & set(BUTTONS) <= set(offered)
    assert "reject" in offered
