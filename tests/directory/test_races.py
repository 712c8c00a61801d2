"""Two people changing one directory at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from directory import actions, audit
from directory.exceptions import AlreadyMember, LastDirectoryAdmin
from directory.models import Membership, User
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each act returned or raised, all started at the same moment, each on a connection of its own."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except (AlreadyMember, LastDirectoryAdmin) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_admins_who_leave_at_once_one_stays():
    for _ in range(10):
        company = CompanyFactory()
        one, other = MembershipFactory.create_batch(2, company=company, directory_admin=True)

        results = at_once(
            lambda leaving=one: actions.deactivate_membership(leaving.pk, actor=leaving.user),
            lambda leaving=other: actions.deactivate_membership(leaving.pk, actor=leaving.user),
        )

        assert (results.count(None), results.count(LastDirectoryAdmin)) == (1, 1)
        assert Membership.objects.company_admins().filter(company=company).count() == 1
        assert audit.first_break(company.pk) is None


def test_the_same_person_added_twice_at_once_is_one_person():
    for number in range(10):
        companies = CompanyFactory.create_batch(2)
        admins = [MembershipFactory(company=company, directory_admin=True).user for company in companies]
        email = f"lena-{number}@example.test"

        def add(company, admin, email=email):
            return actions.add_member(
                company.pk, email=email, name="Lena Fuchs", password="a fine long password", actor=admin
            )

        results = at_once(
            lambda add=add, here=(companies[0], admins[0]): add(*here),
            lambda add=add, here=(companies[0], admins[0]): add(*here),
            lambda add=add, here=(companies[1], admins[1]): add(*here),
        )

        lena = User.objects.get(email=email)
        assert results.count(AlreadyMember) == 1
        assert {membership.company for membership in lena.memberships.all()} == set(companies)
