"""Fixtures that every test may use; what they run on stands in tests/real/."""

import pytest
from django.db import transaction
from django.urls import get_resolver

pytest_plugins = [
    "tests.properties",
    "tests.real.brokers",
    "tests.real.databases",
    "tests.real.processes",
    "tests.real.browser",
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The journeys first: they take the longest, and wait more than they work."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/journeys/"))


@pytest.fixture(scope="session", autouse=True)
def every_page_imported():
    """Views are imported by the first request. Were that a test which replaces a name, they would keep its stand-in."""
    get_resolver().url_patterns  # noqa: B018


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """`with commit(): …` runs what the block would do on commit, although the test's transaction is never committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """What is made inside is there for every test of the module; what a test itself does is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
