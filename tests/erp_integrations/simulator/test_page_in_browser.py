"""The demo ERP's page in a real browser: by keyboard, without scripts, on a phone, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.erp_integrations.simulators import invoice

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def visit(browser, simulator):
    """`visit(width=…, …)` opens a page of its own; closed with the test."""
    contexts = []

    def opened(width=1440, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True, **options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def fill(simulator):
    """A ledger of two pages, the second with one row: all kinds of parts are there, and axe has little to read."""
    documents = [invoice(reference=f"OI-{n:010}", number=f"PC-{n:03}", company="harborvine") for n in range(51)]
    simulator.send("POST", "/ledger", documents)
    simulator.misbehave("refuse")
    oldest = simulator.ledger()[0]
    return (f"/?from={oldest['id']}", oldest["url"], "/?q=nothing")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_barriers(visit, simulator, width, scheme):
    paths = fill(simulator)
    page = visit(width, color_scheme=scheme)

    for path in paths:
        page.goto(simulator.url + path)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_no_sideways_scroll(visit, simulator):
    paths = fill(simulator)
    page = visit(320)

    for path in ("/", *paths):
        page.goto(simulator.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_person_switches_by_keyboard_and_without_scripts(visit, simulator):
    page = visit(java_script_enabled=False)
    page.goto(simulator.url)

    page.get_by_label("Accept everything").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.get_by_text("Refuse: the period is closed.").wait_for()
    assert [one["mode"] for one in simulator.send("GET", "/faults").json()["faults"]] == ["refuse"]
    page.get_by_role("button", name="Open the period").press("Enter")
    page.get_by_text("Accepts everything.").wait_for()
    assert simulator.send("GET", "/faults").json() == {"faults": []}
