import logging
import re

import pytest
from django.db import OperationalError
from django.test import Client

from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """Home raises what it is told to; the client answers with the page instead of the exception."""

    def fail_with(error):
        def failing(*args, **kwargs):
            raise error

        monkeypatch.setattr("config.views.home.next_step", failing)

    return fail_with


@pytest.fixture
def member():
    return MembershipFactory(company__slug="harbor")


@pytest.fixture
def calm(member):
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def test_a_broken_page_gives_a_reference_that_stands_in_the_log(calm, broken, caplog):
    broken(ZeroDivisionError("secret detail"))

    with caplog.at_level(logging.ERROR):
        answer = calm.get("/c/harbor/")

    page = answer.content.decode()
    reference = re.search(r"<b>([0-9A-F]{8})</b>", page).group(1)
    assert answer.status_code == 500
    assert f"Reference {reference}: GET /c/harbor/ failed: ZeroDivisionError" in caplog.text
    assert "secret detail" not in page


def test_a_database_that_is_away_is_a_503(calm, broken):
    broken(OperationalError("canceling statement due to lock timeout"))

    answer = calm.get("/c/harbor/")

    assert answer.status_code == 503
    assert "Nothing was saved. Wait a moment and try again." in answer.content.decode()


def test_what_is_missing_and_what_is_foreign_look_alike_and_offer_search(client, member):
    CompanyFactory(slug="foreign")
    client.force_login(member.user)

    pages = [client.get(url) for url in ("/c/foreign/", "/c/nowhere/", "/c/harbor/nothing-here/", "/nothing/")]
    bodies = {re.sub(r"[a-zA-Z0-9]{64}", "", page.content.decode()) for page in pages}

    assert ([page.status_code for page in pages], len(bodies)) == ([404] * 4, 1)
    assert 'action="/c/harbor/search/"' in pages[0].content.decode()


def test_strangers_get_a_404_without_a_search(client):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert "/search/" not in answer.content.decode()


def test_a_refusal_names_what_is_missing_and_who_can_grant_it(client, member):
    MembershipFactory(company=member.company, user__name="Dana Reyes", granter=True)
    client.force_login(member.user)

    answer = client.get("/c/harbor/directory/")

    assert answer.status_code == 403
    assert "You need Read Only on the Company Directory. Dana Reyes can grant it." in answer.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("url", ["/", "/c/harbor/", "/c/harbor/search/", "/c/harbor/directory/"])
def test_pages_that_only_show_take_no_writes(client, member, method, url):
    client.force_login(member.user)

    assert getattr(client, method)(url).status_code == 405
