"""What a contract says of itself: its number, its fields, who may see it, its history, and the list's figures."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from invoicing.actions.numbers import continued, next_contract_number
from invoicing.models import ContractChange, Payment, PrimeContract
from tests.factories import OwnerFactory, OwnerInvoiceFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.forms import contract_form, schedule_form
from tests.invoicing.pages import address, error_at, page_of, signed_in, value_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def project(once):
    return ProjectFactory()


@pytest.fixture(scope="module")
def priya(project):
    return signed_in(project.company, project_staff=True, user__name="Priya Nair")


def url_of(contract, name="contract"):
    return address(name, contract.project, contract_id=contract.pk)


@pytest.mark.parametrize(
    ("number", "following"),
    [("PC-009", "PC-010"), ("PC-999", "PC-1000"), ("7", "8"), ("26-014/A", "26-015/A"), ("Shell", "Shell-2")],
)
def test_a_number_continues(number, following):
    assert continued(number) == following


def test_the_form_continues_the_numbers_of_the_company(priya, project):
    first = next_contract_number(project.company)
    for number in ("HV-010", "HV-009"):
        PrimeContractFactory(project=project, number=number)

    page = priya.get(address("contract_new", project))

    assert (first, value_of(page, "id_number")) == ("PC-001", "HV-011")


def test_every_field_is_kept_and_shown_and_its_change_told(priya, project):
    contract = PrimeContractFactory(project=project, number="PC-1", title="Shell", created_by=priya.user)
    fields = {
        "contractor": "Harborvine",
        "architect": "Fold Studio",
        "executed": "on",
        "estimated_completion": "2027-05-01",
        "signed_received": "2026-01-20",
        "signed_sum": "4,150,000",
        "inclusions": "Cranes",
        "exclusions": "Fees",
    }

    saved = priya.post(url_of(contract, "contract_edit"), contract_form(contract.owner, **fields))
    said, told = words(priya.get(url_of(contract))), words(priya.get(url_of(contract, "contract_history")))

    assert saved.status_code == 302
    assert (
        "Harborvine Architect or engineer Fold Studio Executed Yes Contract date Jan 5, 2026 Start Feb 1, 2026" in said
    )
    assert "Substantial completion May 1, 2027, estimated Signed contract received Jan 20, 2026" in said
    assert "Inclusions Cranes Exclusions Fees" in said
    assert "Contract sum, as signed 4,150,000.00" in said
    assert "Priya Nair Title Shell Shell and core" in told
    assert "Priya Nair Executed No Yes" in told
    assert "Contract sum, as signed nothing 4,150,000.00" in told
    assert ContractChange.objects.get(field="Start").after == "Feb 1, 2026"


def test_changes_of_the_schedule_are_told_by_line(priya, project):
    contract = PrimeContractFactory(project=project, lines=["10.00", "20.00"])
    first, second = contract.lines.all()
    form = schedule_form(contract, ("01", "Concrete", "12.50"), ("02", "Concrete", "20.00"), ("03", "Steel", "5"))
    priya.post(url_of(contract, "schedule"), form | {f"remove-{second.pk}": "on", f"group-{first.pk}": "Shell"})

    told = words(priya.get(url_of(contract, "contract_history")))

    assert "Line 01, Group nothing Shell" in told
    assert "Line 01, Scheduled value 10.00 12.50" in told
    assert "Line 02 removed Concrete, 20.00 nothing" in told
    assert "Line 03 added nothing Steel, 5.00" in told


def test_the_accounting_method_is_fixed_once_a_line_exists(priya, project):
    contract = PrimeContractFactory(project=project, number="PC-2", lines=1)
    form = contract_form(contract.owner, number="PC-2", accounting_method="unit")

    page = priya.post(url_of(contract, "contract_edit"), form)

    assert "The accounting method is fixed once the schedule has a line." in words(
        priya.get(url_of(contract, "contract_edit"))
    )
    assert page.status_code == 302
    assert PrimeContract.objects.get(pk=contract.pk).accounting_method == "amount"
    with pytest.raises(IntegrityError), transaction.atomic():
        PrimeContract.objects.filter(pk=contract.pk).update(accounting_method="unit")


def test_a_private_contract_is_for_admins_and_its_creator(priya, project):
    editor, other = (signed_in(project.company, project_editor=True) for _ in range(2))
    contract = PrimeContractFactory(project=project, number="PC-77", private=True, created_by=editor.user, lines=1)
    invoice = OwnerInvoiceFactory(contract=contract)
    pages = [url_of(contract), page_of(invoice), url_of(contract, "schedule_csv")]
    lists = [address("contracts", project), reverse("search", args=[project.company.slug]) + "?q=PC-77"]

    for client, answer in ((priya, 200), (editor, 200), (other, 403)):
        assert [client.get(page).status_code for page in pages] == [answer] * 3
        assert ["PC-77 Shell" in words(client.get(page, follow=True)) for page in lists] == [answer == 200] * 2
    assert "The contract is private. Seeing it needs Admin on Prime Contracts" in words(other.get(pages[0]))


def test_the_list_tells_what_is_paid_and_its_totals_are_of_what_was_found(priya, project):
    contract = PrimeContractFactory(project=project, number="PC-5", title="Annex", lines=["1000.00"])
    PrimeContractFactory(project=project, number="PC-6", title="Garage", lines=["500.00"], draft=True)
    invoice = OwnerInvoiceFactory(contract=contract, work=Decimal("250.00"), approved=True)
    for amount in ("100.00", "25.50"):
        Payment.objects.create(
            company=contract.company,
            invoice=invoice,
            received_on=date(2026, 2, 5),
            amount=amount,
            recorded_by=priya.user,
        )

    found = words(priya.get(address("contracts", project), {"q": "annex"}))
    drafts = words(priya.get(address("contracts", project), {"status": "draft"}))

    assert "Total (USD) 1,000.00 0.00 1,000.00 250.00 125.50 874.50 25.0%" in found
    assert ("PC-5" in drafts, "Total (USD) 500.00" in drafts) == (False, True)
    for query in ({"q": "\0"}, {"q": "x" * 5_000}, {"status": "\0"}, {"cursor": "\0"}):
        assert priya.get(address("contracts", project), query).status_code == 200


def test_a_unit_based_contract_is_typed_by_quantity_and_price(priya, project):
    contract = PrimeContractFactory(project=project, accounting_method="unit", signed_sum=Decimal("100.00"))
    form = schedule_form(contract, ("01", "Pipe", ""), ("02", "Lump", "5"), ("03", "Half", "1"))
    form |= {"quantity-new-0": "3", "unit-new-0": "m", "unit_price-new-0": "0.335"}
    huge = {"quantity-new-2": "999,999,999,999", "unit_price-new-2": "999,999,999,999"}

    half = priya.post(url_of(contract, "schedule"), form | {"quantity-new-2": "2", "unit_price-new-2": ""})
    large = priya.post(url_of(contract, "schedule"), form | huge)
    saved = words(priya.post(url_of(contract, "schedule"), form, follow=True))

    assert error_at(half, "id_unit_price-new-2") == "Enter a number, such as 1,234.5."
    assert "Quantity times unit price is too large." in error_at(large, "id_unit_price-new-2")
    assert "Original contract sum (as saved) 7.01 Contract sum, as signed 100.00 Difference −92.99" in saved
    assert [line.scheduled_value for line in contract.lines.all()] == [
        Decimal("1.01"),
        Decimal("5.00"),
        Decimal("1.00"),
    ]


def test_groups_have_headings_with_subtotals_and_stay_together(priya, project):
    contract = PrimeContractFactory(project=project, lines=["10.00", "20.00", "30.00"])
    contract.lines.filter(position__in=(1, 3)).update(group="Shell")

    said = words(priya.get(url_of(contract, "schedule")))
    OwnerInvoiceFactory(contract=contract, approved=True)
    locked = words(priya.get(url_of(contract, "schedule")))

    assert "Shell 40.00" in said
    assert "Shell 40.00 01 Concrete Shell 10.00 03 Concrete Shell 30.00 02 Concrete 20.00" in locked


def test_an_owner_of_another_company_is_refused_by_name(priya, project):
    response = priya.post(address("contract_new", project), contract_form(OwnerFactory(), private="on"))

    assert error_at(response, "id_owner") == "Choose one from the list."
