import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from directory import actions
from directory.exceptions import AlreadyMember, LastDirectoryAdmin, NotOfThisCompany
from directory.models import AuditEvent, Membership, PrivilegeGrant, Project, ToolGrant, User
from directory.policies import has_level, has_privilege, level_of
from directory.privileges import Privilege, Tool, ToolLevel
from directory.terminology import Dictionary
from notifications.models import OutgoingEmail
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db


def fresh(user):
    """The person as the next request sees them."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def dana(company):
    """A Directory Admin who can push to accounting, and so grant it."""
    return MembershipFactory(company=company, user__name="Dana Reyes", granter=True).user


@pytest.fixture
def ana(company):
    return MembershipFactory(company=company, user__name="Ana Whitfield")


def create_harbor(**changed):
    return actions.create_company(
        **{
            "name": "Harbor & Vine Builders",
            "slug": "harbor",
            "admin_email": "Dana@Harbor.example",
            "admin_name": "Dana Reyes",
            "admin_password": "a fine long password",
        }
        | changed
    )


def test_a_new_company_has_an_admin_who_can_grant():
    company = create_harbor(dictionary=Dictionary.OWNER, currency="EUR", time_zone="Europe/Berlin")

    admin = User.objects.get(email="dana@harbor.example")
    assert (company.dictionary, company.currency, company.time_zone) == ("owner", "EUR", "Europe/Berlin")
    assert admin.check_password("a fine long password")
    assert level_of(admin, company, Tool.COMPANY_DIRECTORY) == ToolLevel.ADMIN
    assert level_of(admin, company, Tool.ERP_INTEGRATIONS) == ToolLevel.NONE
    assert has_privilege(admin, company, Privilege.PUSH_TO_ACCOUNTING)
    assert list(AuditEvent.objects.values_list("action", "subject")) == [("company.created", "Harbor & Vine Builders")]


def test_somebody_known_joins_a_new_company_as_they_are(ana):
    company = create_harbor(admin_email=ana.user.email.upper(), admin_name="Somebody", admin_password="x")

    assert fresh(ana.user).name == "Ana Whitfield"
    assert fresh(ana.user).check_password(PASSWORD)
    assert has_level(fresh(ana.user), company, Tool.COMPANY_DIRECTORY, ToolLevel.ADMIN)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"slug": "not a slug"}, "slug"),
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"dictionary": "klingon"}, "dictionary"),
        ({"admin_email": "nobody"}, "email"),
        ({"admin_password": "short"}, "password"),
    ],
)
def test_a_new_company_says_what_is_wrong_with_it(changed, field):
    with pytest.raises(ValidationError) as refused:
        create_harbor(**changed)

    assert list(refused.value.message_dict) == [field]


def test_only_superusers_add_companies(dana):
    with pytest.raises(PermissionDenied, match=r"Only a superuser can add a company\."):
        create_harbor(actor=dana)


def test_a_level_is_given_and_recorded(company, dana, ana):
    actions.set_tool_level(ana.pk, Tool.ERP_INTEGRATIONS, ToolLevel.STANDARD, actor=dana)

    assert level_of(fresh(ana.user), company, Tool.ERP_INTEGRATIONS) == ToolLevel.STANDARD
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.subject) == (dana, "tool_level.changed", "Ana Whitfield")
    assert event.detail == {
        "membership": ana.pk,
        "tool": "ERP Integrations",
        "project": None,
        "before": None,
        "after": "Standard",
    }


def test_the_same_level_again_changes_nothing(dana, ana):
    for _ in range(2):
        actions.set_tool_level(ana.pk, Tool.ERP_INTEGRATIONS, ToolLevel.READ_ONLY, actor=dana)
    actions.set_tool_level(ana.pk, Tool.COMPANY_DIRECTORY, ToolLevel.NONE, actor=dana)

    assert AuditEvent.objects.count() == 1
    assert ToolGrant.objects.filter(membership=ana).count() == 1


def test_a_projects_own_level_replaces_the_default_until_it_is_cleared(company, dana, ana):
    project = ProjectFactory(company=company)
    actions.set_tool_level(ana.pk, Tool.PRIME_CONTRACTS, ToolLevel.ADMIN, actor=dana)

    actions.set_tool_level(ana.pk, Tool.PRIME_CONTRACTS, ToolLevel.NONE, actor=dana, project_id=project.pk)
    while_set = level_of(fresh(ana.user), company, Tool.PRIME_CONTRACTS, project)
    actions.clear_project_level(ana.pk, Tool.PRIME_CONTRACTS, project.pk, actor=dana)

    assert while_set == ToolLevel.NONE
    assert level_of(fresh(ana.user), company, Tool.PRIME_CONTRACTS, project) == ToolLevel.ADMIN
    assert list(Project.objects.visible_to(ana.user)) == [project]


def test_a_project_of_another_company_is_refused(dana, ana):
    elsewhere = ProjectFactory()

    with pytest.raises(NotOfThisCompany):
        actions.set_tool_level(ana.pk, Tool.PRIME_CONTRACTS, ToolLevel.ADMIN, actor=dana, project_id=elsewhere.pk)


def test_a_company_tool_has_no_level_by_project(company, dana, ana):
    project = ProjectFactory(company=company)

    with pytest.raises(NotOfThisCompany):
        actions.set_tool_level(ana.pk, Tool.ERP_INTEGRATIONS, ToolLevel.ADMIN, actor=dana, project_id=project.pk)


def test_an_admin_of_another_company_changes_nothing_here(ana):
    stranger = MembershipFactory(granter=True).user

    for action in (
        lambda: actions.set_tool_level(ana.pk, Tool.ERP_INTEGRATIONS, ToolLevel.ADMIN, actor=stranger),
        lambda: actions.grant_privilege(ana.pk, actor=stranger),
        lambda: actions.deactivate_membership(ana.pk, actor=stranger),
        lambda: actions.change_sign_in(ana.pk, actor=stranger, password="a fine long password"),
        lambda: actions.change_company(ana.company_id, actor=stranger, name="Ours"),
        lambda: actions.add_member(ana.company_id, email="x@example.test", name="X", actor=stranger),
    ):
        with pytest.raises(PermissionDenied):
            action()

    assert AuditEvent.objects.count() == 0


def test_the_last_directory_admin_stays(company, dana):
    membership = Membership.objects.get(user=dana)

    with pytest.raises(LastDirectoryAdmin, match="needs a Directory Admin"):
        actions.set_tool_level(membership.pk, Tool.COMPANY_DIRECTORY, ToolLevel.STANDARD, actor=dana)
    with pytest.raises(LastDirectoryAdmin):
        actions.deactivate_membership(membership.pk, actor=dana)

    MembershipFactory(company=company, directory_admin=True)
    actions.set_tool_level(membership.pk, Tool.COMPANY_DIRECTORY, ToolLevel.NONE, actor=dana)
    assert level_of(fresh(dana), company, Tool.COMPANY_DIRECTORY) == ToolLevel.NONE


def test_the_privilege_is_granted_once_recorded_and_mailed(company, dana, ana):
    for _ in range(2):
        actions.grant_privilege(ana.pk, actor=dana)

    grant = PrivilegeGrant.objects.get(membership=ana)
    assert (grant.company, grant.granted_by) == (company, dana)
    assert list(AuditEvent.objects.values_list("action", "subject")) == [("privilege.granted", "Ana Whitfield")]
    mail = OutgoingEmail.objects.get()
    assert (mail.to, "Dana Reyes" in mail.text) == (ana.user.email, True)


def test_the_privilege_is_taken_back_and_can_be_given_again(company, dana, ana):
    actions.grant_privilege(ana.pk, actor=dana)

    actions.revoke_privilege(ana.pk, actor=dana)
    held_then = has_privilege(fresh(ana.user), company, Privilege.PUSH_TO_ACCOUNTING)
    actions.grant_privilege(ana.pk, actor=dana)

    assert not held_then
    assert has_privilege(fresh(ana.user), company, Privilege.PUSH_TO_ACCOUNTING)
    assert OutgoingEmail.objects.filter(to=ana.user.email).count() == 3


def test_a_directory_admin_without_the_privilege_cannot_grant_it(company, ana):
    tom = MembershipFactory(company=company, directory_admin=True).user

    with pytest.raises(PermissionDenied, match="Only people who are Directory Admin and can push to accounting"):
        actions.grant_privilege(ana.pk, actor=tom)


def test_a_superuser_seeds_the_first_holder(ana):
    actions.grant_privilege(ana.pk, actor=UserFactory(superuser=True))

    assert PrivilegeGrant.objects.filter(membership=ana).exists()


def test_whoever_leaves_loses_the_privilege_for_good(company, dana, ana):
    actions.grant_privilege(ana.pk, actor=dana)

    actions.deactivate_membership(ana.pk, actor=dana)
    actions.reactivate_membership(ana.pk, actor=dana)

    assert not has_privilege(fresh(ana.user), company, Privilege.PUSH_TO_ACCOUNTING)
    assert list(AuditEvent.objects.values_list("action", flat=True)) == [
        "privilege.granted",
        "privilege.revoked",
        "membership.deactivated",
        "membership.reactivated",
    ]


def test_a_new_member_can_sign_in_and_a_known_one_joins(company, dana):
    elsewhere = MembershipFactory()

    new = actions.add_member(
        company.pk, email="Lena@x.example", name="Lena", password="a fine long password", actor=dana
    )
    known = actions.add_member(company.pk, email=elsewhere.user.email, name="Changed", password="x", actor=dana)

    assert new.user.check_password("a fine long password")
    assert (known.user, fresh(known.user).name) == (elsewhere.user, elsewhere.user.name)
    with pytest.raises(AlreadyMember, match="already belongs to"):
        actions.add_member(company.pk, email="lena@x.example", name="Lena", actor=dana)


def test_an_admin_mends_the_sign_in_of_their_own_people(company, dana, ana):
    actions.change_sign_in(ana.pk, actor=dana, email="New@x.example", name="Ana W.", password="another fine password")

    person = fresh(ana.user)
    assert (person.email, person.name) == ("new@x.example", "Ana W.")
    assert person.check_password("another fine password")
    assert AuditEvent.objects.get().detail == {"membership": ana.pk, "changed": ["email", "name", "password"]}


@pytest.mark.parametrize("active", [True, False])
def test_nobodys_sign_in_changes_who_belongs_elsewhere_too(dana, ana, active):
    MembershipFactory(user=ana.user, is_active=active)

    with pytest.raises(PermissionDenied, match="belongs to another company too"):
        actions.change_sign_in(ana.pk, actor=dana, password="another fine password")


def test_no_superuser_is_taken_over_by_adding_them(company, dana):
    root = UserFactory(superuser=True)
    membership = actions.add_member(company.pk, email=root.email, name="Root", actor=dana)

    with pytest.raises(PermissionDenied, match="looks after this Tieout"):
        actions.change_sign_in(membership.pk, actor=dana, password="another fine password")


def test_no_privilege_is_gained_by_changing_a_holders_password(company, dana):
    tom = MembershipFactory(company=company, directory_admin=True).user

    with pytest.raises(PermissionDenied, match="Only people who are Directory Admin and can push to accounting"):
        actions.change_sign_in(Membership.objects.get(user=dana).pk, actor=tom, password="another fine password")


def test_an_e_mail_address_in_use_is_refused(dana, ana):
    with pytest.raises(ValidationError) as refused:
        actions.change_sign_in(ana.pk, actor=dana, email=dana.email.upper())

    assert "email" in refused.value.message_dict


def test_what_differs_in_a_company_is_recorded(company, dana):
    actions.change_company(company.pk, actor=dana, currency="EUR", dictionary=company.dictionary)
    actions.change_company(company.pk, actor=dana, currency="EUR")

    assert AuditEvent.objects.get().detail == {"before": {"currency": "USD"}, "after": {"currency": "EUR"}}


def test_settings_are_a_persons_own(ana):
    actions.change_settings(ana.user.pk, theme="dark", shortcuts_enabled=False, dictionary="owner")

    person = fresh(ana.user)
    assert (person.theme, person.shortcuts_enabled, person.dictionary) == ("dark", False, "owner")
