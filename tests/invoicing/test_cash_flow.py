"""The pictures' page: drawing and table come from one series, and both agree with the list of contracts."""

import re
from decimal import Decimal

import pytest

from invoicing.cash_flow import months_of, with_cash
from invoicing.models import PrimeContract
from invoicing.money import format_amount
from invoicing.pictures.geometry import bar, polyline, scale_of
from invoicing.receivables import with_receivables
from tests.factories import OwnerInvoiceFactory, PaymentFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.pages import address, signed_in, words
from tests.invoicing.test_page_costs import queries

pytestmark = pytest.mark.django_db
CURVES = ("billed", "due", "paid", "retained")


@pytest.fixture(scope="module")
def project(once):
    """Two contracts with a payment each, a draft among the applications, and a private contract."""
    project = ProjectFactory(company__slug="harborvine", slug="mill-race")
    for number, lines in (("PC-1", 3), ("PC-2", 1)):
        contract = PrimeContractFactory(project=project, number=number, lines=lines)
        invoice = OwnerInvoiceFactory(contract=contract, approved=True)
        PaymentFactory(invoice=invoice, amount=Decimal("50.00"))
        OwnerInvoiceFactory(contract=contract)
    private = PrimeContractFactory(project=project, number="PC-3", private=True, lines=["777.00"])
    OwnerInvoiceFactory(contract=private, approved=True)
    return project


@pytest.fixture(scope="module")
def reader(project):
    return signed_in(project.company, project_reader=True)


def drawn(html, name):
    return re.search(rf'data-line="{name}" points="([^"]*)"', html).group(1)


def test_drawing_and_table_are_one_series_and_agree_with_the_list(reader, project):
    mine = PrimeContract.objects.filter(project=project).open_to(reader.user)
    months, sums = months_of(mine), with_receivables(mine)
    page = reader.get(address("project_cash_flow", project))
    html, said = page.content.decode(), words(page)

    last = months[-1]
    assert (last.billed, last.paid, last.due) == tuple(
        sum(getattr(each, name) for each in sums) for name in ("billed", "paid", "due")
    )
    scale = scale_of([getattr(month, name) for month in months for name in CURVES])
    for name in CURVES:
        assert drawn(html, name) == polyline([getattr(month, name) for month in months], scale)
    for month in months:
        row = " ".join(format_amount(getattr(month, name)) for name in CURVES)
        assert f"{month.first:%b %Y} {row}" in said
    assert "Total 4,000.00 800.00 20.0% 100.00 80.00" in said
    assert "Total (USD) 4,000.00 0.00 4,000.00 800.00 100.00 3,900.00 20.0%" in words(
        reader.get(address("contracts", project))
    )
    assert "PC-3" not in said


def test_bars_are_the_contracts_own_figures(reader, project):
    contract = PrimeContract.objects.get(number="PC-1")
    page = reader.get(address("contract_cash_flow", project, contract_id=contract.pk))
    sums = with_cash(PrimeContract.objects.filter(pk=contract.pk)).get()
    scale = scale_of([sums.revised, sums.billed, sums.paid])

    for name in ("revised", "billed", "paid"):
        tag = re.search(rf'<rect data-bar="{name}"[^>]*>', page.content.decode()).group()
        assert f'width="{bar(getattr(sums, name), scale).length}%"' in tag
    assert "PC-1 Shell and core 3,000.00 600.00 20.0% 50.00 60.00" in words(page)


def test_a_contract_without_invoices_says_so(project):
    priya = signed_in(project.company, project_staff=True)
    empty = PrimeContractFactory(project=project, number="PC-9", lines=["0.00"])

    page = priya.get(address("contract_cash_flow", project, contract_id=empty.pk))

    assert "Nothing was billed yet." in words(page)


def test_more_contracts_cost_no_more_queries(reader, project):
    url, counts = address("project_cash_flow", project), []
    for _ in range(2):
        counts.append(queries(reader, url))
        OwnerInvoiceFactory(contract=PrimeContractFactory(project=project, lines=1), approved=True)
        OwnerInvoiceFactory(contract=PrimeContractFactory(project=project, lines=1))

    assert counts[0] == counts[1] <= 15
