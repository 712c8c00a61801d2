import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import Membership, PrivilegeGrant, ToolGrant, User
from directory.policies import is_accounting_approver, level_of
from directory.privileges import Tool, ToolLevel
from tests.factories import CompanyFactory, MembershipFactory, ProjectFactory, ToolGrantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory(slug="harbor", name="Harbor & Vine")


@pytest.fixture
def dana(company):
    return MembershipFactory(company=company, user__name="Dana Reyes", granter=True).user


@pytest.fixture
def ana(company):
    return MembershipFactory(company=company, user__name="Ana Whitfield")


@pytest.fixture
def as_dana(client, dana):
    client.force_login(dana)
    return client


def page_of(name, *args):
    return reverse(f"directory:{name}", args=["harbor", *args])


def seen_on(client, member):
    page = client.get(page_of("person", member.pk)).content.decode()
    return re.search(r'name="seen" value="(\w+)"', page).group(1)


def rights(client, member, **changed):
    levels = {f"level_{tool}": 0 for tool in Tool}
    levels |= {f"level_{grant.tool}": grant.level for grant in member.tool_grants.filter(project=None)}
    push = {"push": "on"} if member.privilege_grants.exists() else {}
    return {"seen": seen_on(client, member)} | levels | push | changed


def test_the_list_says_who_may_do_what(as_dana, company, ana):
    MembershipFactory(
        company=company, user__name="Lena Fuchs", title="Controller", approver=True, user__last_login=None
    )
    MembershipFactory(company=company, user__name="Gone", is_active=False)
    MembershipFactory(user__name="Stranger")

    everyone = as_dana.get(page_of("people")).content.decode()
    approvers = as_dana.get(page_of("people") + "?filter=approvers").content.decode()
    gone = as_dana.get(page_of("people") + "?filter=deactivated").content.decode()

    names = ("Ana Whitfield", "Dana Reyes", "Gone", "Lena Fuchs", "Stranger")
    assert [name for name in names if name in everyone] == ["Ana Whitfield", "Dana Reyes", "Lena Fuchs"]
    assert [name for name in names if f">{name}</a>" in approvers] == ["Lena Fuchs"]
    assert [name for name in names if f">{name}</a>" in gone] == ["Gone"]
    assert everyone.count("Accounting approver<") == 1


def test_the_list_runs_the_same_queries_for_two_people_and_fifty(as_dana, company, ana):
    with CaptureQueriesContext(connection) as few:
        as_dana.get(page_of("people"))
    for _ in range(60):
        MembershipFactory(company=company, approver=True)
    with CaptureQueriesContext(connection) as many:
        page = as_dana.get(page_of("people")).content.decode()

    assert page.count('<th scope="row"><a') == 50
    assert 'rel="next"' in page
    assert len(many) == len(few) <= 12, [query["sql"] for query in many]


def test_levels_and_the_privilege_are_given_on_the_persons_page(as_dana, company, ana):
    answer = as_dana.post(
        page_of("person", ana.pk), rights(as_dana, ana, level_erp_integrations=2, push="on"), follow=True
    )

    assert is_accounting_approver(User.objects.get(pk=ana.user_id), company)
    assert "Ana can accept and export owner invoices." in answer.content.decode()


@pytest.mark.parametrize(
    ("traits", "sentences"),
    [
        ({}, ["Ana can open no tool of this company."]),
        ({"approver": True}, ["Ana can accept and export funding invoices."]),
        (
            {"accounting_staff": True},
            ["Ana can see sent funding invoices but not accept them: Can Push to Accounting is missing."],
        ),
        (
            {"accounting_reader": True, "project_reader": True},
            ["Ana can see sent funding invoices.", "Ana can see funding invoices of all projects."],
        ),
        (
            {"granter": True},
            [
                "Ana cannot accept funding invoices: that needs Standard on ERP Integrations.",
                "Ana can say who may do what, and grant Can Push to Accounting.",
            ],
        ),
        ({"project_staff": True}, ["Ana can prepare, approve and send funding invoices in all projects."]),
        ({"approver": True, "is_active": False}, ["Ana is deactivated and cannot open this company."]),
    ],
)
def test_the_effect_is_said_in_sentences_and_in_the_companys_words(as_dana, company, traits, sentences):
    company.dictionary = "owner"
    company.save()
    member = MembershipFactory(company=company, user__name="Ana Whitfield", **traits)

    page = as_dana.get(page_of("person", member.pk)).content.decode()

    assert re.findall(r"<p>(Ana [^<]*)</p>", page) == sentences


def test_whoever_may_not_grant_sees_the_privilege_as_text_with_the_reason(client, company, ana):
    tom = MembershipFactory(company=company, directory_admin=True).user
    client.force_login(tom)

    page = client.get(page_of("person", ana.pk)).content.decode()
    client.post(page_of("person", ana.pk), rights(client, ana, level_erp_integrations=2, push="on"))

    assert "Only people who are Directory Admin and can push to accounting can change this." in page
    assert 'name="push"' not in page
    assert not PrivilegeGrant.objects.filter(membership=ana).exists()
    assert list(ana.tool_grants.values_list("tool", "level")) == [("erp_integrations", 2)]


def test_a_reader_sees_and_changes_nothing(client, company, ana):
    reader = MembershipFactory(company=company, directory_reader=True).user
    MembershipFactory(company=company, user__name="Dana Reyes", granter=True)
    client.force_login(reader)

    page = client.get(page_of("person", ana.pk))
    posts = [
        client.post(page_of(name, ana.pk), {"active": "no", "level_erp_integrations": 3})
        for name in ("person", "project_level", "sign_in_details", "active")
    ]

    assert page.status_code == 200
    assert "Only a Directory Admin can change this. Dana Reyes can grant it." in page.content.decode()
    assert [(post.status_code, "Dana Reyes can grant it." in post.content.decode()) for post in posts] == [
        (403, True)
    ] * 4
    assert Membership.objects.get(pk=ana.pk).is_active


def test_a_save_over_somebody_elses_change_is_told_and_nothing_overwritten(as_dana, company, ana, dana):
    stale = rights(as_dana, ana, level_erp_integrations=1)
    as_dana.post(page_of("person", ana.pk), rights(as_dana, ana, level_erp_integrations=3))

    answer = as_dana.post(page_of("person", ana.pk), stale)

    assert answer.status_code == 422
    assert "Dana Reyes changed this at" in answer.content.decode()
    assert level_of(User.objects.get(pk=ana.user_id), company, Tool.ERP_INTEGRATIONS) == ToolLevel.ADMIN


def test_handing_over_the_last_directory_admin_is_refused_whole(as_dana, dana):
    member = Membership.objects.get(user=dana)
    values = rights(as_dana, member, level_company_directory=0, level_erp_integrations=2)

    answer = as_dana.post(page_of("person", member.pk), values)

    assert "needs a Directory Admin" in answer.content.decode()
    assert list(member.tool_grants.values_list("tool", "level")) == [("company_directory", 3)]


@pytest.mark.parametrize("level", ["", "9", "x", "-1", "99999999999999999999"])
def test_a_level_that_does_not_exist_is_refused(as_dana, ana, level):
    answer = as_dana.post(page_of("person", ana.pk), rights(as_dana, ana, level_erp_integrations=level))

    assert answer.status_code == 422
    assert not ana.tool_grants.exists()


def test_one_project_gets_its_own_level_and_loses_it(as_dana, company, ana):
    project, foreign = ProjectFactory(company=company), ProjectFactory()
    url = page_of("project_level", ana.pk)

    as_dana.post(url, {"project": project.pk, "level": 3})
    own = list(ToolGrant.objects.values_list("membership", "project", "level").filter(membership=ana))
    odd = [{"project": each, "level": 3} for each in (foreign.pk, "x", "")] + [{"project": project.pk, "level": "9"}]
    refused = [as_dana.post(url, values).status_code for values in odd]
    as_dana.post(url, {"project": project.pk, "level": "default"})

    assert own == [(ana.pk, project.pk, 3)]
    assert refused == [422] * 4
    assert not ana.tool_grants.exists()


def test_somebody_new_is_let_in(as_dana, company):
    url = page_of("add_person")
    values = {"email": "lena@x.test", "name": "Lena Fuchs", "title": "Controller", "password": "a fine long password"}

    page = as_dana.get(url)
    short = as_dana.post(url, values | {"password": "short"})
    odd = as_dana.post(url, values | {"name": "Lena\0", "email": "lena"})
    added = as_dana.post(url, values)
    again = as_dana.post(url, values)

    lena = Membership.objects.get(user__email="lena@x.test")
    assert (page.status_code, short.status_code, odd.status_code, again.status_code) == (200, 422, 422, 422)
    assert 'value="Lena Fuchs"' in short.content.decode()
    assert "at least 12 characters" in short.content.decode()
    assert (added.url, lena.company, lena.title) == (page_of("person", lena.pk), company, "Controller")
    assert "already belongs to Harbor &amp; Vine" in again.content.decode()


def test_sign_in_is_mended_only_for_ones_own_people(as_dana, dana, ana):
    url = page_of("sign_in_details", ana.pk)
    taken = as_dana.post(url, {"name": "Ana", "email": dana.email})
    as_dana.post(url, {"name": "Ana W.", "email": "aw@x.test", "password": "a fine long password"})
    MembershipFactory(user=ana.user)
    refused = as_dana.post(url, {"name": "Mine", "email": "mine@x.test"})

    ana.user.refresh_from_db()
    assert (taken.status_code, "already exists" in taken.content.decode()) == (422, True)
    assert (ana.user.name, ana.user.email, ana.user.check_password("a fine long password")) == (
        "Ana W.",
        "aw@x.test",
        True,
    )
    assert refused.status_code == 403


def test_somebody_is_shut_out_and_let_in_again(as_dana, ana, dana):
    url = page_of("active", ana.pk)

    as_dana.post(url, {"active": "no"})
    ana.refresh_from_db()
    out = ana.is_active
    as_dana.post(url, {"active": "yes"})
    last = as_dana.post(page_of("active", Membership.objects.get(user=dana).pk), {"active": "no"}, follow=True)

    ana.refresh_from_db()
    assert (out, ana.is_active) == (False, True)
    assert "needs a Directory Admin" in last.content.decode()


def test_people_of_other_companies_are_not_there(as_dana):
    foreign = MembershipFactory()

    answers = [as_dana.get(page_of("person", pk)).status_code for pk in (foreign.pk, 999_999, 10**30)]

    assert answers == [404, 404, 404]


def test_a_project_level_is_listed(as_dana, company, ana):
    project = ProjectFactory(company=company, name="Mill Race")
    ToolGrantFactory(membership=ana, tool=Tool.PRIME_CONTRACTS, project=project, level=ToolLevel.ADMIN)

    assert "<dt>Mill Race</dt><dd>Admin</dd>" in as_dana.get(page_of("person", ana.pk)).content.decode()
