"""One application, read back from the page, the PDF, the workbook and the table: the same figures in all four."""

import csv
import io
import re
import subprocess
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest

from directory.terminology import terms_of
from invoicing import printing
from invoicing.models import ContractLine
from invoicing.money import format_printed, format_share
from tests.factories import ChangeOrderFactory, ContractLineFactory, OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing.documents import pdf_pieces, read_amount, workbook_values
from tests.invoicing.pages import page_of, signed_in, words

pytestmark = pytest.mark.django_db

TRAP = '=HYPERLINK("x") #pagebreak() $a$ *b* \\ <i> "q"'


# The sections of the sheet, and what its lines, its subtotals and all of it are worth in column C.
HEADINGS = [
    "*Con*crete #1",
    "Other lines",
    "Prime Contract Change Order CO-1 Stairs, approved Jan 1, 2026",
    "Prime Contract Change Order CO-2 Stairs, approved Jan 1, 2026",
]
WORTH = ["1000.10", "0", "1000.10", "333.33", "333.33", "250.05", "250.05", "-80.20", "-80.20", "1503.28"]
NAMED = [("Contractor", "Harbor & Vine"), ("Architect or engineer", TRAP)]


@pytest.fixture(scope="module")
def made(once):
    """The second application of a contract with a group, an addition and a deduction, as each document has it."""
    values = ["1000.10", "333.33", "0"]
    contract = PrimeContractFactory(number="PC 1/2", lines=values, architect=TRAP, contractor="Harbor & Vine")
    ContractLine.objects.filter(contract=contract, position=1).update(description=TRAP)
    ContractLine.objects.filter(contract=contract, position__in=[1, 3]).update(group="*Con*crete #1")
    for number, value in (("CO-1", "250.05"), ("CO-2", "-80.20")):
        order = ChangeOrderFactory(contract=contract, number=number, title="Stairs")
        ContractLineFactory(contract=contract, change_order=order, group="Stone", scheduled_value=Decimal(value))
    OwnerInvoiceFactory(contract=contract, approved=True, work=Decimal("12.34"))
    invoice = OwnerInvoiceFactory(contract=contract, approved=True)
    client = signed_in(contract.company, project_reader=True)
    answers = {name: client.get(page_of(invoice, f"invoice_{name}")) for name in ("print", "pdf", "xlsx", "csv")}
    return SimpleNamespace(invoice=invoice, contract=contract, client=client, **answers)


def amounts(invoice, printed):
    """What every document must say: lines 1 to 9, then the figures of each line and subtotal, then the totals."""
    rows = [row for each in printed.sections for row in (*(line.figures for line in each.lines), each.totals)]
    columns = [[getattr(row, name) for _, _, name in printing.COLUMNS] for row in (*rows, printed.totals)]
    return [amount for _, _, amount in printed.summary_rows], columns


@pytest.fixture
def told(made):
    invoice = made.invoice
    summary, rows = amounts(invoice, printing.printed(invoice, terms_of(invoice.company.dictionary)))
    assert summary[-2:] == [invoice.current_payment_due, invoice.balance_to_finish]
    assert [row[0] for row in rows] == [*map(Decimal, WORTH)]
    return summary, rows


def test_a_change_order_is_new_on_the_application_that_carries_it_first(made):
    terms = terms_of(made.contract.company.dictionary)
    first, second = (printing.printed(each, terms).changes for each in made.contract.invoices.order_by("position"))

    none, both = (Decimal(0), Decimal(0)), (Decimal("250.05"), Decimal("-80.20"))
    assert [(each.additions, each.deductions) for each in first] == [none, both, both]
    assert [(each.additions, each.deductions) for each in second] == [both, none, both]


def assert_in_order(text, parts):
    for part in parts:
        before, found, text = text.partition(part)
        assert found, (part, before)


def shown(row):
    """A row of figures as the printed sheet writes it."""
    pairs = zip(row, printing.COLUMNS, strict=True)
    return [format_share(value) if name == "percent" else format_printed(value) for value, (_, _, name) in pairs]


def test_the_page_has_the_figures(made, told):
    summary, rows = told
    text = words(made.print).replace("\N{MINUS SIGN}", "-")

    numbers = [f"{amount:,.2f}" for amount in summary]
    assert re.findall(r"-?[\d,]+\.\d\d(?!%)", text)[: len(numbers)] == numbers
    sheet = text[text.index("I Retainage") :]
    for row in rows:
        figures = [format_share(value) if n == 5 else f"{value:,.2f}" for n, value in enumerate(row)]
        before, found, sheet = sheet.partition(" ".join(filter(None, figures)).replace("\N{MINUS SIGN}", "-"))
        assert found, (row, before)
    assert_in_order(text, [part for heading in HEADINGS for part in (heading, f"Subtotal, {heading}")])
    assert_in_order(text, [" ".join(each) for each in NAMED])


def test_the_pdf_has_the_figures(made, told):
    summary, rows = told
    pages = pdf_pieces(made.pdf.content)
    first, second = pages

    numbers = [read_amount(piece) for piece in first if re.fullmatch(r"\(?[\d,]+\.\d\d\)?", piece)]
    assert numbers[-len(summary) :] == summary
    printed = [piece for piece in second if re.fullmatch(r"\(?[\d,]+\.\d\d\)?|.?[\d,.]+%", piece)]
    assert printed == [figure for row in rows for figure in shown(row) if figure]
    headed = [part for heading in HEADINGS for part in (heading, f"Subtotal, {heading}")]
    assert_in_order(unspaced(second), map(unspaced, headed))
    assert_in_order(unspaced(first), [unspaced(name + text) for name, text in NAMED])


def test_the_workbook_has_the_figures_and_its_formulas_come_to_them(made, told):
    summary, rows = told
    cached = openpyxl.load_workbook(io.BytesIO(made.xlsx.content), data_only=True)
    computed = workbook_values(made.xlsx.content)

    first = next(row[0].row for row in cached["Summary"].iter_rows() if row[0].value == "Line") + 1
    places = [f"C{first + n}" for n in range(len(summary))]
    assert [Decimal(str(cached["Summary"][place].value)) for place in places] == summary
    assert [computed.value("Summary", place) for place in places] == summary
    assert {tuple(cell.value for cell in row[:2]) for row in cached["Summary"].iter_rows()} >= set(NAMED)
    sheet = cached["Continuation"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2) if row[2].value is None] == HEADINGS
    assert [row[1].value for row in sheet.iter_rows(min_row=2) if row[0].value == "Subtotal"] == HEADINGS
    figured = [row[0].row for row in sheet.iter_rows(min_row=2) if row[2].value is not None]
    for n, row in zip(figured, rows, strict=True):
        figures = [value / 100 if value is not None and k == 5 else value for k, value in enumerate(row)]
        figures = ["" if value is None else value for value in figures]
        assert [computed.value("Continuation", f"{column}{n}") for column in "CDEFGHIJ"] == figures
        kept = [sheet[f"{column}{n}"].value for column in "CDEFGHIJ"]
        assert ["" if value in (None, "") else Decimal(str(value)) for value in kept] == figures


def test_the_table_has_the_figures(made, told):
    summary, rows = told
    table = list(csv.reader(io.StringIO(made.csv.content.decode("utf-8-sig"))))

    first = table.index(["Line", "Summary", "Amount"]) + 1
    assert [Decimal(row[2]) for row in table[first : first + len(summary)]] == summary
    assert {(row[0], row[1].removeprefix("'")) for row in table if len(row) == 2} >= set(NAMED)
    sheet = table[[row[:2] for row in table].index(["Item", "Description"]) + 1 :]
    assert [row[0].removeprefix("'") for row in sheet if len(row) == 1] == HEADINGS
    assert [row[1].removeprefix("'") for row in sheet if row[0] == "Subtotal"] == HEADINGS
    assert [[Decimal(text) if text else None for text in row[2:]] for row in sheet if len(row) > 1] == rows


def unspaced(pieces):
    """Text without spaces: a line that is broken loses the one it is broken at."""
    return "".join("".join(pieces).split())


def test_typed_text_is_text_everywhere(made):
    book = openpyxl.load_workbook(io.BytesIO(made.xlsx.content))

    cell = book["Continuation"]["B3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (TRAP, "s", True)
    assert unspaced(pdf_pieces(made.pdf.content)[1]).count(unspaced(TRAP)) == 1
    assert ["01", f"'{TRAP}"] in [row[:2] for row in csv.reader(io.StringIO(made.csv.content.decode("utf-8-sig")))]
    assert TRAP in words(made.print)


def test_a_download_is_named_and_typed(made):
    assert made.pdf["Content-Disposition"] == 'attachment; filename="PC-1-2-application-2.pdf"'
    assert made.pdf["Content-Type"] == "application/pdf"
    assert made.pdf["Cache-Control"] == "private, no-store"
    assert made.xlsx["Content-Disposition"].endswith('2.xlsx"')
    assert made.csv["Content-Disposition"].endswith('2.csv"')


def test_the_pdf_is_tagged_titled_and_carries_its_fonts(made):
    pdf = made.pdf.content

    assert b"/Marked true" in pdf
    assert b"/Lang(en)" in pdf
    assert b"pdfuaid:part" in pdf
    assert f"/Title(Owner Invoice {made.invoice.number})".encode() in pdf
    assert len(re.findall(rb"/FontFile3 ", pdf)) == len(re.findall(rb"/Type/FontDescriptor", pdf)) > 0
    assert unspaced(made.contract.owner.name) in unspaced(pdf_pieces(pdf)[0])


def test_what_is_no_claim_says_so(made):
    draft = OwnerInvoiceFactory(contract=made.contract)

    answer = made.client.get(page_of(draft, "invoice_pdf"))
    page = words(made.client.get(page_of(draft, "invoice_print")))

    assert 'application-3-draft.pdf"' in answer["Content-Disposition"]
    assert "DRAFT:thisisnotforpayment." in unspaced(pdf_pieces(answer.content)[0])
    assert "Draft: this is not for payment." in page


def test_a_document_that_takes_too_long_is_a_message(made, monkeypatch):
    def late(command, **_):
        raise subprocess.TimeoutExpired(command, 25)

    monkeypatch.setattr("invoicing.printing.pdf.subprocess.run", late)

    answer = made.client.get(page_of(made.invoice, "invoice_pdf"), follow=True)

    assert "The PDF could not be made." in words(answer)
