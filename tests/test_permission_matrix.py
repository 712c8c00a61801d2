"""Every page against every kind of person; a page that the table lacks fails here."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from config.views import errors
from tests.factories import MembershipFactory
from tests.permissions.pages import COMPANY_PAGES, OWN_PAGES
from tests.permissions.people import EVERYTHING, KINDS, STRANGERS, member, people_of
from tests.permissions.world import NO_ROW, NOWHERE, World

pytestmark = pytest.mark.django_db

NO_WRITES = (
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname <> 'django_session'"
)


def urls(patterns=None, namespace=""):
    """(name, names of its arguments) of every page but Django admin's."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", set(entry.pattern.converters)
        elif entry.namespace != "admin":
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            for name, arguments in urls(entry.url_patterns, inner):
                yield name, arguments | set(entry.pattern.converters)


ARGUMENTS = dict(urls())
# A method that a page lacks is refused before anybody is looked at: nobody, a stranger and an approver stand for all.
NOT_ALLOWED_EITHER_WAY = "ASV"


@contextmanager
def undone():
    """Whatever happens inside is rolled back; tells whether anything was written by then."""
    written = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NO_WRITES)
        (before,) = cursor.fetchone()
        yield written
        cursor.execute(NO_WRITES)
        written.append(cursor.fetchone()[0] - before)
        transaction.set_rollback(True)


def signed_in(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def expected(row, method, kind):
    allowed, answer = (row.get, row.shown) if method == "get" else (row.post, row.answer)
    if kind == "A":
        return 302 if method == "get" else 403
    if allowed is None:
        return 405
    if kind in STRANGERS:
        return 404
    return answer if kind in allowed else 403


def test_every_page_stands_in_the_table():
    assert set(ARGUMENTS) == {row.name for row in COMPANY_PAGES} | set(OWN_PAGES)
    assert len({row.name for row in COMPANY_PAGES}) == len(COMPANY_PAGES)


@pytest.fixture(scope="module")
def harbor(once):
    """A company and, for each kind of person, a browser that is signed in as them."""
    world = World("harbor")
    return world, {kind: signed_in(user) for kind, user in people_of(world.company).items()}


@pytest.fixture(scope="module")
def foreign(once):
    return World("foreign")


@pytest.fixture(scope="module")
def insider(harbor):
    """Somebody with every right at Harbor."""
    world, _ = harbor
    return signed_in(member(world.company, **EVERYTHING))


@pytest.fixture(scope="module")
def drawn():
    """Which of the pages that say no were drawn already, and for whom."""
    return set()


@pytest.fixture
def refusals_drawn_once(drawn, monkeypatch):
    """Half of the matrix is the same two pages again and again: each person gets each of them drawn once."""
    draw = errors.render

    def render(request, template, context=None, *, status):
        key = template, request.user.pk
        if key in drawn:
            return HttpResponse(status=status)
        drawn.add(key)
        return draw(request, template, context, status=status)

    monkeypatch.setattr(errors, "render", render)


@pytest.mark.usefixtures("refusals_drawn_once")
@pytest.mark.slow
@pytest.mark.parametrize("row", COMPANY_PAGES, ids=str)
def test_each_page_lets_in_whom_it_should_and_writes_nothing_for_the_others(harbor, row):
    world, clients = harbor
    url = reverse(row.name, kwargs=world.arguments(ARGUMENTS[row.name], row.state))

    answers, wrote_for_nothing = {}, []
    for method in ("get", "post"):
        for kind in KINDS if getattr(row, method) is not None else NOT_ALLOWED_EITHER_WAY:
            with undone() as written:
                answer = getattr(clients[kind], method)(url, row.data if method == "post" else None)
            answers[method, kind] = answer.status_code
            if written[0] and answer.status_code in (403, 404, 405):
                wrote_for_nothing.append((method, kind))

    assert answers == {(method, kind): expected(row, method, kind) for method, kind in answers}
    assert wrote_for_nothing == []


@pytest.mark.slow
@pytest.mark.parametrize("row", COMPANY_PAGES, ids=str)
def test_what_is_foreign_and_what_does_not_exist_look_alike(harbor, foreign, insider, row):
    """For somebody with every right here: another company's rows under its address and under ours."""
    ours, _ = harbor
    names = ARGUMENTS[row.name]
    own, theirs = ours.arguments(names, row.state), foreign.arguments(names, row.state)
    unknown = {name: NOWHERE.get(name, NO_ROW) for name in names}
    method = "get" if row.get else "post"

    def answer_to(arguments):
        with undone() as written:
            answer = getattr(insider, method)(reverse(row.name, kwargs=arguments))
        return answer.status_code, written[0], re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())

    foreign_answers, unknown_answers = {}, {}
    for name in names - {"kind", "move"}:
        foreign_answers[name] = answer_to(own | {name: theirs[name]})
        unknown_answers[name] = answer_to(own | {name: unknown[name]})
    foreign_answers["all"], unknown_answers["all"] = answer_to(theirs), answer_to(unknown)

    assert foreign_answers == unknown_answers
    assert {status for status, _, _ in foreign_answers.values()} == {404}
    assert {written for _, written, _ in foreign_answers.values()} == {0}


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_of_no_company(name):
    somebody = MembershipFactory().user
    MembershipFactory(user=somebody)
    stranger, inside = Client(), signed_in(somebody)
    url = reverse(name)

    answers = tuple(
        getattr(client, method)(url, {"csrfmiddlewaretoken": ""}).status_code
        for client in (stranger, inside)
        for method in ("get", "post")
    )

    assert answers == OWN_PAGES[name]


def admin_urls(patterns, world):
    """The URL of every page of Django admin, with ids of the world's where it takes some."""
    given = {"content_type_id": 1, "app_label": "directory", "object_id": world.member.pk}
    for entry in patterns:
        if not isinstance(entry, URLPattern):
            yield from admin_urls(entry.url_patterns, world)
        elif entry.name not in OPEN_IN_ADMIN:
            names = {*entry.pattern.converters, *entry.pattern.regex.groupindex}
            yield reverse(f"admin:{entry.name}", kwargs={name: given[name] for name in names})


# The door, the way out, words for scripts, and the pattern that catches everything else.
OPEN_IN_ADMIN = ("login", "logout", "jsi18n", None)


def test_administration_is_closed_to_all_but_directory_admins(harbor):
    world, clients = harbor
    closed = [client for letter, client in clients.items() if letter not in "TGSX"]
    admin = next(entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", "") == "admin")

    found = {
        url: {getattr(client.get(url), "url", "shown").split("?")[0] for client in closed}
        for url in admin_urls(admin.url_patterns, world)
    }

    assert len(found) > 20
    doors = {reverse("admin:login"), reverse("signin")}
    assert {url: answers - doors for url, answers in found.items() if answers - doors} == {}
