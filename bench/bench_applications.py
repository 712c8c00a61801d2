"""How much longer an application of many lines takes than one of few: to open, type into, save and print."""

import os
import statistics
import time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import report
from bench.sizes import SIZE
from invoicing import actions, printing
from invoicing.models import ContractLine
from invoicing.payment_application import LineFigures, summarize
from invoicing.printing import Printed, PrintedLine, Section
from invoicing.views.sheets import LINES_PER_PAGE
from tests.factories import OwnerInvoiceFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.pages import page_of, signed_in
from tests.real.databases import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

LINES_OF_THE_LAW = 500
LAW = 2.0
FIRST = 'input[data-col="work"]'
DOCUMENTS = {"print it as a page": "print", "as PDF": "pdf", "as XLSX": "xlsx", "as CSV": "csv"}
# What one keystroke in a cell costs until the page is laid out again.
KEYSTROKE = """field => {
    const began = performance.now();
    field.value = field.value === "7.00" ? "8.00" : "7.00";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - began;
}"""


class Application:
    """The second application of a contract, in groups of ten lines, and somebody who bills it."""

    def __init__(self, project, client, lines):
        contract = PrimeContractFactory(project=project, lines=lines)
        scheduled = list(ContractLine.objects.filter(contract=contract))
        for n, line in enumerate(scheduled):
            line.group, line.description = f"Division {n // 10}", "Cast-in-place concrete, levels 2 to 4"
        ContractLine.objects.bulk_update(scheduled, ["group", "description"], batch_size=500)
        OwnerInvoiceFactory(contract=contract, approved=True)
        self.invoice, self.client, self.lines = OwnerInvoiceFactory(contract=contract), client, lines
        self.keys = list(self.invoice.lines.values_list("pk", flat=True))
        self.amount = Decimal("10.00")

    def get(self, name):
        answer = self.client.get(page_of(self.invoice, name))
        assert answer.status_code == 200

    def open(self):
        self.get("invoice")

    def save(self):
        """A page of the grid, every line of it changed."""
        answer = self.client.post(page_of(self.invoice, "invoice_lines"), self.form)
        assert answer.status_code == 302

    def save_all(self):
        """Every line there is, as a change of all lines in one press does."""
        entries = {key: actions.LineEntry(work_this_period=self.amount) for key in self.keys}
        actions.save_lines(self.invoice.pk, entries, actor=self.client.user)

    def type_anew(self):
        """Have something to save that is not saved already."""
        self.amount += 1
        self.invoice.refresh_from_db(fields=["version"])
        self.form = {"version": self.invoice.version}
        for key in self.keys[:LINES_PER_PAGE]:
            self.form |= {f"work-{key}": f"{self.amount}", f"materials-{key}": "0.00", f"released-{key}": "0.00"}
            self.form |= {f"work-rate-{key}": "10", f"materials-rate-{key}": "10"}


MEASURES = {
    "open it in the editor": Application.open,
    f"save a page of {LINES_PER_PAGE} lines": Application.save,
    "save all lines at once": Application.save_all,
} | {title: lambda self, name=name: self.get(f"invoice_{name}") for title, name in DOCUMENTS.items()}


@pytest.fixture
def applications():
    project = ProjectFactory()
    client = signed_in(project.company, project_staff=True)
    made = [Application(project, client, lines) for lines in (SIZE.few_lines, SIZE.many_lines)]
    with as_owner() as owner:
        owner.execute("ANALYZE")
    return made


@pytest.fixture
def tabs(applications, browser, browser_context_args, web):
    """A tab of a browser for each application, signed in already."""
    (cookie,) = (each.value for each in applications[0].client.cookies.values())
    context = browser.new_context(**browser_context_args)
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": web.url}])
    yield [context.new_page() for _ in applications]
    context.close()


def test_the_server(applications):
    load = os.getloadavg()[0]
    times = {title: _in_turns(applications, act) for title, act in MEASURES.items()}
    statements = {title: [_statements(each, act) for each in applications] for title, act in MEASURES.items()}
    law = [_milliseconds(lambda: printing.as_pdf(_document(LINES_OF_THE_LAW))) for _ in range(SIZE.rounds)]
    report.keep(load=load, server=times, queries=statements, law=law)


def test_chromium(applications, tabs):
    loads = _loads(applications, tabs)
    keystrokes = [[tab.eval_on_selector(FIRST, KEYSTROKE) for _ in range(SIZE.rounds)] for tab in tabs]
    report.keep(browser={"load it in Chromium": loads, "one keystroke there": keystrokes})


def test_the_page_is_written(db):
    found = report.json.loads(report.FIGURES.read_text())
    times = found["server"] | found.get("browser", {})
    report.write(_page(found["load"], times, found["queries"], found["law"]), report.APPLICATIONS)


def _in_turns(applications, act):
    """Milliseconds of each round for each application, one after the other; the first round only warms up."""
    found = [[] for _ in applications]
    for _ in range(SIZE.rounds + 1):
        for times, each in zip(found, applications, strict=True):
            each.type_anew()
            times.append(_milliseconds(lambda each=each: act(each)))
    return [times[1:] for times in found]


def _loads(applications, tabs):
    found = [[] for _ in tabs]
    for _ in range(SIZE.rounds + 1):
        for times, each, tab in zip(found, applications, tabs, strict=True):
            times.append(_milliseconds(lambda each=each, tab=tab: tab.goto(page_of(each.invoice))))
    return [times[1:] for times in found]


def _milliseconds(act):
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1_000


def _statements(application, act):
    application.type_anew()
    with CaptureQueriesContext(connection) as captured:
        act(application)
    return len(captured)


def _document(count):
    figures = LineFigures(scheduled_value=Decimal("125000.10"), work_previous=Decimal("50000.01"))
    lines = tuple(PrintedLine(f"{n:04}", "Cast-in-place concrete, levels 2 to 4", figures) for n in range(count))
    summary = summarize((line.figures for line in lines), figures.scheduled_value * count, Decimal(0))
    return Printed("Owner Invoice PC-011-9", "", (), "PC-011", 9, "USD", summary, (), (Section("", lines),), ())


def _page(load, times, statements, law):
    yield f"{report.machine()} Load {load:.1f} as it began, {SIZE.rounds} interleaved rounds."
    yield ""
    yield f"| median ms | {SIZE.few_lines:,} lines | {SIZE.many_lines:,} lines | times as long | SQL statements |"
    yield "| --- | --- | --- | --- | --- |"
    for title, found in times.items():
        few, many = (statistics.median(each) for each in found)
        counted = " and ".join(map(str, statements.get(title, ())))
        yield f"| {title} | {few:,.1f} | {many:,.1f} | {many / few:.1f} | {counted} |"
    yield ""
    took = statistics.median(law) / 1_000
    yield f"A PDF of {LINES_OF_THE_LAW} lines takes {took:.2f} s; at most {LAW:.0f} s are allowed."
