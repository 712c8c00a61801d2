"""From `manage.py create_company` to the first invoice in the ERP, with nothing but a browser."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from directory.models import User
from tests.journeys.conftest import LOOKED_AT
from tests.journeys.steps import accept, export, open_tool, row_of, send_from_editor
from tests.real.processes import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a fine long password"


@pytest.fixture
def kai(transactional_db, running):
    command = [sys.executable, "manage.py", "create_company", "New Ground Builders"]
    admin = ["--admin-email", "kai@new.test", "--admin-name", "Kai Lang", "--admin-password", PASSWORD]
    subprocess.run([*command, *admin, "--settings", "tests.settings"], cwd=ROOT, check=True, capture_output=True)
    return User.objects.get()


@pytest.mark.parametrize("has_scripts", [LOOKED_AT])
def test_from_an_empty_company_to_its_first_synced_invoice(kai, browse, look, erp, expect_soon):
    page = browse(kai, PASSWORD)
    look(page, "home, empty company")
    take_levels(page, look)
    open_project(page, look)
    name_owner_and_cost_code(page, look)
    write_contract(page, look)
    bill_first_month(page, look)
    send_from_editor(page)
    map_owner(page, look)
    accept(page, "PC-001 #1")
    export(page)
    expect_soon(page.get_by_role("main").get_by_text("Exported 1 of 1 "))
    page.get_by_role("navigation", name="Filter Invoices By").get_by_role("link", name="Synced").click()
    open_tool(page, "Home")
    look(page, "home, with history")
    page.go_back()

    [booked] = erp.json("/ledger")
    expect(row_of(page, "PC-001 #1")).to_contain_text(booked["number"])
    assert (booked["total"], booked["company"]) == ("22500.00", "New Ground Builders")
    assert look.faults == []


def take_levels(page, look):
    """The first Directory Admin has no level on the two other tools before giving them."""
    open_tool(page, "Company Directory")
    look(page, "directory")
    page.get_by_role("link", name="Kai Lang").click()
    look(page, "person")
    page.get_by_role("group", name="ERP Integrations").get_by_label("Standard").check()
    page.get_by_role("group", name="Prime Contracts").get_by_label("Admin").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Kai can accept and export owner invoices.").wait_for()


def open_project(page, look):
    open_tool(page, "All projects")
    look(page, "projects, none")
    page.get_by_role("link", name="Create project").click()
    look(page, "new project")
    page.get_by_label("Name").fill("Mill Race Apartments")
    page.get_by_label("Project number").fill("P-001")
    page.get_by_role("button", name="Create project").click()
    look(page, "contracts, none")
    open_tool(page, "All projects")
    look(page, "projects")
    page.get_by_role("link", name="Mill Race Apartments").last.click()


def name_owner_and_cost_code(page, look):
    page.get_by_role("link", name="Create prime contract").click()
    page.get_by_role("link", name="Add an owner/client first").click()
    look(page, "owners, none")
    page.get_by_label("Name").fill("Riverside Medical Center")
    page.get_by_label("Code").fill("RIVMED")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("cell", name="RIVMED")).to_be_visible()
    look(page, "owners")


def write_contract(page, look):
    open_tool(page, "Mill Race Apartments")
    page.get_by_role("link", name="Create prime contract").click()
    look(page, "new contract")
    page.get_by_label("Number").fill("PC-001")
    page.get_by_label("Title").fill("Shell and core")
    page.get_by_label("Owner/Client").select_option(label="Riverside Medical Center")
    page.get_by_label("Status").select_option(label="Approved")
    page.get_by_label("Retainage on completed work").fill("10")
    page.get_by_label("Retainage on stored materials").fill("10")
    page.get_by_role("button", name="Create", exact=True).click()
    look(page, "schedule, empty")
    schedule = page.url
    page.get_by_role("link", name="Add a cost code").click()
    look(page, "cost codes, none")
    page.get_by_label("Code").fill("03-300")
    page.get_by_label("Name").fill("Concrete")
    page.get_by_role("button", name="Add", exact=True).click()
    look(page, "cost codes")
    page.goto(schedule)
    page.get_by_label("Item, new line 1").fill("01")
    page.get_by_label("Description, new line 1").fill("Foundations")
    page.get_by_label("Cost code, new line 1").fill("03-300")
    page.get_by_label("Scheduled value, new line 1").fill("100,000.00")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    look(page, "schedule")


def bill_first_month(page, look):
    page.get_by_role("link", name="Prime Contracts", exact=True).first.click()
    look(page, "contracts")
    page.get_by_role("link", name="Billing Periods").click()
    look(page, "periods, none")
    page.get_by_role("link", name="Create billing period").click()
    look(page, "new period")
    page.get_by_label("From").fill("2026-10-01")
    page.get_by_label("To", exact=True).fill("2026-10-31")
    page.get_by_label("Due date").fill("2026-11-15")
    page.get_by_role("button", name="Create", exact=True).click()
    look(page, "periods")
    page.get_by_role("link", name="Prime Contracts", exact=True).first.click()
    page.get_by_role("link", name="PC-001").click()
    look(page, "contract")
    page.get_by_role("navigation", name="PC-001").get_by_role("link", name="Invoices").click()
    look(page, "invoices, none")
    page.get_by_role("link", name="Create owner invoice").click()
    look(page, "new invoice")
    page.get_by_role("button", name="Create", exact=True).click()
    look(page, "invoice, draft")
    page.get_by_label("E, work this period, line 01").fill("25%")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("was saved.").wait_for()
    expect(page.get_by_role("row", name="Current payment due")).to_contain_text("22,500.00")


def map_owner(page, look):
    """Accept waits for what the ERP calls our owner."""
    page.get_by_role("navigation", name="PC-001").get_by_role("link", name="Invoices").click()
    look(page, "invoices")
    open_tool(page, "ERP Integrations")
    look(page, "ready, not mapped")
    page.get_by_role("link", name="Map owner").click()
    look(page, "map owner")
    page.get_by_label("C-1003 Riverside Medical Center").check()
    page.get_by_role("button", name="Save mapping").click()
    page.get_by_text("Riverside Medical Center is C-1003").wait_for()
