"""An application of more lines than one page of the grid holds: the totals are those of all lines, as one types."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from invoicing.models import OwnerInvoice
from tests.factories import MembershipFactory, OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing.pages import page_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def invoice():
    """450 lines of 1,000.00 with 100.00 on each, so that three pages bill 45,000.00."""
    contract = PrimeContractFactory(lines=450)
    OwnerInvoiceFactory(contract=contract, approved=True)
    return OwnerInvoiceFactory(contract=contract)


def test_billing_page_by_page(web, browse, invoice, has_scripts):
    page = browse(MembershipFactory(company=invoice.company, project_staff=True).user)
    page.goto(f"{page_of(invoice)}?page=2")
    totals = page.locator("tfoot")
    due = page.get_by_role("row", name="8 Current payment due")
    expect(totals).to_contain_text("45,000.00")
    expect(due).to_contain_text("40,500.00")

    page.get_by_label("E, work this period, line 201").fill("25%")
    page.get_by_label("E, work this period, line 202").fill("lots")
    if has_scripts:
        expect(totals).to_contain_text("…")
    page.get_by_label("E, work this period, line 202").fill("0")
    page.get_by_label("E, work this period, line 202").press("Enter")
    if has_scripts:  # Enter went down a line; 45,000 + 150 - 100 is billed, 10 % of it held
        expect(page.get_by_label("E, work this period, line 203")).to_be_focused()
        expect(page.locator('[data-sum="work"]')).to_have_text("45,050.00")
        expect(due).to_contain_text("40,545.00")
        page.get_by_role("button", name="Save and go to page 3").click()
        expect(page.get_by_label("E, work this period, line 401")).to_be_visible(timeout=20_000)

    expect(page.get_by_text(f"{invoice.display_number} was saved.")).to_be_visible()
    expect(totals).to_contain_text("45,050.00")
    expect(due).to_contain_text("40,545.00")
    assert OwnerInvoice.objects.get(pk=invoice.pk).billed_this_period == Decimal("45050.00")
