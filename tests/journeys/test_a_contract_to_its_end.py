"""A contract from its first page to line 9 at zero: imported, changed, billed month by month, released, all in the ERP.

Every figure of every application is worked out apart from the product, in tests/journeys/pencil.py.
"""

import io
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from openpyxl import Workbook
from playwright.sync_api import expect

from invoicing.models import OwnerInvoice
from invoicing.recomputation import breaks_in_the_chain, broken_within
from tests.journeys.conftest import LOOKED_AT
from tests.journeys.pencil import Books, Line, part, said
from tests.journeys.steps import accept, export, filter_until, open_tool, row_of, send_from_editor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = ["Item", "Description", "Group", "Cost code", "Scheduled value"]
LINES, IN_A_GROUP, ON_A_PAGE = 200, 50, 200
MONTHS = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
WORK, STORED = "E, work this period", "F, materials stored"


def schedule():
    """200 lines in four groups, of values that do not come out even."""
    return [
        Line(f"{n:03}", 100_033 + 1_237 * n, group=f"Phase {(n - 1) // IN_A_GROUP + 1}") for n in range(1, LINES + 1)
    ]


def as_workbook(lines):
    book = Workbook()
    book.active.append(TITLES)
    for line in lines:
        book.active.append([line.item, f"Work {line.item}", line.group, "03-300", line.value / 100])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("has_scripts", [LOOKED_AT])
def test_four_applications_that_close_at_zero(accounting, browse, look, erp, expect_soon):
    books = Books(schedule())
    staff, approver = browse(accounting.staff), browse(accounting.approver)
    write_contract(staff, accounting)
    import_schedule(staff, books, look)

    for number, month in enumerate((begin, change, carry_on, finish), start=1):
        start_application(staff, number)
        month(staff, books, look)
        expect_summary(staff, books, number)
        send_from_editor(staff)
        expect_summary(staff, books, number)
        book(approver, number, expect_soon)
        books.certify()

    look(staff, "invoice, final")
    assert_ledger(erp, approver, books)
    assert_ties_out()
    assert look.faults == []


def write_contract(page, accounting):
    open_tool(page, "All projects")
    page.get_by_role("link", name=accounting.project.name).last.click()
    page.get_by_role("link", name="Create prime contract").click()
    page.get_by_label("Title").fill("Shell and core")
    page.get_by_label("Owner/Client").select_option(label=accounting.owner.name)
    page.get_by_label("Status").select_option(label="Approved")
    page.get_by_label("Retainage on completed work").fill("10")
    page.get_by_label("Retainage on stored materials").fill("5")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name="Schedule of values").wait_for()


def import_schedule(page, books, look):
    page.get_by_role("link", name="Import").click()
    file = {"name": "schedule.xlsx", "mimeType": XLSX, "buffer": as_workbook(books.lines)}
    page.get_by_label("File optional").set_input_files(file)
    page.get_by_label("Create the cost codes that are not known yet").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("200 would be added, 0 changed, 0 removed")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    phase_2 = sum(line.value for line in books.lines if line.group == "Phase 2")
    expect(page.get_by_role("row", name=f"Phase 2 {said(phase_2)}", exact=True)).to_be_visible()
    total = sum(line.value for line in books.lines)
    expect(page.get_by_role("row", name="Original contract sum")).to_contain_text(said(total))


def start_application(page, number):
    """A month's billing period and the application for it."""
    last = MONTHS[number - 1]
    page.get_by_role("link", name="Prime Contracts").first.click()
    page.get_by_role("link", name="Billing Periods").click()
    page.get_by_role("link", name="Create billing period").click()
    page.get_by_label("From").fill(last.replace(day=1).isoformat())
    page.get_by_label("To", exact=True).fill(last.isoformat())
    page.get_by_label("Due date").fill((last + timedelta(days=25)).isoformat())
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("link", name="Prime Contracts", exact=True).first.click()
    page.get_by_role("link", name="PC-001").first.click()
    tab(page, "Invoices")
    page.get_by_role("link", name="Create owner invoice").click()
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("heading", name=f"Owner Invoice PC-001 #{number}").wait_for()


def tab(page, name):
    page.get_by_role("navigation", name="PC-001").get_by_role("link", name=name).click()


# Month by month


def begin(page, books, look):
    """A quarter of a phase in one act and of 20 lines typed as a part of each; material on site for 20 more."""
    edit_many(page, "Phase 1", "25", look)
    for line in books.lines[:70]:
        line.work = part(line.value, 25)
    for line in books.lines[50:70]:
        type_in(page, WORK, line, "25%")
    for line in books.lines[100:110] + books.lines[150:160]:
        line.stored = 50_010
        type_in(page, STORED, line, "500.10")
    save(page)


def change(page, books, look):
    """A change order is approved while the second application is open; it is added, once; material is built in."""
    write_change_order(page, look)
    review_and_add(page, books, look)
    install(page, "Phase 3", "100%", look)
    for line in books.lines:
        if line.group == "Phase 3":
            line.install(line.stored)
    for line in books.lines[:20]:
        line.work = 7_777
        type_in(page, WORK, line, "77.77")
    page.get_by_role("button", name="Save and go to page 2").click()
    bill(page, books.lines[ON_A_PAGE:], lambda line: part(line.value, 50))
    save(page)


def carry_on(page, books, look):
    """Half of what is still stored is built in, more comes to the site, and work goes on."""
    install(page, "All lines", "50%", look)
    for line in books.lines:
        line.install(line.stored // 2)
    for line in books.lines[160:165]:
        line.stored = 33_333
        type_in(page, STORED, line, said(line.stored))
    bill(page, books.lines[70:90], lambda line: line.left // 3)
    save(page)


def finish(page, books, look):
    """The rest of the material is built in, every line is billed to 100 %, and nothing is held any more."""
    install(page, "All lines", "100%", look)
    for line in books.lines:
        line.install(line.stored)
    edit_many(page, "All lines", "100", look)
    for line in books.lines:
        line.work += line.left
    release(page, look)
    for line in books.lines:
        line.released = line.held
    assert books.summary()["9 Balance to finish, with retainage"] == 0


# What is done in them


def bill(page, lines, amount):
    for line in lines:
        line.work = amount(line)
        type_in(page, WORK, line, said(line.work))


def type_in(page, column, line, text):
    """By the label that the field has; to ask for it by role takes a second among a thousand fields."""
    page.locator(f'input[aria-label="{column}, line {line.item}"]').fill(text)


def save(page):
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("was saved.").wait_for()


def write_change_order(page, look):
    tab(page, "Change Orders")
    page.get_by_role("link", name="Create").first.click()
    page.get_by_label("Title").fill("Lobby lighting")
    page.get_by_role("button", name="Create", exact=True).click()
    for n, (item, text, value) in enumerate((("L-1", "Lights", "12,345.67"), ("L-2", "Door credit", "-2,500.05")), 1):
        page.get_by_label(f"Item, new line {n}", exact=True).fill(item)
        page.get_by_label(f"Description, new line {n}", exact=True).fill(text)
        page.get_by_label(f"Cost code, new line {n}", exact=True).fill("03-300")
        page.get_by_label(f"Scheduled value, new line {n}", exact=True).fill(value)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was saved.").wait_for()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("on no invoice yet").wait_for()


def review_and_add(page, books, look):
    tab(page, "Invoices")
    page.get_by_role("link", name="PC-001 #2").click()
    page.get_by_role("link", name="Review & Add").click()
    look(page, "review and add")
    again = page.url
    page.get_by_role("button", name="Add to invoice").click()
    page.get_by_role("heading", name="Owner Invoice PC-001 #2").wait_for()
    books.lines += [Line("L-1", 1_234_567, by_change_order=True), Line("L-2", -250_005, by_change_order=True)]
    expect_summary(page, books, 2)
    page.goto(again)
    expect(page.get_by_text("Every approved change order is on this invoice.")).to_be_visible()
    page.get_by_role("link", name="Back to the invoice").click()


def edit_many(page, lines, percent, look):
    page.get_by_role("link", name="Edit many lines").click()
    page.get_by_label("Complete to date, percent").fill(percent)
    page.get_by_label("Lines optional", exact=True).select_option(label=lines)
    page.get_by_role("button", name="Preview", exact=True).click()
    look(page, "edit many lines, preview")
    page.get_by_role("button", name="Change the lines").click()
    page.get_by_text("lines changed.").first.wait_for()


def install(page, lines, how_much, look):
    page.get_by_role("link", name="Install stored materials").click()
    page.get_by_label("How much").fill(how_much)
    choose(page.get_by_label("Lines optional", exact=True), lines)
    page.get_by_role("button", name="Preview", exact=True).click()
    look(page, "install, preview")
    page.get_by_role("button", name="Install", exact=True).click()
    page.get_by_text("was saved. Into work, E:").wait_for()


def choose(field, words):
    """Each choice says what those lines have: "Phase 3: 5,001.00"."""
    option = field.locator("option").filter(has_text=f"{words}: ")
    field.select_option(value=option.get_attribute("value"))


def release(page, look):
    page.get_by_role("link", name="Release retainage").click()
    page.get_by_label("How much").fill("100%")
    page.get_by_label("Why retainage differs from the contract").fill("Substantial completion, all punch list done.")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_role("row", name="9 Balance to finish, including retainage")).to_contain_text("0.00")
    look(page, "release, preview")
    page.get_by_role("button", name="Release", exact=True).click()
    page.get_by_text("was saved. Released now:").wait_for()


def book(page, number, expect_soon):
    """What an approver does: accept, export, see the ERP's number."""
    open_tool(page, "ERP Integrations")
    accept(page, f"PC-001 #{number}")
    export(page)
    expect_soon(page.get_by_role("link", name=f"View export {number}"))
    filter_until(page, "Synced", row_of(page, f"PC-001 #{number}"))


# What must be true


def expect_summary(page, books, number):
    summary = page.get_by_role("table", name="Lines 1 to 9")
    for name, cents in books.summary().items():
        expect(summary.get_by_role("row", name=f"{name} {said(cents)}", exact=True)).to_have_count(1)
    assert OwnerInvoice.objects.filter(contract__number="PC-001").count() == number


def assert_ledger(erp, approver, books):
    """Four documents, each with the payment that was due, all of them with the contract sum; and each is found here."""
    booked = erp.json("/ledger")
    assert [document["total"].replace(".", "") for document in booked] == [str(due) for due in books.certificates]
    assert sum(books.certificates) == sum(line.value for line in books.lines)
    for number, document in enumerate(booked, start=1):
        expect(row_of(approver, f"PC-001 #{number}")).to_contain_text(document["number"])


def assert_ties_out():
    call_command("tie_out")
    assert [*broken_within(), *breaks_in_the_chain()] == []
