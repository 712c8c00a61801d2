"""Headless Chromium for pytest-playwright, with pages relative to the worker's own web process."""

import os

import pytest

from config.laptop import chromium

NO_BROWSER = "no Chromium that can be driven here"
# Nothing but our pages is ever asked for; without these Chromium looks for its makers' servers at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before any fixture, since Playwright's own would start its driver."""
    if "playwright" not in item.fixturenames or not chromium.missing():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{NO_BROWSER}; to get it: {chromium.HOW}")
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium.found(), "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, web):
    return {**browser_context_args, "base_url": web.url, "reduced_motion": "reduce"}


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        line = f"{len(skipped)} BROWSER TESTS DID NOT RUN: {NO_BROWSER}. To get it: {chromium.HOW}"
        terminalreporter.write_line(line, red=True, bold=True)
