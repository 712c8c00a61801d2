import pytest
from django.urls import reverse

from directory.models import AuditEvent, Company, Membership, PrivilegeGrant, ToolGrant, User
from directory.policies import has_privilege, is_accounting_approver, level_of
from directory.privileges import Privilege, Tool, ToolLevel
from notifications.models import OutgoingEmail
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory(name="Harbor & Vine", slug="harbor")


@pytest.fixture
def dana(company):
    """Directory Admin who can push to accounting."""
    return MembershipFactory(company=company, user__name="Dana Reyes", granter=True).user


@pytest.fixture
def ana(company):
    return MembershipFactory(company=company, user__name="Ana Whitfield")


@pytest.fixture
def foreign():
    return MembershipFactory(user__name="Nora Becker", company__name="Northline", accounting_staff=True)


@pytest.fixture
def as_dana(client, dana):
    client.force_login(dana)
    return client


def change_url(row):
    return reverse(f"admin:directory_{row._meta.model_name}_change", args=[row.pk])


def membership_post(membership, levels=(), **changed):
    """The form of a membership as the page would post it; `levels` are rows of (tool, project id, level)."""
    standing = list(membership.tool_grants.order_by("pk"))
    rows = [(grant.pk, grant.tool, grant.project_id or "", grant.level) for grant in standing]
    rows += [("", *level) for level in levels]
    values = {
        "name": membership.user.name,
        "email": membership.user.email,
        "new_password": "",
        "title": membership.title,
        "is_active": "on" if membership.is_active else "",
        "can_push_to_accounting": "on" if membership.privilege_grants.exists() else "",
        "tool_grants-TOTAL_FORMS": len(rows),
        "tool_grants-INITIAL_FORMS": len(standing),
    }
    for number, (pk, tool, project, level) in enumerate(rows):
        row = {"id": pk, "membership": membership.pk, "tool": tool, "project": project, "level": int(level)}
        values |= {f"tool_grants-{number}-{name}": value for name, value in row.items()}
    return {name: value for name, value in (values | changed).items() if value != "" or name == "new_password"}


def test_a_company_admin_makes_an_approver(as_dana, company, ana):
    values = membership_post(ana, [(Tool.ERP_INTEGRATIONS, "", ToolLevel.STANDARD)], can_push_to_accounting="on")

    answer = as_dana.post(change_url(ana), values)

    assert answer.status_code == 302, answer.content.decode()
    assert is_accounting_approver(User.objects.get(pk=ana.user_id), company)
    assert sorted(AuditEvent.objects.values_list("action", flat=True)) == ["privilege.granted", "tool_level.changed"]
    assert list(OutgoingEmail.objects.values_list("to", flat=True)) == [ana.user.email]


def test_levels_change_go_and_come_by_project(as_dana, company, ana):
    project = ProjectFactory(company=company)
    erp = ToolGrant.objects.create(company=company, membership=ana, tool=Tool.ERP_INTEGRATIONS, level=ToolLevel.ADMIN)
    values = membership_post(ana, [(Tool.PRIME_CONTRACTS, project.pk, ToolLevel.ADMIN)])

    as_dana.post(change_url(ana), values | {"tool_grants-0-level": int(ToolLevel.READ_ONLY)})
    first = sorted(ana.tool_grants.values_list("tool", "project", "level"))
    own = ana.tool_grants.get(project=project)
    as_dana.post(change_url(ana), membership_post(ana) | {"tool_grants-1-DELETE": "on"})

    assert first == [("erp_integrations", None, 1), ("prime_contracts", project.pk, 3)]
    assert list(ana.tool_grants.values_list("pk", "level")) == [(erp.pk, ToolLevel.READ_ONLY)]
    assert not ToolGrant.objects.filter(pk=own.pk).exists()


def test_a_directory_admin_without_the_privilege_sees_it_greyed_and_cannot_grant_it(client, company, ana):
    tom = MembershipFactory(company=company, directory_admin=True).user
    client.force_login(tom)

    page = client.get(change_url(ana)).content.decode()
    client.post(change_url(ana), membership_post(ana, can_push_to_accounting="on"))

    assert "Only people who are Directory Admin and can push to accounting can change this." in page
    assert not PrivilegeGrant.objects.filter(membership=ana).exists()


def test_only_ones_own_company_is_listed(as_dana, ana, foreign):
    pages = {
        name: as_dana.get(reverse(f"admin:directory_{name}_changelist")).content.decode()
        for name in ("membership", "company", "auditevent")
    }

    assert "Ana Whitfield" in pages["membership"]
    assert "Harbor &amp; Vine" in pages["company"]
    assert [name for name, page in pages.items() if "Nora" in page or "Northline" in page] == []


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_foreign_row_is_as_if_it_did_not_exist(as_dana, foreign, page, verb):
    for row in (foreign, foreign.company):
        url = reverse(f"admin:directory_{row._meta.model_name}_{page}", args=[row.pk])
        nowhere = reverse(f"admin:directory_{row._meta.model_name}_{page}", args=[999_999])

        answers = [getattr(as_dana, verb)(each).status_code for each in (url, nowhere)]

        assert answers == ([404, 404] if page != "delete" else answers)
        assert answers[0] == answers[1] in (403, 404)


def test_forged_ids_reach_nobody_else(as_dana, company, ana, foreign):
    grant = foreign.tool_grants.get()
    elsewhere = ProjectFactory(company=foreign.company)
    posts = [
        membership_post(ana, [(Tool.PRIME_CONTRACTS, elsewhere.pk, ToolLevel.ADMIN)]),
        membership_post(ana, [(Tool.ERP_INTEGRATIONS, "", ToolLevel.ADMIN)]) | {"tool_grants-0-membership": foreign.pk},
        membership_post(ana, [(Tool.ERP_INTEGRATIONS, "", ToolLevel.ADMIN)])
        | {"tool_grants-INITIAL_FORMS": 1, "tool_grants-0-id": grant.pk},
    ]

    for values in posts:
        assert as_dana.post(change_url(ana), values).status_code in (200, 302)

    assert list(foreign.tool_grants.values_list("pk", "level")) == [(grant.pk, ToolLevel.STANDARD)]
    assert not ToolGrant.objects.filter(project=elsewhere).exists()


def test_members_are_added_to_ones_own_company_only(as_dana, company, foreign):
    values = {"email": "lena@x.test", "name": "Lena", "title": "", "password": "a fine long password"}
    url = reverse("admin:directory_membership_add")

    refused = as_dana.post(url, values | {"company": foreign.company_id})
    short = as_dana.post(url, values | {"company": company.pk, "password": "short"})
    added = as_dana.post(url, values | {"company": company.pk})
    again = as_dana.post(url, values | {"company": company.pk})

    member = Membership.objects.get(user__email="lena@x.test")
    assert [page.status_code for page in (refused, short, again)] == [200, 200, 200]
    assert (member.company, added.url) == (company, change_url(member))
    assert member.user.check_password("a fine long password")


def test_the_password_of_somebody_who_belongs_elsewhere_is_out_of_reach(as_dana, ana):
    MembershipFactory(user=ana.user)

    page = as_dana.get(change_url(ana)).content.decode()
    values = membership_post(ana, email="mine@x.test", new_password="a fine long password")
    as_dana.post(change_url(ana), values)

    ana.user.refresh_from_db()
    assert "belongs to another company too" in page
    assert ana.user.check_password(PASSWORD)
    assert ana.user.email != "mine@x.test"


def test_a_company_admin_mends_email_and_password_of_their_own(as_dana, ana):
    weak = as_dana.post(change_url(ana), membership_post(ana, new_password="short"))
    as_dana.post(change_url(ana), membership_post(ana, email="New@x.test", new_password="a fine long password"))

    ana.user.refresh_from_db()
    assert "at least 12 characters" in weak.content.decode()
    assert (ana.user.email, ana.user.check_password("a fine long password")) == ("new@x.test", True)


def test_the_last_directory_admin_stays_and_the_page_says_why(as_dana, company, dana):
    member = Membership.objects.get(user=dana)

    answer = as_dana.post(change_url(member), membership_post(member, is_active=""), follow=True)

    member.refresh_from_db()
    assert member.is_active
    assert "needs a Directory Admin" in answer.content.decode()


def test_a_level_twice_for_one_tool_is_refused(as_dana, ana):
    twice = [(Tool.ERP_INTEGRATIONS, "", ToolLevel.ADMIN), (Tool.ERP_INTEGRATIONS, "", ToolLevel.NONE)]

    answer = as_dana.post(change_url(ana), membership_post(ana, twice))

    assert "This tool has a level there already" in answer.content.decode()
    assert not ana.tool_grants.exists()


def test_nothing_of_evidence_can_be_changed_or_deleted(as_dana, ana):
    as_dana.post(change_url(ana), membership_post(ana, title="Controller"))
    event = AuditEvent.objects.get()
    page = as_dana.get(change_url(event))
    changed = as_dana.post(change_url(event), {"action": "nothing.happened"})
    deletes = [
        as_dana.post(
            reverse(f"admin:directory_{row._meta.model_name}_delete", args=[row.pk]), {"post": "yes"}
        ).status_code
        for row in (event, ana, ana.company)
    ]

    assert (page.status_code, changed.status_code, deletes) == (200, 403, [403, 403, 403])
    assert AuditEvent.objects.get().action == "membership.title_changed"


def test_superusers_see_every_company_and_company_admins_no_accounts(client, as_dana, ana, foreign):
    accounts = reverse("admin:directory_user_changelist")
    as_dana_status = as_dana.get(accounts).status_code
    client.force_login(UserFactory(superuser=True))
    listed = client.get(reverse("admin:directory_membership_changelist")).content.decode()

    assert as_dana_status == 403
    assert [name for name in ("Ana Whitfield", "Nora Becker") if name in listed] == ["Ana Whitfield", "Nora Becker"]
    assert client.get(accounts).status_code == 200


def test_a_superuser_seeds_a_company_and_its_first_holder(client):
    client.force_login(UserFactory(superuser=True))
    values = {
        "name": "Tidewater",
        "slug": "tidewater",
        "dictionary": "owner",
        "currency": "USD",
        "time_zone": "America/New_York",
        "admin_name": "Olivia Chen",
        "admin_email": "olivia@tidewater.test",
    }

    refused = client.post(reverse("admin:directory_company_add"), values)
    client.post(reverse("admin:directory_company_add"), values | {"admin_password": "a fine long password"})

    olivia = User.objects.get(email="olivia@tidewater.test")
    company = Company.objects.get()
    assert "at least 12 characters" in refused.content.decode()
    assert level_of(olivia, company, Tool.COMPANY_DIRECTORY) == ToolLevel.ADMIN
    assert has_privilege(olivia, company, Privilege.PUSH_TO_ACCOUNTING)


def test_a_superuser_changes_any_person(client, ana):
    client.force_login(UserFactory(superuser=True))
    values = {"name": "Ana W.", "email": ana.user.email, "new_password": "", "is_active": ""}

    client.post(change_url(ana.user), values)

    ana.user.refresh_from_db()
    assert (ana.user.name, ana.user.is_active) == ("Ana W.", False)
    assert AuditEvent.objects.get().action == "person.changed"


def test_a_company_admin_changes_the_company_but_adds_none(as_dana, company):
    values = {"name": "Harbor", "dictionary": "specialty_contractor", "currency": "USD", "time_zone": "UTC"}

    bad = as_dana.post(change_url(company), values | {"currency": "dollars"})
    as_dana.post(change_url(company), values)

    company.refresh_from_db()
    assert bad.status_code == 200
    assert (company.name, company.dictionary, company.time_zone) == ("Harbor", "specialty_contractor", "UTC")
    assert as_dana.get(reverse("admin:directory_company_add")).status_code == 403


def test_administration_has_no_door_of_its_own(client, company):
    stranger = client.get("/admin/", follow=True)
    door = client.get("/admin/login/?next=/admin/directory/company/")
    client.force_login(MembershipFactory(company=company, approver=True).user)
    refused = client.get("/admin/", follow=True)

    assert stranger.redirect_chain[-1][0] == "/signin/?next=/admin/"
    assert door.url == "/signin/?next=/admin/directory/company/"
    assert refused.status_code == 403
    assert "Administration is for Directory Admins." in refused.content.decode()


def test_administration_speaks_the_companys_dictionary(as_dana, company, ana):
    company.dictionary = "specialty_contractor"
    company.save()

    urls = (reverse("admin:directory_membership_changelist"), change_url(ana))
    pages = [as_dana.get(url).content.decode() for url in urls]

    assert [("Client Contracts" in page, "Prime Contracts" in page) for page in pages] == [(True, False)] * 2
