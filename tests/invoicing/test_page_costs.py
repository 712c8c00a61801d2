"""A page costs the same number of queries for one row, three and fifty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoicing.forms import lines as application_form
from invoicing.forms import schedule as schedule_form
from invoicing.models import OwnerInvoice
from invoicing.views.sheets import LINES_PER_PAGE
from tests.factories import (
    BillingPeriodFactory,
    CostCodeFactory,
    OwnerFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.invoicing.pages import address, page_of, signed_in

pytestmark = pytest.mark.django_db

ROWS = (1, 3, 50)


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def priya(project):
    return signed_in(project.company, project_staff=True)


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def costs(client, url, add):
    """What the page costs when it has so many rows, and once more with as many again."""
    found, had = [], 0
    for wanted in ROWS:
        for _ in range(wanted - had):
            add()
        had = wanted
        found.append(queries(client, url))
    return found


def assert_constant(counts, most):
    assert len(set(counts)) == 1, counts
    assert counts[0] <= most, counts


def test_contracts(priya, project):
    owner = OwnerFactory(company=project.company)

    def add():
        contract = PrimeContractFactory(project=project, owner=owner, lines=1)
        if OwnerInvoice.objects.count() < ROWS[1]:
            OwnerInvoiceFactory(contract=contract, period=period)

    period = BillingPeriodFactory(project=project)
    assert_constant(costs(priya, address("contracts", project), add), most=12)


def test_invoices_of_a_contract(priya, project):
    contract = PrimeContractFactory(project=project, lines=2)
    OwnerInvoiceFactory(contract=contract, sent=True)
    url = address("contract_invoices", project, contract_id=contract.pk)

    def add():
        OwnerInvoiceFactory(contract=contract, work=None, failed=OwnerInvoice.objects.count() in (2, 4))

    assert_constant(costs(priya, url, add), most=20)


def test_periods(priya, project):
    assert_constant(costs(priya, address("periods", project), lambda: BillingPeriodFactory(project=project)), most=12)


def test_projects_owners_and_cost_codes(priya, project):
    company = project.company
    for name, factory in (("projects", ProjectFactory), ("owners", OwnerFactory), ("cost_codes", CostCodeFactory)):
        url = reverse(f"projects:{name}", args=[company.slug])
        assert_constant(costs(priya, url, lambda factory=factory: factory(company=company)), most=12)


@pytest.fixture
def short_pages(monkeypatch):
    """Fifty lines are more than one page of a grid."""
    monkeypatch.setattr("invoicing.views.sheets.LINES_PER_PAGE", 20)


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_an_application_of_few_lines_and_of_many(priya, project, short_pages, state):
    counts = []
    for lines in ROWS:
        contract = PrimeContractFactory(project=project, lines=lines)
        counts.append(queries(priya, page_of(OwnerInvoiceFactory(contract=contract, **{state: True}))))

    assert_constant(counts, most=27)  # one asks whether the reader may mend what the ERP lacks


def test_a_schedule_of_few_lines_and_of_many(priya, project, short_pages):
    counts = []
    for lines in ROWS:
        contract = PrimeContractFactory(project=project, lines=lines)
        counts.append(queries(priya, address("schedule", project, contract_id=contract.pk)))

    assert_constant(counts, most=20)


def test_documents_of_few_lines_and_of_many(priya, project, monkeypatch):
    monkeypatch.setattr("invoicing.printing.as_pdf", lambda printed: b"%PDF")  # what typst does asks for no rows
    counts = {name: [] for name in ("print", "pdf", "xlsx", "csv")}
    for lines in (ROWS[0], ROWS[-1]):
        contract = PrimeContractFactory(project=project, lines=lines)
        invoice = OwnerInvoiceFactory(contract=contract, approved=True)
        for name, found in counts.items():
            found.append(queries(priya, page_of(invoice, f"invoice_{name}")))

    for found in counts.values():
        assert_constant(found, most=14)


def test_saving_few_lines_and_many(priya, project, short_pages):
    counts = []
    for lines in ROWS:
        invoice = OwnerInvoiceFactory(contract__project=project, contract__lines=lines, work=None)
        form = {f"work-{line.pk}": "10.00" for line in invoice.lines.all()} | {"version": invoice.version}
        with CaptureQueriesContext(connection) as captured:
            assert priya.post(page_of(invoice, "invoice_lines"), form).status_code == 302
        counts.append(len(captured))

    assert_constant(counts, most=40)


def test_a_full_page_of_a_grid_is_no_larger_than_a_form_may_be(settings):
    application = LINES_PER_PAGE * (len(application_form.COLUMNS) + 1)  # and a mark
    whole_schedule = (LINES_PER_PAGE + schedule_form.MOST_NEW) * (len(schedule_form.COLUMNS) + 1)

    assert max(application, whole_schedule) + 20 <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
