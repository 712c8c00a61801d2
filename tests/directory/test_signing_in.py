import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.web import unsent
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

WRONG = "Check your email and password. Caps Lock may be on."


@pytest.fixture
def ana():
    return MembershipFactory(
        company__slug="harbor", company__name="Harbor", user__email="ana@harbor.test", directory_admin=True
    ).user


def sign_in(client, email="ana@harbor.test", password=PASSWORD, **fields):
    return client.post(reverse("signin"), {"username": email, "password": password} | fields)


def hidden(response, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found and found.group(1)


def test_one_lands_on_the_page_one_wanted(client, ana):
    first = client.get("/c/harbor/directory/?filter=approvers")
    page = client.get(first.url)
    answer = sign_in(client, next=hidden(page, "next"))

    assert first.url == "/signin/?next=/c/harbor/directory/%3Ffilter%3Dapprovers"
    assert (answer.status_code, answer.url) == (302, "/c/harbor/directory/?filter=approvers")


def test_one_company_needs_no_choice(client, ana):
    answer = sign_in(client, email="ANA@harbor.TEST")

    assert answer.url == "/"
    assert client.get("/").url == "/c/harbor/"


def test_several_companies_are_listed(client, ana):
    MembershipFactory(user=ana, company__name="Tidewater")
    MembershipFactory(user=ana, company__name="Gone", is_active=False)
    client.force_login(ana)

    page = client.get("/").content.decode()

    assert [name for name in ("Harbor", "Tidewater", "Gone") if name in page] == ["Harbor", "Tidewater"]


def test_without_a_company_there_is_a_way_on(client):
    client.force_login(UserFactory())
    lost = client.get("/").content.decode()
    client.force_login(UserFactory(superuser=True))
    root = client.get("/")

    assert "You belong to no company yet." in lost
    assert root.url == "/admin/"


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@harbor.test", "wrong"), ("nobody@harbor.test", PASSWORD), ("left@harbor.test", PASSWORD)],
)
def test_unknown_wrong_and_deactivated_get_the_same_answer(client, ana, email, password):
    UserFactory(email="left@harbor.test", is_active=False)

    answer = sign_in(client, email, password)

    assert answer.status_code == 200
    assert WRONG in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("email", ["", "no address", "a" * 300 + "@x.test", "ana\0@harbor.test", "ana@harbor.test\n"])
def test_bad_input_gets_a_page(client, ana, email):
    assert sign_in(client, email, "").status_code == 200


@pytest.mark.parametrize(
    "url", ["//evil.test", "https://evil.test/", "https:evil.test", "\\\\evil.test", "/\\evil.test"]
)
def test_nobody_is_led_elsewhere(client, ana, url):
    assert sign_in(client, next=url).url == "/"


def test_ten_wrong_passwords_from_one_place_make_one_wait_there(client, ana, time_machine):
    time_machine.move_to(timezone.now())
    for _ in range(10):
        last = sign_in(client, password="wrong")
    locked = sign_in(client)
    elsewhere = sign_in(Client(REMOTE_ADDR="192.0.2.7"))
    time_machine.shift(timedelta(minutes=11))
    later = sign_in(client)

    assert (last.status_code, locked.status_code) == (429, 429)
    assert "Too many tries" in locked.content.decode()
    assert 'value="ana@harbor.test"' in locked.content.decode()
    assert (elsewhere.status_code, later.status_code) == (302, 302)


def test_signing_out_takes_a_post(client, ana):
    client.force_login(ana)
    by_get = client.get(reverse("signout"))
    client.post(reverse("signout"))

    assert by_get.status_code == 405
    assert client.get("/").url == "/signin/?next=/"


def test_a_form_sent_after_the_session_ended_is_kept_shown_and_sent_on_request(client, ana):
    wall = client.post(
        "/me/",
        {"theme": "dark", "dictionary": "owner", "password": "hush", "csrfmiddlewaretoken": "x"},
        headers={"referer": "http://testserver/me/?from=mail"},
    )
    answer = sign_in(client, unsent=hidden(wall, "unsent"))
    page = client.get(answer.url)
    ana.refresh_from_db()
    before = ana.theme
    sent = client.post(answer.url, {"theme": "dark", "dictionary": "owner"})

    assert wall.status_code == 403
    assert "What you typed is kept" in wall.content.decode()
    assert answer.url == "/signin/unsent/"
    assert [hidden(page, name) for name in ("theme", "dictionary", "password")] == ["dark", "owner", None]
    assert 'href="/me/?from=mail"' in page.content.decode()
    assert before == "system"
    assert (sent.status_code, sent.url) == (307, "/me/")
    assert client.get("/signin/unsent/").url == "/"


def test_a_fragment_without_a_session_takes_the_whole_window_to_the_door(client):
    swapped = client.post("/me/", {"theme": "dark"}, headers={"hx-request": "true"})
    asked = client.get(
        "/c/harbor/", headers={"hx-request": "true", "hx-current-url": "http://testserver/c/harbor/erp/?status=ready"}
    )

    assert (swapped.status_code, swapped["HX-Retarget"], swapped["HX-Reswap"]) == (200, "body", "innerHTML")
    assert asked["HX-Redirect"] == "/signin/?next=%2Fc%2Fharbor%2Ferp%2F%3Fstatus%3Dready"


def test_what_is_too_long_is_not_carried(client):
    wall = client.post("/me/", {"theme": "x" * 300_000})

    assert hidden(wall, "unsent") is None
    assert "go back in your browser" in wall.content.decode()


FOREIGN = signing.dumps({"path": "/me/"}, salt=unsent.SALT)


@pytest.mark.parametrize("text", ["", "nonsense", FOREIGN], ids=["empty", "nonsense", "signed for another purpose"])
def test_nothing_is_kept_that_tieout_did_not_sign(client, ana, text):
    assert sign_in(client, unsent=text).url == "/"


def test_demo_people_exist_in_the_demo_only(client, settings):
    person = UserFactory(email="ana@harborvine.example", name="Ana Whitfield")
    outside = client.get("/signin/").content.decode()
    refused = client.post("/signin/demo/", {"email": person.email})
    settings.DEMO = True
    inside = client.get("/signin/").content.decode()
    other = client.post("/signin/demo/", {"email": UserFactory().email})
    answer = client.post("/signin/demo/", {"email": person.email, "next": "/me/"})

    assert ("Ana Whitfield" in outside, "Ana Whitfield" in inside, "tieout-demo" in inside) == (False, True, True)
    assert (refused.status_code, other.status_code) == (404, 404)
    assert (answer.status_code, answer.url) == (302, "/me/")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_form_of_another_session_says_so(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)

    answer = client.post("/me/", {"theme": "dark"}, headers={"referer": "http://testserver/me/"})

    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert 'href="/me/"' in answer.content.decode()


def test_a_person_who_is_deactivated_is_out_at_once(client, ana):
    CompanyFactory(slug="other")
    client.force_login(ana)
    inside = client.get("/c/harbor/directory/").status_code
    ana.is_active = False
    ana.save()

    assert inside == 200
    assert client.get("/c/harbor/directory/").status_code == 302
