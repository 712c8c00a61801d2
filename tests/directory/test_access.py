import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from directory.models import Project
from directory.policies import ALLOW, deny
from directory.web.access import company_or_404, project_or_404, require
from directory.web.paging import capped_count, keyset_page
from tests.factories import CompanyFactory, MembershipFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of():
    def made(user):
        request = RequestFactory().get("/")
        request.user = user
        return request

    yield made
    timezone.deactivate()


def test_members_get_their_company_and_its_time_zone(request_of):
    member = MembershipFactory(company__time_zone="Europe/Berlin")
    request = request_of(member.user)

    company = company_or_404(request, member.company.slug)

    assert (company, request.company) == (member.company, member.company)
    assert timezone.get_current_timezone_name() == "Europe/Berlin"


def test_strangers_learn_nothing_of_a_company(request_of):
    company = CompanyFactory()
    strangers = [
        MembershipFactory().user,
        MembershipFactory(company=company, is_active=False).user,
        UserFactory(superuser=True),
    ]

    for stranger in strangers:
        for slug in (company.slug, "nowhere"):
            with pytest.raises(Http404):
                company_or_404(request_of(stranger), slug)


def test_a_project_is_looked_for_in_the_company_alone(request_of):
    member = MembershipFactory()
    own, foreign = ProjectFactory(company=member.company), ProjectFactory()
    request = request_of(member.user)

    assert project_or_404(request, member.company, own.slug) == own
    with pytest.raises(Http404):
        project_or_404(request, member.company, foreign.slug)


def test_a_refusal_becomes_a_403_with_its_reason():
    require(ALLOW)

    with pytest.raises(PermissionDenied, match=r"^Ask Dana\.$"):
        require(deny("Ask Dana."))


def test_pages_walk_there_and_back_without_gaps():
    company = CompanyFactory()
    for number in range(7):
        ProjectFactory(company=company, name="same" if number % 2 else f"name {number}")
    rows = Project.objects.all()
    expected = list(rows.order_by("name", "pk"))

    pages = [keyset_page(rows, "", key="name", size=3)]
    while pages[-1].next_cursor:
        pages.append(keyset_page(rows, pages[-1].next_cursor, key="name", size=3))
    back = keyset_page(rows, pages[-1].previous_cursor, key="name", size=3)

    assert [row for page in pages for row in page] == expected
    assert [len(page) for page in pages] == [3, 3, 1]
    assert list(back) == list(pages[1])
    assert (pages[0].previous_cursor, pages[-1].next_cursor) == ("", "")


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "\0"])
def test_a_cursor_nobody_gave_out_means_the_first_page(cursor):
    projects = ProjectFactory.create_batch(2)

    assert list(keyset_page(Project.objects.all(), cursor, size=5)) == projects


def test_counts_stop_at_the_cap():
    ProjectFactory.create_batch(4)

    assert [capped_count(Project.objects.all(), cap) for cap in (3, 10)] == [4, 4]
