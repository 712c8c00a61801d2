"""Importing a schedule of values: file or text, a preview with every problem, then the import; and the export."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.models import ContractLine, CostCode, PrimeContract
from tests.factories import CostCodeFactory, OwnerInvoiceFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.pages import address, error_at, signed_in, words

pytestmark = pytest.mark.django_db

TITLES = "Item,Description,Group,Cost code,Scheduled value\n"
GOOD = TITLES + '01,Concrete,Shell,03-300,"1,000.50"\n02,Steel,Shell,,(200)\n'


@pytest.fixture(scope="module")
def project(once):
    project = ProjectFactory()
    CostCodeFactory(company=project.company, code="03-300")
    return project


@pytest.fixture(scope="module")
def priya(project):
    return signed_in(project.company, project_staff=True)


@pytest.fixture
def contract(project):
    return PrimeContractFactory(project=project, number="PC-011", lines=["10.00"])


def url_of(contract, name="schedule_import"):
    return address(name, contract.project, contract_id=contract.pk)


def file_of(content, name="schedule.csv"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def check(client, contract, text="", **form):
    return client.post(url_of(contract), {"text": text, "step": "check"} | form)


def bring_in(client, contract, text, **form):
    return client.post(url_of(contract), {"text": text, "step": "import", "version": contract.version} | form)


def stored(contract):
    lines = contract.lines.filter(change_order=None).select_related("cost_code")
    return [(line.item, line.group, line.cost_code and line.cost_code.code, line.scheduled_value) for line in lines]


def test_a_file_is_shown_before_anything_is_written_then_imported(priya, contract):
    response = check(priya, contract, file=file_of(GOOD))
    said = words(response)

    assert response.status_code == 200
    assert "Nothing is wrong with these lines. 1 would be added, 1 changed, 0 removed; 0 stand so already." in said
    assert (
        "2 lines of the file 800.50 Original contract sum now 10.00 Original contract sum after the import 800.50"
        in said
    )
    assert "2 Changed 01 Concrete Shell was none 1,000.50 was 10.00 3 Added 02 Steel Shell" in said
    assert stored(contract) == [("01", "", None, Decimal("10.00"))]
    carried = response.context["upload"].initial["text"]

    imported = bring_in(priya, contract, carried)

    assert imported.status_code == 302
    assert stored(contract) == [
        ("01", "Shell", "03-300", Decimal("1000.50")),
        ("02", "Shell", None, Decimal("-200.00")),
    ]


def test_every_problem_is_told_by_row_and_nothing_is_lost(priya, contract):
    text = TITLES + "\n,No item,,,5\n02,,,,x\n03,Steel,,99-999,1.234\n02,Twice,,,7\n04,\x01,,,=1+1\n"

    response = bring_in(priya, contract, text)

    told = [(each.row, each.column, each.sentence) for each in response.context["found"].problems]
    assert response.status_code == 422
    assert told == [
        (3, "Item", "Enter an item, such as 01."),
        (4, "Description", "Say what the line is for."),
        (4, "Scheduled value", "This is not an amount. Enter digits, such as 1,234.50."),
        (5, "Scheduled value", "An amount has at most two decimals. Round it to the cent."),
        (5, "Cost code", "There is no such cost code. It can be created below."),
        (6, "Item", "Item 02 stands in row 4 already."),
        (7, "Description", "This holds a character that cannot be stored."),
        (7, "Scheduled value", "This is not an amount. Enter digits, such as 1,234.50."),
    ]
    assert "03\tSteel\t\t99-999\t1.234" in response.content.decode()
    assert "5 lines of the file …" in words(response)
    assert len(stored(contract)) == 1


def test_what_the_schedule_as_it_stands_has_against_a_line_is_told_too(priya, contract):
    OwnerInvoiceFactory(contract=contract, work=Decimal("5.00"))

    response = check(priya, contract, TITLES + "02,New,,,5\n01,Concrete,,,-5\n")
    removing = check(priya, contract, TITLES + "02,New,,,5\n", remove_others="on")

    assert "3 Scheduled value -5 Line 01 is billed on PC-011 #1. Its value cannot change its sign." in words(response)
    assert "Line 01 stands on PC-011 #1. Set its value to 0.00 instead of removing it." in words(removing)


def test_unknown_cost_codes_are_offered_to_be_created(priya, contract):
    text = TITLES + "01,Masonry,,04-200,5\n02,More,,04-200,6\n"

    asked = check(priya, contract, text)
    made = bring_in(priya, contract, text, create_codes="on")

    assert "Cost codes not known yet: 04-200." in words(asked)
    assert "2 Cost code 04-200 There is no such cost code. It can be created below. 2 rows have it" in words(asked)
    assert made.status_code == 302
    assert CostCode.objects.get(company=contract.company, code="04-200").name == "Masonry"
    assert [line[2] for line in stored(contract)] == ["04-200", "04-200"]


def test_lines_that_the_file_does_not_name_stay_or_go(priya, contract):
    bring_in(priya, contract, TITLES + "02,Steel,,,5\n")
    stayed = [line[0] for line in stored(contract)]
    contract.refresh_from_db()
    bring_in(priya, contract, TITLES + "02,Steel,,,5\n", remove_others="on")

    assert (stayed, [line[0] for line in stored(contract)]) == (["01", "02"], ["02"])


def test_a_decimal_comma_is_found_out_and_can_be_chosen(priya, contract):
    check_one = check(priya, contract, "Item;Description;Amount\n01;Beton;1.234,50\n")
    chosen = check(priya, contract, "Item;Description;Amount\n01;Beton;1.234\n", style="comma")

    assert "Numbers were read with a comma for decimals." in words(check_one)
    assert "1 line of the file 1,234.50" in words(check_one)
    assert "1 line of the file 1,234.00" in words(chosen)


def test_pasted_lines_without_titles(priya, contract):
    assert bring_in(priya, contract, "01\tConcrete\t12.50\n02\tSteel\t7\n").status_code == 302
    assert [line[3] for line in stored(contract)] == [Decimal("12.50"), Decimal("7.00")]


def test_quantities_make_the_value(priya, project):
    contract = PrimeContractFactory(project=project, accounting_method="unit")
    titles = "Item,Description,Qty,UOM,Unit cost,Scheduled value\n"

    wrong = check(priya, contract, titles + "01,Pipe,3,m,0.335,1.00\n02,Lump,,,,5\n03,Half,2,m,,\n")
    bring_in(priya, contract, titles + "01,Pipe,3,m,0.335,1.01\n02,Lump,,,,5\n")

    assert [(each.row, each.column, each.sentence) for each in wrong.context["found"].problems] == [
        (2, "Scheduled value", "Quantity times unit price is 1.01."),
        (4, "Unit price", "Enter a number, such as 1,234.5."),
    ]
    line = contract.lines.first()
    assert (line.quantity, line.unit, line.unit_price, line.scheduled_value) == (
        3,
        "m",
        Decimal("0.335"),
        Decimal("1.01"),
    )


@pytest.mark.parametrize("name", ["schedule_csv", "schedule_xlsx"])
@pytest.mark.parametrize("method", ["amount", "unit"])
def test_an_export_imports_back_unchanged(priya, project, method, name):
    contract = PrimeContractFactory(project=project, accounting_method=method)
    code = CostCode.objects.get(code="03-300")
    texts = ["=SUM(A1)", "'quoted", "-3 below", 'a "b", c; d|e', "Größe, 2. OG"]
    for n, text in enumerate(texts, start=1):
        options = {"quantity": Decimal("2.5"), "unit": "m", "unit_price": Decimal(n)} if method == "unit" else {}
        ContractLine.objects.create(
            company=contract.company,
            contract=contract,
            position=n,
            item=f"-{n}",
            description=text,
            group="@ site",
            cost_code=code,
            scheduled_value=Decimal("2.5") * n if options else Decimal(-n),
            **options,
        )
    before = list(contract.lines.values())
    exported = priya.get(url_of(contract, name))

    response = check(priya, contract, file=file_of(exported.content), remove_others="on")
    imported = bring_in(priya, contract, response.context["upload"].initial["text"], remove_others="on")

    assert "0 would be added, 0 changed, 0 removed; 5 stand so already." in words(response)
    assert (imported.status_code, list(contract.lines.values())) == (302, before)
    assert name == "schedule_xlsx" or ",'=SUM(A1)," in exported.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7\x00", "This is not a table. Choose a file saved as CSV or XLSX."),
        (b"x" * 4_000_001, "This file is too large. The limit is 4 MB."),
        (
            b"Item,Description,Value\n01," + b"x" * 1_000_000,
            "Row 2 cannot be read: a cell is longer than any text here",
        ),
        (b"a\x81", "The letters of this file cannot be read. Save it as CSV in UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(priya, contract, content, message):
    response = check(priya, contract, file=file_of(content))

    assert response.status_code == 422
    assert message in error_at(response, "id_file")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a file, or paste the lines."),
        ("Item,Description,Scheduled value\n", "There are no lines beneath the titles."),
        (
            "just some words",
            "The first row must name the columns: Item, Description, Group, Cost code, Scheduled value.",
        ),
        ("Item,Description\n1,x", "No column is called Scheduled value. Name it so in the row of titles."),
        (TITLES + "01,x,,," + "9" * 400, "This is too long for an amount."),
        (
            TITLES + "01,x,,,99999999999999.99\n02,x,,,99999999999999.99",
            "The lines of the schedule add up to more than",
        ),
        (TITLES + "01,x,,,NaN", "This is not an amount."),
        (TITLES + "01,\x00x,,,1", "Null characters are not allowed."),
        (TITLES + f"01,x,,{'c' * 31},1", "This is no cost code. The limit is 30 characters."),
        (TITLES + "".join(f"{n},x,,,1\n" for n in range(5_001)), "The limit is 5,000 lines. Import the rest apart."),
    ],
)
def test_text_that_cannot_be_imported_is_refused_in_words(priya, contract, text, said):
    response = bring_in(priya, contract, text)

    assert response.status_code == 422
    assert said in words(response)
    assert contract.lines.count() == 1


def test_a_schedule_that_changed_or_was_locked_meanwhile_keeps_the_preview(priya, contract):
    PrimeContract.objects.filter(pk=contract.pk).update(version=5)
    changed = bring_in(priya, contract, GOOD)
    OwnerInvoiceFactory(contract=contract, approved=True)
    locked = bring_in(priya, contract, GOOD, version=5)

    assert (changed.status_code, locked.status_code) == (409, 409)
    assert "PC-011 has changed since this page was opened. Nothing was overwritten." in words(changed)
    assert "locked since PC-011 #1 was approved" in words(locked)
    assert "02\tSteel\tShell\t\t(200)" in locked.content.decode()


def test_many_lines_cost_as_many_queries_as_few(priya, project):
    counts = []
    for lines in (3, 1_000):
        contract = PrimeContractFactory(project=project, lines=2)
        OwnerInvoiceFactory(contract=contract, work=None)
        text = TITLES + "".join(f"{n:02},Line {n},,03-300,{n}\n" for n in range(1, lines + 1))
        with CaptureQueriesContext(connection) as captured:
            assert bring_in(priya, contract, text).status_code == 302
        counts.append(len(captured))

    assert counts[1] - counts[0] <= 8, counts  # more rows than one INSERT takes
    assert counts[0] <= 60
