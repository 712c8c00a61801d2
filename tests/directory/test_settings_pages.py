import re

import pytest
from django.urls import reverse

from directory.models import AuditEvent
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db

URL = "/c/harbor/settings/"


@pytest.fixture
def company():
    return CompanyFactory(slug="harbor", name="Harbor & Vine")


@pytest.fixture
def dana(company):
    return MembershipFactory(company=company, user__name="Dana Reyes", directory_admin=True).user


@pytest.fixture
def as_dana(client, dana):
    client.force_login(dana)
    return client


def filled(client, **changed):
    page = client.get(URL).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    values = {
        "seen": seen,
        "name": "Harbor & Vine",
        "dictionary": "general_contractor",
        "currency": "USD",
        "time_zone": "America/New_York",
    }
    return values | changed


def test_a_directory_admin_changes_the_company(as_dana, company):
    answer = as_dana.post(
        URL, filled(as_dana, dictionary="specialty_contractor", time_zone="Europe/Berlin", creators_may_not_accept="on")
    )

    company.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, URL)
    assert (company.dictionary, company.time_zone, company.creators_may_not_accept) == (
        "specialty_contractor",
        "Europe/Berlin",
        True,
    )
    assert AuditEvent.objects.get().detail["after"] == {
        "dictionary": "specialty_contractor",
        "time_zone": "Europe/Berlin",
        "creators_may_not_accept": True,
    }


def test_every_page_speaks_the_chosen_dictionary(as_dana, company):
    as_dana.post(URL, filled(as_dana, dictionary="owner"))

    page = as_dana.get(reverse("directory:people", args=["harbor"])).content.decode()

    assert '<th scope="col">Funding</th>' in page
    assert "Prime Contracts" not in page


def test_a_dictionary_is_looked_at_before_it_is_saved(as_dana, company):
    fragment = as_dana.get(URL, {"dictionary": "specialty_contractor"}, headers={"hx-request": "true"})
    whole = as_dana.post(URL, filled(as_dana, dictionary="specialty_contractor", name="Typed", preview="yes"))
    nonsense = as_dana.get(URL, {"dictionary": "klingon"}, headers={"hx-request": "true"})

    company.refresh_from_db()
    renamed = '<th scope="row">Prime Contracts</th><td data-label="Then"><b>Client Contracts</b></td>'
    assert fragment.content.decode().startswith("<table")
    assert [renamed in each.content.decode() for each in (fragment, whole, nonsense)] == [True, True, False]
    assert 'value="Typed"' in whole.content.decode()
    assert (company.dictionary, company.name) == ("general_contractor", "Harbor & Vine")


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\0b"},
        {"currency": "dollars"},
        {"currency": "usd"},
        {"time_zone": "Mars/Olympus"},
        {"dictionary": "klingon"},
        {"dictionary": ""},
    ],
)
def test_bad_input_is_told_and_changes_nothing(as_dana, company, changed):
    answer = as_dana.post(URL, filled(as_dana, **changed))

    company.refresh_from_db()
    assert answer.status_code == 422
    assert "<title>Error: Company settings" in answer.content.decode()
    assert (company.name, company.currency, company.dictionary) == ("Harbor & Vine", "USD", "general_contractor")


def test_a_stale_page_overwrites_nothing(as_dana, company):
    stale = filled(as_dana, name="Mine")
    as_dana.post(URL, filled(as_dana, currency="EUR"))

    answer = as_dana.post(URL, stale)

    company.refresh_from_db()
    assert "Dana Reyes changed this at" in answer.content.decode()
    assert (company.name, company.currency) == ("Harbor & Vine", "EUR")


def test_only_directory_admins_open_the_settings(client, company, dana):
    client.force_login(MembershipFactory(company=company, directory_reader=True, approver=True).user)

    answers = [client.get(URL), client.post(URL, {"name": "Mine"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Only a Directory Admin can change this. Dana Reyes can grant it." in answers[0].content.decode()


def test_ones_own_settings(as_dana, dana):
    page = as_dana.get("/me/")
    bad = as_dana.post("/me/", {"theme": "pink"})
    as_dana.post("/me/", {"theme": "dark", "dictionary": "owner"})

    dana.refresh_from_db()
    assert (page.status_code, bad.status_code) == (200, 422)
    assert (dana.theme, dana.shortcuts_enabled, dana.dictionary) == ("dark", False, "owner")
    assert 'data-theme="dark"' in as_dana.get("/me/").content.decode()
