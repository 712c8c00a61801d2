"""What the approver's fingers find: picking rows, search, the sheet of keys, and every tab behind More."""

import re

import pytest
from playwright.sync_api import expect

from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company

pytestmark = pytest.mark.slow


@pytest.fixture
def accounting(transactional_db):
    return connected_company("http://127.0.0.1:9")


def test_picking_rows_brings_the_batch_bar(queue, accounting):
    invoices = [accounting.sent_invoice() for _ in range(3)]
    page = queue()

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Accept selected")).to_be_hidden()
    page.keyboard.press("x")
    page.get_by_role("button", name="Accept selected").click()

    expect(page.locator("main")).to_contain_text("Accepted 1 of 1 invoice.")
    assert OwnerInvoice.objects.get(pk=invoices[2].pk).erp_status == ErpStatus.ACCEPTED


def test_keys_quicker_than_the_server_mean_the_rows_to_come(queue, accounting):
    invoices = [accounting.sent_invoice() for _ in range(4)]
    page = queue()

    page.keyboard.type("jaaa")

    expect(page.get_by_role("button", name="Undo accept")).to_have_count(3)
    expect(page.get_by_role("row").filter(has_text=invoices[3].display_number)).to_be_focused()
    statuses = OwnerInvoice.objects.order_by("pk").values_list("erp_status", flat=True)
    assert list(statuses) == [ErpStatus.ACCEPTED] * 3 + [ErpStatus.READY_TO_EXPORT]


def test_slash_searches_and_the_question_mark_tells_the_keys(queue, accounting):
    accounting.sent_invoice()
    page = queue()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.type") == "search"


def test_more_lists_every_tab_where_it_is_narrow(queue, accounting):
    page = queue()
    page.set_viewport_size({"width": 390, "height": 844})
    tabs = page.get_by_role("navigation", name="ERP Integrations")

    tabs.get_by_role("button", name="More").click()

    menu = tabs.locator("[popover]")
    expect(menu.get_by_role("link")).to_have_text([re.compile("Owner Invoices"), "Exports", "Mappings", "Settings"])
    expect(menu.locator("[aria-current]")).to_contain_text("Owner Invoices")
