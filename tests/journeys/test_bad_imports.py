"""Files that cannot become a schedule, a journey each: the page says what is wrong, and the next try goes in."""

import io
import re
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from invoicing.spreadsheet import as_xlsx
from tests.factories import CompanyFactory, MembershipFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.pages import address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TITLES = ["Item", "Description", "Group", "Cost code", "Scheduled value"]
MENDED = "Item\tDescription\tScheduled value\n01\tConcrete\t1,000.00\n02\tSteel\t250.00\n"


@pytest.fixture
def contract(transactional_db):
    company = CompanyFactory()
    return PrimeContractFactory(
        project=ProjectFactory(company=company),
        number="PC-001",
        created_by=MembershipFactory(company=company, project_staff=True).user,
    )


@pytest.fixture(params=[pytest.param(True, id="with-scripts")])
def has_scripts(request):
    return request.param


def workbook(*rows, titles=TITLES):
    return as_xlsx(titles, [list(row) for row in rows])


def unfolding(size):
    """A workbook that says it is `size` bytes once unfolded, of a few thousand as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return out.getvalue()


def never_calculated():
    """What a program writes that leaves its formulas for Excel to work out."""
    book = Workbook()
    book.active.append(TITLES)
    book.active.append(["01", "Concrete", "", "", "=500+500"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES = {
    "empty": ("schedule.csv", b"", "This file is empty."),
    "another kind": ("schedule.xlsx", b"%PDF-1.7\n\x00", "This is not a table. Choose a file saved as CSV or XLSX."),
    "old kind or password": (
        "schedule.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "Save it as .xlsx or as CSV without one, and choose that.",
    ),
    "damaged": ("schedule.xlsx", workbook(["01", "Concrete", "", "", Decimal(1)])[:900], "This workbook cannot"),
    "bomb": ("schedule.xlsx", unfolding(50_000_000), "This workbook unfolds to more than 40 MB or 500 parts."),
    "too large": ("schedule.csv", b"x" * 4_000_001, "This file is too large. The limit is 4 MB."),
    "quotation mark": ("schedule.csv", b'Item,Description,Value\n01,"' + b"x" * 140_000, "is not closed."),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read(contract, web, browse, kind):
    name, content, sentence = FILES[kind]
    page = open_import(browse, contract)
    page.get_by_label("Remove lines of the schedule").check()

    choose(page, name, content)

    expect(page.get_by_label("File optional")).to_have_accessible_description(matching(sentence))
    expect(page.get_by_label("Remove lines of the schedule")).to_be_checked()
    mend_and_import(page, contract)


ROWS = {
    "no titles": (["01", "x"], "The first row must name the columns"),
    "no value column": (["Item,Description", "01,Concrete"], "No column is called Scheduled value."),
    "no lines": ([",".join(TITLES)], "There are no lines beneath the titles."),
    "no item": ([",".join(TITLES), ",Concrete,,,5"], "2 Item Enter an item, such as 01."),
    "no description": ([",".join(TITLES), "01,,,,5"], "2 Description Say what the line is for."),
    "not an amount": ([",".join(TITLES), "01,Concrete,,,tbd"], "2 Scheduled value tbd This is not an amount."),
    "parts of a cent": ([",".join(TITLES), "01,Concrete,,,1.005"], "An amount has at most two decimals."),
    "item twice": ([",".join(TITLES), "01,a,,,5", "01,b,,,6"], "3 Item 01 Item 01 stands in row 2 already."),
    "unknown cost code": ([",".join(TITLES), "01,a,,99-999,5"], "2 Cost code 99-999 There is no such cost code."),
    "too long": ([",".join(TITLES), f"{'9' * 21},a,,,5"], "This is too long. The limit is 20 characters."),
    "too many": (
        [",".join(TITLES), *(f"{n},a,,,1" for n in range(5_001))],
        "The limit is 5,000 lines. Import the rest apart.",
    ),
    "beyond what a contract holds": (
        [",".join(TITLES), "01,a,,,99999999999999.99", "02,a,,,99999999999999.99"],
        "The lines of the schedule add up to more than",
    ),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_file_whose_lines_are_wrong(contract, web, browse, kind):
    rows, sentence = ROWS[kind]
    page = open_import(browse, contract)

    choose(page, "schedule.csv", "\n".join(rows).encode())

    expect(page.locator("main")).to_contain_text(matching(sentence))
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    assert contract.lines.count() == 0
    mend_and_import(page, contract)


def test_a_workbook_whose_formulas_were_never_calculated(contract, web, browse):
    page = open_import(browse, contract)

    choose(page, "schedule.xlsx", never_calculated())

    expect(page.locator("main")).to_contain_text(matching("2 Scheduled value"))
    mend_and_import(page, contract)


def open_import(browse, contract):
    page = browse(contract.created_by)
    page.goto(address("schedule", contract.project, contract_id=contract.pk))
    page.get_by_role("link", name="Import").click()
    return page


def choose(page, name, content):
    page.get_by_label("File optional").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name="Check").click()
    page.wait_for_load_state()


def matching(sentence):
    """The sentence, with whatever white space a page has between its words."""
    return re.compile(r"\s*".join(map(re.escape, sentence.split())))


def mend_and_import(page, contract):
    """The next try: the lines as text, on the page as it stands."""
    page.get_by_label("lines, to correct").or_(page.get_by_label("Or paste the lines here")).fill(MENDED)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Nothing is wrong with these lines.")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 lines were imported into PC-001.")).to_be_visible()
    assert contract.original_sum() == Decimal("1250.00")
