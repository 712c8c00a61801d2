"""Django admin: company admins look up their own contracts and invoices; nobody changes a status there."""

import pytest
from django.urls import reverse

from tests.factories import MembershipFactory, OwnerInvoiceFactory, UserFactory
from tests.invoicing.pages import signed_in, words

pytestmark = pytest.mark.django_db

LISTS = ("owner", "costcode", "primecontract", "ownerinvoice")


def test_a_company_admin_sees_only_their_own_company_s(client):
    own, other = OwnerInvoiceFactory(), OwnerInvoiceFactory()
    dana = signed_in(own.company, directory_admin=True)

    said = words(dana.get(reverse("admin:invoicing_ownerinvoice_changelist")))

    assert own.number in said
    assert other.number not in said
    assert dana.get(reverse("admin:invoicing_ownerinvoice_change", args=[other.pk])).status_code in (302, 404)


@pytest.mark.parametrize("name", LISTS)
def test_nothing_is_added_or_changed_there(client, name):
    client.force_login(UserFactory(superuser=True))
    OwnerInvoiceFactory()

    assert client.get(reverse(f"admin:invoicing_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:invoicing_{name}_add")).status_code == 403


def test_a_status_cannot_be_written(client):
    invoice = OwnerInvoiceFactory()
    client.force_login(UserFactory(superuser=True))
    url = reverse("admin:invoicing_ownerinvoice_change", args=[invoice.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"status": "approved"}).status_code == 403


def test_lists_have_the_dictionary_s_names():
    nora = MembershipFactory(directory_admin=True, company__specialty_contractor=True)
    client = signed_in(nora.company, directory_admin=True)

    said = words(client.get(reverse("admin:index")))

    assert "Client Contracts" in said
    assert "GC/Client Invoices" in said
