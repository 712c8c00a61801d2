"""The directory's pages in a real browser: signing in, a session that ends, and what axe says of each page."""

import pytest
from playwright.sync_api import expect

from directory.models import Membership
from directory.policies import level_of
from directory.privileges import Tool, ToolLevel
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    MembershipFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.real.accessibility import accessibility_faults

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def company():
    return CompanyFactory(slug="harbor", name="Harbor & Vine Builders")


@pytest.fixture
def dana(company):
    return MembershipFactory(
        company=company, user__name="Dana Reyes", user__email="dana@harbor.test", granter=True, project_staff=True
    ).user


@pytest.fixture
def ana(company):
    return MembershipFactory(company=company, user__name="Ana Whitfield", title="Controller")


def sign_in(page):
    page.get_by_label("Email").fill("dana@harbor.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.slow
def test_every_page_is_usable_by_everyone(page, company, dana, ana):
    project = ProjectFactory(company=company, name="Mill Race Apartments, Phase 2")
    OwnerInvoiceFactory(
        contract=PrimeContractFactory(project=project, created_by=dana, lines=1), rejected=True, by=dana
    )

    page.goto("/c/harbor/directory/")
    faults = accessibility_faults(page)
    sign_in(page)
    page.get_by_role("heading", name="Company Directory").wait_for()
    for url in (
        "/c/harbor/directory/",
        f"/c/harbor/directory/{ana.pk}/",
        "/c/harbor/directory/add/",
        "/c/harbor/settings/",
        "/me/",
        "/c/harbor/",
        "/c/harbor/search/?q=mill",
        "/c/harbor/nothing-here/",
    ):
        page.goto(url)
        faults += accessibility_faults(page)

    assert faults == []


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_an_approver_is_made_and_what_was_typed_survives_the_end_of_a_session(
    browser, browser_context_args, company, dana, ana, java_script_enabled
):
    context = browser.new_context(**browser_context_args, java_script_enabled=java_script_enabled)
    page = context.new_page()
    page.goto(f"/c/harbor/directory/{ana.pk}/")
    sign_in(page)
    page.get_by_role("group", name="ERP Integrations").get_by_label("Standard").check()
    page.get_by_label("Can Push to Accounting").check()

    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("What you typed is kept").wait_for()
    sign_in(page)
    page.get_by_role("button", name="Send it now").click()
    page.get_by_text("Ana can accept and export owner invoices.").wait_for()
    context.close()

    member = Membership.objects.get(pk=ana.pk)
    assert level_of(member.user, company, Tool.ERP_INTEGRATIONS) == ToolLevel.STANDARD
    assert member.privilege_grants.count() == 1


def test_a_dictionary_is_seen_before_it_is_saved(page, company, dana):
    page.goto("/c/harbor/settings/")
    sign_in(page)

    page.get_by_label("Specialty Contractors").check()
    page.get_by_role("columnheader", name="Then: Specialty Contractors").wait_for()
    page.get_by_role("button", name="Save").click()

    page.get_by_text("Saved.").wait_for()
    expect(page.get_by_role("row", name="Client Contracts")).to_be_visible()
