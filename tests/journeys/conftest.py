"""What every journey needs: the product's processes, a browser per person, and a look at each page on the way."""

import pytest
from playwright.sync_api import expect

from tests.erp_integrations.accounting import connected_company
from tests.factories import PASSWORD
from tests.real.accessibility import accessibility_faults
from tests.real.processes import wait_for
from tests.real.signing_in import sign_in


@pytest.fixture
def running(web, worker, erp, mailbox):
    """Everything that runs in production but the sweeper: on this test's committed rows, empty books, no mail."""


@pytest.fixture
def accounting(transactional_db, running, erp):
    return connected_company(erp.url)


# With scripts, and every page on the way looked at with axe, which costs more than the journey itself.
LOOKED_AT = pytest.param("looked at", marks=pytest.mark.slow, id="looked-at")


WITHOUT_SCRIPTS = pytest.param(False, marks=pytest.mark.slow, id="without-scripts")


@pytest.fixture(params=[pytest.param(True, id="with-scripts"), WITHOUT_SCRIPTS, LOOKED_AT])
def has_scripts(request):
    return request.param


@pytest.fixture
def browse(browser, browser_context_args, has_scripts):
    """`browse(person)`: a browser of their own, signed in, on the page that they land on."""
    contexts = []

    def as_person(person, password=PASSWORD):
        context = browser.new_context(**browser_context_args, java_script_enabled=bool(has_scripts))
        context.set_default_timeout(10_000)
        contexts.append(context)
        return sign_in(context.new_page(), person, password)

    yield as_person
    for context in contexts:
        context.close()


@pytest.fixture
def expect_soon(has_scripts):
    """`expect_soon(locator)`: that comes to the page by itself, or without scripts to somebody who looks again."""

    def until_shown(shown):
        if has_scripts:
            expect(shown).to_be_visible(timeout=20_000)
        else:
            wait_for(lambda: shown.is_visible() or not shown.page.reload(), what=f"{shown}")

    return until_shown


@pytest.fixture(scope="session")
def seen():
    """The stops that this run has looked at already."""
    return set()


class Looks:
    """`look(page, "stop")` at each stop of a journey; `look.faults` is empty when every page is usable by everyone."""

    def __init__(self, seen, *, closely):
        self.seen, self.closely, self.faults = seen, closely, []

    def __call__(self, page, stop):
        if self.closely and stop not in self.seen:
            self.seen.add(stop)
            self.faults += [f"{stop}: {fault}" for fault in accessibility_faults(page)]


@pytest.fixture
def look(seen, has_scripts):
    return Looks(seen, closely=has_scripts == "looked at")
