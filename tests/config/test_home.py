import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OwnerFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory(slug="harbor", name="Harbor & Vine")


@pytest.fixture
def priya(company):
    return MembershipFactory(company=company, user__name="Priya Nair", project_staff=True).user


@pytest.fixture
def ana(company):
    return MembershipFactory(company=company, user__name="Ana Whitfield", approver=True).user


@pytest.fixture
def contract(company, priya):
    project = ProjectFactory(company=company, name="Mill Race Apartments", slug="mill-race", number="P-11")
    owner = OwnerFactory(company=company, name="Riverside Medical")
    return PrimeContractFactory(project=project, owner=owner, number="PC-011", title="Shell", created_by=priya, lines=1)


def counts(page):
    return dict((label, int(count)) for count, label in re.findall(r"<b>(\d+)</b>([^<]+)</a>", page.content.decode()))


def test_an_approver_sees_what_waits_and_what_failed(client, ana, contract):
    OwnerInvoiceFactory(contract=contract, failed=True)
    OwnerInvoiceFactory(contract=contract, accepted=True)
    OwnerInvoiceFactory(contract=contract, sent=True)
    OwnerInvoiceFactory(contract=contract)
    client.force_login(ana)

    page = client.get("/c/harbor/")

    assert counts(page) == {"Waiting for a decision": 1, "Failed to Export": 1}
    assert "sent this at" in page.content.decode()


def test_project_staff_see_what_was_sent_back_to_them(client, priya, contract):
    invoice = OwnerInvoiceFactory(contract=contract, rejected=True, by=priya)
    other = MembershipFactory(company=contract.company, project_staff=True).user
    client.force_login(priya)
    mine = client.get("/c/harbor/")
    client.force_login(other)
    theirs = client.get("/c/harbor/")

    assert counts(mine) == {"Sent back to you to fix": 1}
    assert f'href="/c/harbor/p/mill-race/owner-invoices/{invoice.pk}/"' in mine.content.decode()
    assert counts(theirs) == {"Sent back to you to fix": 0}


@pytest.mark.parametrize(
    ("traits", "step"),
    [
        ({"approver": True}, "When a project team sends an invoice, it appears here."),
        ({"accounting_reader": True}, "When a project team sends an invoice, it appears here."),
        ({"project_staff": True}, "Prepare the next invoice in your project."),
        ({"directory_admin": True}, "Say who may do what in this company."),
        ({}, "You have no tools in this company yet. A Directory Admin can give you some."),
    ],
)
def test_when_nothing_waits_the_next_step_is_said(client, company, traits, step):
    ProjectFactory(company=company)
    client.force_login(MembershipFactory(company=company, **traits).user)

    page = client.get("/c/harbor/").content.decode()

    assert "Nothing waits for you." in page
    assert step in page


def test_activity_shows_only_what_the_person_may_see(client, company, priya, contract):
    invoice = OwnerInvoiceFactory(contract=contract, approved=True)
    readers = {
        traits: MembershipFactory(company=company, **{traits: True}).user
        for traits in ("project_reader", "accounting_reader", "directory_admin")
    }

    seen = {}
    for traits, reader in readers.items():
        client.force_login(reader)
        seen[traits] = invoice.display_number in client.get("/c/harbor/").content.decode()

    assert seen == {"project_reader": True, "accounting_reader": False, "directory_admin": False}


def test_home_runs_the_same_queries_for_one_invoice_and_twenty(client, company, contract, priya):
    person = MembershipFactory(company=company, user__name="Both", approver=True, project_staff=True).user
    client.force_login(person)
    OwnerInvoiceFactory(contract=contract, rejected=True, by=person)
    with CaptureQueriesContext(connection) as few:
        client.get("/c/harbor/")
    for _ in range(5):
        project = ProjectFactory(company=company)
        other = PrimeContractFactory(project=project, owner=contract.owner, created_by=priya, lines=1)
        OwnerInvoiceFactory(contract=other, rejected=True, by=person)
        OwnerInvoiceFactory(contract=other, sent=True)

    with CaptureQueriesContext(connection) as many:
        page = client.get("/c/harbor/")

    assert counts(page) == {"Waiting for a decision": 5, "Failed to Export": 0, "Sent back to you to fix": 6}
    assert len(few) == len(many)


def test_strangers_find_no_company(client, company):
    client.force_login(MembershipFactory().user)

    assert [client.get(url).status_code for url in ("/c/harbor/", "/c/nowhere/", "/c/harbor/search/?q=x")] == [404] * 3


# Search


def found(client, words):
    page = client.get("/c/harbor/search/", {"q": words})
    return re.findall(
        r'<li>(?:<a href="[^"]*">)?([^<]+)', page.content.decode()[page.content.decode().index("<main") :]
    )


@pytest.mark.parametrize("words", ["PC-011 #1", "pc-011 #1", "PC-011-1"])
def test_an_exact_number_opens_the_invoice(client, ana, priya, contract, words):
    invoice = OwnerInvoiceFactory(contract=contract, sent=True)
    client.force_login(ana)
    for_ana = client.get("/c/harbor/search/", {"q": words})
    client.force_login(priya)
    for_priya = client.get("/c/harbor/search/", {"q": words})

    assert invoice.number == "PC-011-1"
    assert for_ana.url == f"/c/harbor/erp/owner-invoices/{invoice.pk}/"
    assert for_priya.url == f"/c/harbor/p/mill-race/owner-invoices/{invoice.pk}/"


@pytest.mark.parametrize(
    ("traits", "words", "expected"),
    [
        ("project_staff", "mill race", ["PC-011 #1", "Mill Race Apartments"]),
        ("project_staff", "riverside", ["PC-011 #1", "PC-011 Shell"]),
        ("approver", "mill race", []),
        ("project_staff", "priya", []),
        ("directory_reader", "priya", ["Priya Nair"]),
        ("directory_reader", "mill race", []),
        ("project_staff", "%", []),
        ("project_staff", "x" * 5_000, []),
        ("project_staff", "a\0b", []),
    ],
)
def test_people_find_what_they_may_see(client, company, contract, traits, words, expected):
    OwnerInvoiceFactory(contract=contract)
    client.force_login(MembershipFactory(company=company, user__name="Zed", **{traits: True}).user)

    assert found(client, words) == expected


def test_nothing_found_says_what_to_try_and_escapes_the_words(client, company):
    client.force_login(MembershipFactory(company=company).user)

    page = client.get("/c/harbor/search/", {"q": "<script>x"}).content.decode()

    assert "Try an invoice number, project or owner." in page
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page
