"""Settings in a real browser: a company is connected with nothing but the keyboard, and every state can be used."""

import pytest
from playwright.sync_api import expect

from erp_integrations.models import ErpConnection
from tests.erp_integrations.accounting import DEMO_ERP_TOKEN, switch_faults
from tests.factories import CompanyFactory, MembershipFactory
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(transactional_db):
    return MembershipFactory(company=CompanyFactory(name="Harbor Builders"), erp_admin=True)


@pytest.fixture
def settings_page(page, web, admin):
    sign_in(page, admin.user)
    page.goto(f"/c/{admin.company.slug}/erp/settings/")
    return page


def choose_demo(page):
    page.get_by_label("Demo ERP").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Connect Demo ERP").wait_for()


def test_a_company_is_connected_and_tested_by_keyboard(settings_page, erp):
    page = settings_page

    choose_demo(page)
    page.get_by_label("Address", exact=True).fill("http://erp.example.com")
    page.keyboard.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#error-summary")).to_contain_text("Address: Only https is allowed to this host.")
    page.get_by_label("Address", exact=True).fill(erp.url)
    page.get_by_label("Token").fill(DEMO_ERP_TOKEN)
    page.keyboard.press("Enter")
    page.get_by_text("Saved the connection to Demo ERP.").wait_for()
    page.get_by_role("button", name="Test connection").press("Enter")

    expect(page.locator("#check")).to_be_focused()
    expect(page.locator("#check")).to_contain_text("Demo ERP takes our sign-in and answers as")
    expect(page.get_by_label("Token")).to_have_value("")
    assert ErpConnection.objects.get().adapter == "demo"


@pytest.mark.slow
def test_every_state_can_be_used_by_everyone(settings_page, erp):
    page = settings_page

    faults = accessibility_faults(page)
    choose_demo(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not saved yet").wait_for()
    faults += accessibility_faults(page)
    page.get_by_label("Address", exact=True).fill(erp.url)
    page.get_by_label("Token").fill(DEMO_ERP_TOKEN)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved the connection").wait_for()
    page.get_by_text("Connect another ERP instead").click()
    faults += accessibility_faults(page)
    switch_faults(erp, "auth_failed")
    page.get_by_role("button", name="Test connection").click()
    page.get_by_text("Technical detail").click()
    faults += accessibility_faults(page)

    assert faults == []
