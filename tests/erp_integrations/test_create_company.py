import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from directory.models import Company, User
from directory.policies import has_privilege, level_of
from directory.privileges import Privilege, Tool, ToolLevel
from erp_integrations.credentials import unseal
from erp_integrations.models import ErpConnection
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def create(*arguments, **options):
    said = StringIO()
    options = {"admin_email": "kai@new.test", "admin_name": "Kai Lang"} | options
    call_command("create_company", "New Ground Builders", *arguments, stdout=said, **options)
    return said.getvalue()


def test_a_company_its_admin_and_its_connection(settings):
    said = create()

    company, admin = Company.objects.get(), User.objects.get()
    connection = ErpConnection.objects.get()
    password = re.search(r"kai@new\.test with (\S+)", said).group(1)
    sealed = unseal(connection.encrypted_credentials, company_id=company.pk, connection_id=connection.pk)
    assert (company.name, company.slug, admin.name) == ("New Ground Builders", "new-ground-builders", "Kai Lang")
    assert admin.check_password(password)
    assert "/c/new-ground-builders/" in said
    assert level_of(admin, company, Tool.COMPANY_DIRECTORY) == ToolLevel.ADMIN
    assert has_privilege(admin, company, Privilege.PUSH_TO_ACCOUNTING)
    assert (connection.company, connection.adapter) == (company, "demo")
    assert connection.settings == {"company": "New Ground Builders"}
    assert sealed == {"token": settings.DEMO_ERP_TOKEN}


def test_a_given_password_is_not_printed():
    said = create(admin_password="a fine long password", dictionary="owner", slug="ng", currency="EUR")

    assert "a fine long password" not in said
    assert User.objects.get().check_password("a fine long password")
    assert Company.objects.values_list("slug", "dictionary", "currency").get() == ("ng", "owner", "EUR")


def test_somebody_known_keeps_name_and_password():
    kai = UserFactory(email="kai@new.test", name="Kai L.")

    said = create(admin_name=None)

    kai.refresh_from_db()
    assert kai.check_password(PASSWORD)
    assert "Kai L. (kai@new.test) is its Directory Admin and signs in as before." in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"admin_name": None}, r"Nobody has the email kai@new\.test yet: add --admin-name\."),
        ({"admin_email": "kai"}, r"--admin-email: Enter a valid email address\."),
        ({"admin_password": "short"}, r"--admin-password: This password is too short"),
        ({"slug": "New Ground"}, r"--slug: Enter a valid “slug”"),
        ({"currency": "dollar"}, r"--currency: "),
        ({"time_zone": "Mars"}, r"--time-zone: Mars is not a time zone"),
        ({"adapter": "sage"}, r"There is no ERP adapter “sage”"),
        ({"erp": ["url"]}, r"--erp takes FIELD=VALUE, not url\."),
        ({"erp": ["colour=red"]}, r"Demo ERP knows no colour\. It knows: url, company"),
        ({"erp": ["url="]}, r"--erp url: Enter the address\."),
        ({"erp": ["token="]}, r"--erp token: Enter the token\."),
        ({"erp": ["url=http://erp.example.com"]}, r"--erp url: Only https is allowed to this host\."),
        ({"erp": ["personality=rude"]}, r"--erp personality: Choose one of: key, upsert, lookup, nothing\."),
    ],
)
def test_bad_input_says_what_and_makes_nothing(options, sentence):
    with pytest.raises(CommandError, match=sentence):
        create(**options)

    assert (Company.objects.count(), User.objects.count()) == (0, 0)


def test_a_second_company_of_that_address_is_refused():
    create()

    with pytest.raises(CommandError, match="--slug: Company with this Slug already exists"):
        create(admin_email="other@new.test")
