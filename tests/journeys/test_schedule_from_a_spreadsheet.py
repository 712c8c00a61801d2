"""A schedule of values comes out of a workbook, is corrected on the way, typed on by keyboard, pasted into and kept."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from invoicing.spreadsheet import as_xlsx
from tests.factories import CompanyFactory, MembershipFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.pages import address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LINES = 200
TITLES = ["Item", "Description", "Group", "Cost code", "Scheduled value"]
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const paste = {clipboardData: data, bubbles: true, cancelable: true};
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
}"""


@pytest.fixture
def contract(transactional_db):
    company = CompanyFactory(name="Harborvine Builders")
    return PrimeContractFactory(
        project=ProjectFactory(company=company, name="Mill Race"),
        number="PC-001",
        signed_sum=Decimal("201000.00"),
        created_by=MembershipFactory(company=company, user__name="Priya Nair", project_staff=True).user,
    )


@pytest.fixture
def workbook(tmp_path):
    """200 lines worth 1,000.00 each, the third one with a value that nobody can read."""
    rows = [[f"{n:03}", f"Work {n}", f"Phase {n // 50 + 1}", "03-300", Decimal("1000.00")] for n in range(1, LINES + 1)]
    rows[2][-1] = "tbd"
    path = tmp_path / "schedule.xlsx"
    path.write_bytes(as_xlsx(TITLES, rows))
    return path


def test_from_a_workbook_to_a_schedule_that_equals_the_contract(contract, workbook, web, browse, look, has_scripts):
    page = browse(contract.created_by)
    page.goto(address("schedule", contract.project, contract_id=contract.pk))
    look(page, "schedule, signed and empty")
    page.get_by_role("link", name="Import").click()
    look(page, "schedule import")
    page.get_by_label("File optional").set_input_files(workbook)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("row").filter(has_text="tbd")).to_contain_text("Scheduled value")
    look(page, "schedule import, problems")

    lines = page.get_by_label("The lines, to correct here or in the file")
    lines.fill(lines.input_value().replace("tbd", "1,000.00"))
    page.get_by_label("Create the cost codes that are not known yet").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("200 would be added, 0 changed, 0 removed")).to_be_visible()
    expect(page.get_by_role("row", name="Difference")).to_contain_text("−1,000.00")
    look(page, "schedule import, nothing wrong")
    page.get_by_role("button", name="Import", exact=True).click()

    expect(page.get_by_text("200 lines were imported into PC-001.")).to_be_visible()
    expect(page.get_by_role("row", name="Phase 2 50,000.00", exact=True)).to_be_visible()
    look(page, "schedule, grouped")
    (type_on if has_scripts else fill_in)(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The schedule of values of PC-001 was saved.")).to_be_visible()
    assert (contract.lines.count(), contract.original_sum()) == (LINES + 2, Decimal("201000.00"))
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("rowheader", name="Line 202 added")).to_be_visible()
    look(page, "contract history")
    assert look.faults == []


def type_on(page):
    """Two rows pasted into the first blank line; the totals follow before anything is saved."""
    page.get_by_label("Item, new line 1").focus()
    page.evaluate(PASTE, "201\tSigns\tPhase 4\t03-300\t600.00\n202\tFence\tPhase 4\t\t400.00\n")
    expect(page.get_by_text("2 rows pasted.")).to_be_visible()
    expect(page.get_by_role("row", name="Original contract sum")).to_contain_text("201,000.00")
    expect(page.get_by_role("row", name="Difference")).to_contain_text("0.00")
    page.get_by_label("Scheduled value, new line 1").press("Enter")
    expect(page.get_by_label("Scheduled value, new line 2")).to_be_focused()
    page.get_by_label("Description, new line 5").press_sequentially("A blank line follows whatever is typed last")
    expect(page.get_by_label("Item, new line 6")).to_be_visible()
    expect(page.get_by_label("Item, new line 7")).to_have_count(0)
    page.get_by_label("Description, new line 5").fill("")


def fill_in(page):
    for n, (item, value) in enumerate((("201", "600.00"), ("202", "400.00")), start=1):
        page.get_by_label(f"Item, new line {n}").fill(item)
        page.get_by_label(f"Description, new line {n}").fill("Signs")
        page.get_by_label(f"Scheduled value, new line {n}").fill(value)
