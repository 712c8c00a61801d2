"""The approvers' queue under the fingers: rows that change in place, focus, spoken words, and eyes of all kinds."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from erp_integrations import actions
from erp_integrations.models import ErpConnection, ErpDocument, ExportJob, ExportRun
from erp_integrations.queue import Filter
from invoicing import lifecycle
from invoicing.states import COMPLETE, FAIL
from tests.erp_integrations.accounting import connected_company
from tests.factories import OwnerFactory
from tests.real.accessibility import accessibility_faults

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def accounting(transactional_db, erp):
    """Paused, so that no worker of another test takes the exports whose end these tests play themselves."""
    accounting = connected_company(erp.url)
    ErpConnection.objects.filter(pk=accounting.connection.pk).update(paused_at=timezone.now())
    return accounting


def row(page, invoice):
    return page.locator(f"#inv-{invoice.pk}")


def total(page):
    return page.locator("#export-card dd.total")


def filter_count(page, name):
    return page.get_by_role("navigation", name="Filter Invoices By").get_by_role("link", name=name).locator(".n")


def settle(invoice, move, state, **values):
    """What a worker does at the end of an export."""
    job = ExportJob.objects.get(invoice=invoice)
    lifecycle.move(invoice.pk, move)
    if move == COMPLETE:
        place = {"company": job.company, "connection": job.connection, "job": job, "erp_id": "77", "number": "AR-10077"}
        ErpDocument.objects.create(**place, total=invoice.current_payment_due, date=invoice.billing_date)
    ExportJob.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now(), **values)


def test_accept_and_undo_change_row_card_and_focus_in_place(queue, accounting):
    first, second = accounting.sent_invoice(), accounting.sent_invoice()
    page = queue()
    page.evaluate("window.untouched = true")

    page.get_by_role("button", name=f"Accept invoice {first.display_number}").click()

    undo = page.get_by_role("button", name=f"Undo accept, invoice {first.display_number}")
    expect(undo).to_be_focused()
    expect(row(page, first)).to_contain_text("Accepted")
    expect(row(page, first)).to_contain_text("by you, ")
    expect(row(page, second)).not_to_contain_text("Accepted")
    expect(total(page)).to_have_text("$9,000.00")
    expect(page.locator("#live")).to_have_text(
        f"Accepted {first.display_number}. 1 invoice, $9,000.00, ready for Export to ERP."
    )

    undo.click()

    expect(page.get_by_role("button", name=f"Accept invoice {first.display_number}")).to_be_focused()
    expect(total(page)).to_have_text("$0.00")
    assert page.evaluate("window.untouched") is True


def test_accepting_by_key_goes_on_to_the_next_undecided_row(queue, accounting):
    invoices = [accounting.sent_invoice() for _ in range(3)]
    page = queue()

    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(row(page, invoices[1])).to_be_focused()
    page.keyboard.press("a")
    expect(row(page, invoices[2])).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("u")

    expect(total(page)).to_have_text("$9,000.00")
    expect(row(page, invoices[1])).not_to_contain_text("Accepted")


def test_who_was_slower_is_told_in_the_row(queue, accounting):
    invoice = accounting.sent_invoice()
    page = queue()
    actions.accept_invoice(invoice.pk, actor=accounting.approver)

    page.get_by_role("button", name=f"Accept invoice {invoice.display_number}").click()

    expect(row(page, invoice).get_by_role("alert")).to_contain_text("Ana Whitfield accepted this at ")
    expect(row(page, invoice)).to_contain_text("Nothing was changed.")
    expect(row(page, invoice).get_by_role("button", name="Undo")).to_be_visible()


def test_reject_by_dialog_keeps_the_words_and_leaves_a_note(queue, accounting):
    first, second = accounting.sent_invoice(), accounting.sent_invoice()
    page = queue()

    page.keyboard.press("j")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_label("Reason").fill("Bad")
    page.keyboard.press("Control+Enter")
    expect(dialog.locator(".err")).to_have_text("Say a little more: at least 5 characters.")
    expect(dialog.get_by_label("Reason")).to_have_value("Bad")
    page.keyboard.press("Escape")
    page.get_by_role("link", name=f"Reject invoice {first.display_number}").click()
    expect(dialog.get_by_label("Reason")).to_have_value("Bad")
    dialog.get_by_role("button", name="Wrong billing period").click()
    dialog.get_by_role("button", name="Reject", exact=True).click()

    expect(row(page, first)).to_have_count(0)
    expect(dialog).to_be_hidden()
    expect(page.locator("#notes")).to_have_text(f"Rejected {first.display_number}. Priya Nair has been emailed.")
    expect(row(page, second)).to_be_focused()
    expect(filter_count(page, "Ready to Export")).to_have_text("1")
    expect(filter_count(page, "Rejected")).to_have_text("1")
    expect(page.locator("tfoot")).to_contain_text("Total, 1 invoice")


def test_rejecting_the_last_one_says_that_nothing_waits(queue, accounting):
    invoice = accounting.sent_invoice()
    page = queue()

    page.get_by_role("link", name=f"Reject invoice {invoice.display_number}").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("The backup is missing.")
    page.get_by_role("dialog").get_by_role("button", name="Reject", exact=True).click()

    expect(page.get_by_role("heading", name="No invoices are waiting.")).to_be_visible()


def test_export_turns_the_card_into_progress_and_tells_the_end(queue, accounting):
    synced, failed, waiting = accounting.accepted_invoice(), accounting.accepted_invoice(), accounting.sent_invoice()
    page = queue()

    page.get_by_role("button", name="Export to ERP").click()

    expect(page.get_by_role("heading", name="Exporting 2 invoices")).to_be_visible()
    expect(row(page, synced)).to_have_count(0)
    expect(row(page, waiting)).to_have_count(1)
    expect(page.get_by_role("link", name="View export 1")).to_be_focused()

    settle(failed, FAIL, "failed", last_error_code="PERIOD_CLOSED", last_error_params={"period": "Oct 2026"})
    expect(page.locator("#told-run")).to_contain_text("Demo ERP has no open accounting period for Oct 2026.")
    expect(filter_count(page, "Failed to Export")).to_have_text("1")

    settle(synced, COMPLETE, "succeeded")
    ExportRun.objects.update(finished_at=timezone.now())
    expect(page.locator("#told-run")).to_contain_text("Exported 1 of 2 invoices, $9,000.00.")
    expect(page.get_by_role("heading", name="Export to ERP", exact=True)).to_be_visible()
    assert page.locator("[data-poll]").count() == 0

    page.reload()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#told-run")).to_be_empty()


def test_export_without_anything_accepted_says_what_to_do(queue, accounting):
    accounting.sent_invoice()
    page = queue()

    page.get_by_role("button", name="Export to ERP").click()

    expect(page.locator("#export-card").get_by_role("alert")).to_have_text("Accept at least one invoice first.")
    expect(page.get_by_role("button", name="Export to ERP")).to_be_focused()


@pytest.fixture
def everything(accounting):
    """Something under every filter; returns a path for each page."""
    sent, failed, moving = accounting.sent_invoice(), accounting.accepted_invoice(), accounting.accepted_invoice()
    contract = accounting.contract()
    contract.owner = OwnerFactory(company=accounting.company)
    contract.save()
    accounting.sent_invoice(contract)
    rejected = accounting.sent_invoice()
    actions.reject_invoice(rejected.pk, actor=accounting.approver, reason="The period is wrong.")
    accounting.export()
    settle(failed, FAIL, "failed", last_error_code="PERIOD_CLOSED")
    ExportJob.objects.filter(invoice=moving).update(state="retry_wait", last_error_code="UNREACHABLE")
    synced = accounting.accepted_invoice()
    accounting.export()
    settle(synced, COMPLETE, "succeeded")
    accounting.accepted_invoice()
    return [
        *(f"owner-invoices/?status={each}" for each in Filter.values),
        "owner-invoices/?status=ready&q=nothing",
        f"owner-invoices/{sent.pk}/",
        f"owner-invoices/{sent.pk}/reject/",
        "exports/",
        "exports/1/",
        "mappings/",
        "settings/",
        f"mappings/owner/{contract.owner.pk}/",
    ]


@pytest.mark.slow
def test_the_decision_on_a_failed_invoice_fits_every_window(queue, accounting):
    invoice = accounting.accepted_invoice()
    accounting.export()
    settle(invoice, FAIL, "failed", last_error_code="DUPLICATE_NUMBER")
    page = queue(f"owner-invoices/{invoice.pk}/")

    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("[data-review]").bounding_box()["height"] < 400


@pytest.mark.slow
def test_every_page_can_be_used_by_everyone(queue, everything):
    faults = []

    for path in everything:
        faults += [f"{path}: {fault}" for fault in accessibility_faults(queue(path))]
    page = queue()
    page.get_by_role("link", name="Reject invoice").first.click()
    page.get_by_role("dialog").get_by_label("Reason").wait_for()
    faults += [f"dialog: {fault}" for fault in accessibility_faults(page)]

    assert faults == []
