"""What an approver does with an invoice that was sent: to Synced, straight or after a failure; or back, and again."""

import pytest
from playwright.sync_api import expect

from tests.erp_integrations.accounting import switch_faults
from tests.journeys.steps import (
    accept,
    export,
    filter_by,
    filter_until,
    mail_to,
    open_tool,
    page_named_in,
    row_of,
    send_from_editor,
)

pytestmark = pytest.mark.django_db(transaction=True)

REASON = "Bill the second pour too: line 01 should say 12,000.00."


def test_from_sign_in_to_a_number_in_the_ledger_of_the_erp(accounting, browse, look, erp, expect_soon):
    number = accounting.sent_invoice().display_number
    switch_faults(erp, "slow", delay=2)

    page = browse(accounting.approver)
    look(page, "home")
    open_tool(page, "ERP Integrations")
    look(page, "ready")
    accept(page, number)
    look(page, "ready, accepted")
    export(page)
    look(page, "ready, exporting")
    expect_soon(page.get_by_role("main").get_by_text("Exported 1 of 1 "))
    look(page, "ready, exported")
    page.get_by_role("link", name="View export 1").click()
    look(page, "an export")
    page.get_by_role("link", name=number, exact=True).click()
    look(page, "review, synced")
    page.get_by_role("link", name="Synced").click()
    look(page, "synced")

    [booked] = erp.json("/ledger")
    expect(row_of(page, number)).to_contain_text(booked["number"])
    assert booked["total"] == "9000.00"
    assert look.faults == []


def test_from_a_failure_by_retry_to_synced(accounting, browse, look, erp, expect_soon):
    number = accounting.sent_invoice().display_number

    page = browse(accounting.approver)
    books = page.context.new_page()
    books.goto(erp.url)
    books.get_by_label("Refuse: the period is closed").check()
    books.get_by_role("button", name="Switch").click()
    # A page in the background draws once a second.
    page.bring_to_front()
    open_tool(page, "ERP Integrations")
    accept(page, number)
    export(page)
    expect_soon(page.get_by_role("main").get_by_text("1 failed."))
    look(page, "ready, export failed")
    filter_by(page, "Failed to Export")
    look(page, "failed")
    expect(row_of(page, number)).to_contain_text("has no open accounting period for Oct 2026")
    page.get_by_role("link", name=number, exact=True).click()
    look(page, "review, failed")
    page.go_back()
    books.get_by_role("button", name="Open the period").click()
    page.bring_to_front()
    page.get_by_role("button", name=f"Retry invoice {number}").click()
    filter_until(page, "Synced", row_of(page, number))
    filter_by(page, "Failed to Export")
    look(page, "failed, empty")
    filter_by(page, "Exporting")
    look(page, "exporting, empty")
    filter_by(page, "Synced")

    [booked] = erp.json("/ledger")
    expect(row_of(page, number)).to_contain_text(booked["number"])
    assert look.faults == []


def test_from_a_rejection_by_mail_to_the_mail_that_it_is_fixed(accounting, browse, look, mailbox):
    number = accounting.sent_invoice().display_number
    ana, priya = accounting.approver, accounting.staff

    approver = browse(ana)
    open_tool(approver, "ERP Integrations")
    reject(approver, number, look)
    filter_by(approver, "Rejected")
    look(approver, "rejected")
    told = mail_to(mailbox, priya)
    creator = browse(priya)
    look(creator, "home, sent back")
    creator.goto(page_named_in(told))
    look(creator, "invoice, rejected")
    expect(creator.get_by_role("main")).to_contain_text(f"Rejected by Ana Whitfield: {REASON}")
    creator.get_by_label("E, work this period, line 01").fill("12,000.00")
    creator.get_by_role("button", name="Save draft").click()
    creator.get_by_text("was saved.").wait_for()
    look(creator, "invoice, saved")
    send_from_editor(creator)
    look(creator, "invoice, sent")
    again = mail_to(mailbox, ana)
    approver.goto(page_named_in(again))
    look(approver, "review, sent again")

    assert told["subject"] == f"Rejected: {number}, {accounting.project.name}"
    assert REASON in told["text"]
    assert again["subject"] == f"Fixed and sent again: {number}, $10,800.00"
    expect(approver.get_by_role("button", name="Accept")).to_be_visible()
    assert look.faults == []


def reject(page, number, look):
    """In the dialog, or on the page of the same form without scripts; both are looked at."""
    opener = page.get_by_role("link", name=f"Reject invoice {number}")
    opener.click()
    page.get_by_role("heading", name=f"Reject {number}?").wait_for()
    look(page, "reject, dialog")
    page.get_by_label("Reason", exact=True).fill("No")
    page.get_by_role("button", name="Reject", exact=True).click()
    page.get_by_text("at least 5 characters").first.wait_for()
    look(page, "reject, too short")
    page.get_by_label("Reason", exact=True).fill(REASON)
    page.get_by_role("button", name="Reject", exact=True).click()
    page.get_by_role("main").get_by_text(f"Rejected {number}. Priya Nair has been emailed.").wait_for()
    look(page, "ready, rejected one")
