import pytest

from directory import policies
from directory.models import Project
from directory.privileges import Tool, ToolLevel
from tests.factories import CompanyFactory, MembershipFactory, ProjectFactory, ToolGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory()


def test_a_decision_is_its_answer_and_carries_its_reason():
    refusal = policies.deny("Not you.")

    assert (bool(policies.ALLOW), bool(refusal), refusal.reason) == (True, False, "Not you.")


@pytest.mark.parametrize(
    ("traits", "approver"),
    [
        ({"approver": True}, True),
        ({"accounting_staff": True}, False),
        ({"accounting_reader": True, "push": None}, False),
        ({"granter": True}, False),
        ({"approver": True, "is_active": False}, False),
        ({"approver": True, "user__is_active": False}, False),
    ],
)
def test_an_accounting_approver_has_the_level_and_the_privilege(company, traits, approver):
    traits = {name: value for name, value in traits.items() if value is not None}
    person = MembershipFactory(company=company, **traits).user

    assert policies.is_accounting_approver(person, company) is approver


def test_levels_of_one_company_say_nothing_about_another(company):
    person = MembershipFactory(approver=True, granter=True, project_staff=True).user

    assert [policies.level_of(person, company, tool) for tool in Tool] == [ToolLevel.NONE] * 3
    assert not policies.can_grant_privilege(person, company)


def test_a_projects_own_level_goes_first_in_policy_and_list_alike(company):
    member = MembershipFactory(company=company, project_reader=True)
    closed, opened, other = ProjectFactory.create_batch(3, company=company)
    ToolGrantFactory(membership=member, tool=Tool.PRIME_CONTRACTS, project=closed, level=ToolLevel.NONE)
    ToolGrantFactory(membership=member, tool=Tool.PRIME_CONTRACTS, project=opened, level=ToolLevel.ADMIN)

    levels = {
        each: policies.level_of(member.user, company, Tool.PRIME_CONTRACTS, each) for each in (closed, opened, other)
    }
    visible = Project.objects.visible_to(member.user)

    assert levels == {closed: ToolLevel.NONE, opened: ToolLevel.ADMIN, other: ToolLevel.READ_ONLY}
    assert {each: each.level for each in visible} == {opened: ToolLevel.ADMIN, other: ToolLevel.READ_ONLY}


def test_a_superuser_has_no_levels_of_a_company(company):
    root = UserFactory(superuser=True)

    assert not policies.can_see_directory(root, company)
    assert policies.can_grant_privilege(root, company)


def test_a_refusal_names_up_to_three_who_can_help(company):
    for name in ("Dana Reyes", "Tom Okafor"):
        MembershipFactory(company=company, user__name=name, granter=True)
    MembershipFactory(company=company, user__name="Lena Fuchs", directory_admin=True)
    MembershipFactory(company=company, user__name="Gone", granter=True, is_active=False)

    assert policies.who_can_grant(company) == "Dana Reyes, Lena Fuchs and Tom Okafor can grant it."
    assert policies.who_can_grant_privilege(company) == "Dana Reyes and Tom Okafor can grant it."
    assert policies.who_can_grant_privilege(CompanyFactory()) == ""


def test_a_persons_memberships_are_read_once_per_company(company, django_assert_num_queries):
    person = MembershipFactory(company=company, approver=True).user

    with django_assert_num_queries(3):
        for tool in Tool:
            policies.level_of(person, company, tool)
        policies.is_accounting_approver(person, company)
