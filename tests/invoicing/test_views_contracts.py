"""Contracts, schedules, periods and codes, as a browser without scripts uses them."""

from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.models import OwnerInvoice, PrimeContract
from tests.factories import (
    BillingPeriodFactory,
    CostCodeFactory,
    OwnerFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.invoicing.forms import contract_form, schedule_form
from tests.invoicing.pages import address, error_at, page_of, signed_in, value_of, words

pytestmark = pytest.mark.django_db

MEGABYTE = "x" * 1_000_000


@pytest.fixture
def project():
    return ProjectFactory(company__slug="harborvine", slug="mill-race")


@pytest.fixture
def priya(project):
    return signed_in(project.company, project_staff=True, user__name="Priya Nair")


class TestContracts:
    def test_the_list_shows_each_with_its_sums_and_their_totals(self, priya, project):
        for number, billed in (("PC-001", "250.00"), ("PC-002", "100.00")):
            contract = PrimeContractFactory(project=project, number=number, lines=["1000.00"])
            OwnerInvoiceFactory(contract=contract, work=Decimal(billed))

        said = words(priya.get(address("contracts", project)))

        assert "PC-001 Shell and core" in said
        assert "1,000.00 0.00 1,000.00 250.00 0.00 1,000.00 25.0%" in said
        assert "Total (USD) 2,000.00 0.00 2,000.00 350.00 0.00 2,000.00 17.5%" in said

    def test_an_empty_list_says_what_to_do_first(self, priya, project):
        said = words(priya.get(address("contracts", project)))

        assert "No prime contracts in this project. Add the contract, then its schedule of values." in said

    def test_the_dictionary_s_words_are_used(self):
        project = ProjectFactory(company__specialty_contractor=True)
        nora = signed_in(project.company, project_staff=True)

        said = words(nora.get(address("contracts", project)))

        assert "Client Contracts" in said
        assert "No client contracts in this project." in said
        assert "prime contract" not in said.lower()

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("number", "", "This field is required."),
            ("number", "a\x00b", "Null characters are not allowed."),
            ("title", MEGABYTE, "Ensure this value has at most 160 characters (it has 1000000)."),
            ("owner", "999999", "Choose one from the list."),
            ("owner", "9" * 60, "Choose one from the list."),
            ("owner", "x\x00", "Null characters are not allowed."),
            ("status", "sold", "Select a valid choice. sold is not one of the available choices."),
            ("contract_date", "2026-02-30", "Enter a date, such as 2026-10-31."),
            ("work_retainage_percent", "ten", "This is not a percentage. Enter digits, such as 7.5."),
            ("work_retainage_percent", "-1", "A percentage is between 0 and 100."),
            ("materials_retainage_percent", "1.2345", "A percentage has at most three decimals."),
            ("description", MEGABYTE, "Ensure this value has at most 5000 characters (it has 1000000)."),
            ("exclusions", "a\x00", "Null characters are not allowed."),
            ("contractor", MEGABYTE, "Ensure this value has at most 160 characters (it has 1000000)."),
            ("signed_sum", "a lot", "This is not an amount. Enter digits, such as 1,234.50."),
            ("accounting_method", "barter", "Select a valid choice. barter is not one of the available choices."),
            ("actual_completion", "2025-12-31", "This is before the start."),
        ],
    )
    def test_bad_input_gets_a_message_beside_its_field(self, priya, project, name, value, message):
        form = contract_form(OwnerFactory(company=project.company)) | {name: value}

        response = priya.post(address("contract_new", project), form)

        assert (response.status_code, error_at(response, f"id_{name}")) == (422, message)
        other = "number" if name == "title" else "title"
        assert value_of(response, f"id_{other}") == form[other]
        assert PrimeContract.objects.count() == 0

    def test_an_owner_of_another_company_cannot_be_chosen(self, priya, project):
        response = priya.post(address("contract_new", project), contract_form(OwnerFactory()))

        assert error_at(response, "id_owner") == "Choose one from the list."

    def test_a_taken_number_and_an_old_page(self, priya, project):
        contract = PrimeContractFactory(project=project, number="PC-010")
        url = address("contract_edit", project, contract_id=contract.pk)
        PrimeContractFactory(project=project, owner=contract.owner, number="PC-011")

        taken = priya.post(url, contract_form(contract.owner))
        saved = priya.post(url, contract_form(contract.owner, number="PC-012", version=1))
        old = priya.post(url, contract_form(contract.owner, number="PC-013", version=1))

        assert error_at(taken, "id_number") == "The number PC-011 is taken. Choose another."
        assert saved.status_code == 302
        assert "PC-012 has changed since this page was opened. Nothing was overwritten." in words(old)
        assert PrimeContract.objects.get(pk=contract.pk).number == "PC-012"

    def test_only_an_admin_approves_a_contract(self, project):
        editor = signed_in(project.company, project_editor=True)
        form = contract_form(OwnerFactory(company=project.company))

        refused = editor.post(address("contract_new", project), form)
        made = editor.post(address("contract_new", project), form | {"status": "out_for_signature"})

        assert error_at(refused, "id_status") == "Select a valid choice. approved is not one of the available choices."
        assert made.status_code == 302

    def test_an_approved_contract_stays_so_when_an_editor_saves_it(self, project):
        editor = signed_in(project.company, project_editor=True)
        contract = PrimeContractFactory(project=project)

        saved = editor.post(
            address("contract_edit", project, contract_id=contract.pk), contract_form(contract.owner, version=1)
        )

        assert saved.status_code == 302
        assert PrimeContract.objects.get().status == "approved"

    def test_general_says_why_nothing_can_be_billed(self, priya, project):
        contract = PrimeContractFactory(project=project, draft=True)

        said = words(priya.get(address("contract", project, contract_id=contract.pk)))

        assert "Not ready to bill. The contract must be Approved or Complete; it is Draft." in said


class TestSchedule:
    @pytest.fixture
    def contract(self, project):
        return PrimeContractFactory(project=project, number="PC-011", lines=["10.00"])

    def url(self, contract):
        return address("schedule", contract.project, contract_id=contract.pk)

    def test_lines_are_typed_and_removed(self, priya, contract):
        code = CostCodeFactory(company=contract.company)
        form = schedule_form(contract, ("01", "Concrete", "12.50"), ("02", "Steel", "(5)"))

        response = priya.post(self.url(contract), form | {"cost_code-new-0": code.code}, follow=True)

        assert "Original contract sum (as saved) 7.50" in words(response)
        assert [line.cost_code for line in contract.lines.all()] == [None, code]
        first = contract.lines.first()
        priya.post(self.url(contract), {"version": 2, f"item-{first.pk}": "01", f"remove-{first.pk}": "on"})
        assert [line.item for line in contract.lines.all()] == ["02"]

    @pytest.mark.parametrize(
        ("cell", "value", "message"),
        [
            ("item", "", "Enter an item, such as 01."),
            ("item", "x" * 21, "This is too long. The limit is 20 characters."),
            ("item", "01", "Item 01 stands twice in the schedule."),
            ("description", " ", "Say what the line is for."),
            ("description", MEGABYTE, "This is too long. The limit is 250 characters."),
            ("description", "a\x00b", "This holds a character that cannot be stored."),
            ("scheduled_value", "", "Enter an amount, such as 1,234.50."),
            ("scheduled_value", "12.345", "An amount has at most two decimals. Round it to the cent."),
            ("cost_code", "03-399", "There is no cost code 03-399. Choose one from the list, or add it."),
            ("group", "x" * 121, "This is too long. The limit is 120 characters."),
            ("item", "0\x0b1\x01", "This holds a character that cannot be stored."),
        ],
    )
    def test_bad_input_gets_a_message_beside_its_cell(self, priya, contract, cell, value, message):
        form = schedule_form(contract, ("01", "Concrete", "11.00"), ("02", "Steel", "5"))

        response = priya.post(self.url(contract), form | {f"{cell}-new-0": value})

        assert (response.status_code, error_at(response, f"id_{cell}-new-0")) == (422, message)
        assert value_of(response, f"id_scheduled_value-{contract.lines.get().pk}") == "11.00"
        assert PrimeContract.objects.get().version == 1

    def test_an_old_page_keeps_what_was_typed(self, priya, contract):
        form = schedule_form(contract, ("01", "Concrete", "11.00"))
        priya.post(self.url(contract), schedule_form(contract, ("01", "Concrete", "12.00")))

        response = priya.post(self.url(contract), form)

        assert response.status_code == 409
        assert "PC-011 has changed since this page was opened. Nothing was overwritten." in words(response)
        assert value_of(response, f"id_scheduled_value-{contract.lines.get().pk}") == "11.00"

    def test_the_same_form_twice_saves_once(self, priya, contract):
        form = schedule_form(contract, ("01", "Concrete", "11.00"), ("02", "Steel", "5"))

        answers = [priya.post(self.url(contract), form).status_code for _ in range(2)]

        assert answers == [302, 409]
        assert contract.lines.count() == 2

    def test_a_locked_schedule_says_why_and_takes_nothing(self, priya, contract):
        OwnerInvoiceFactory(contract=contract, approved=True)

        page = priya.get(self.url(contract))
        response = priya.post(self.url(contract), schedule_form(contract, ("01", "Concrete", "99.00")))

        said = "The schedule of values is locked since PC-011 #1 was approved. Change orders change it now."
        assert said in words(page)
        assert "scheduled_value-" not in page.content.decode()
        assert (response.status_code, said in words(response)) == (409, True)

    def test_any_page_number_is_answered(self, priya, contract):
        for page in ("0", "x", "9" * 50):
            assert priya.get(self.url(contract), {"page": page}).status_code == 200


class TestInvoices:
    def test_the_tab_lists_them_with_totals(self, priya, project):
        first = OwnerInvoiceFactory(contract__project=project, contract__lines=["1000.00"], sent=True)
        OwnerInvoiceFactory(contract=first.contract)
        OwnerInvoiceFactory(contract=first.contract, void=True)

        said = words(priya.get(address("contract_invoices", project, contract_id=first.contract_id)))

        assert "Ready to Export" in said
        assert "Total without void ones (USD) 200.00 20.00 180.00" in said

    @pytest.mark.parametrize(
        ("lines", "draft", "periods", "reason"),
        [
            (1, True, 1, "The contract must be Approved or Complete; it is Draft."),
            (0, False, 1, "The schedule of values has no lines yet."),
            (1, False, 0, "The project has no billing period yet."),
        ],
    )
    def test_creating_says_what_is_missing(self, priya, project, lines, draft, periods, reason):
        contract = PrimeContractFactory(project=project, draft=draft, lines=lines)
        BillingPeriodFactory.create_batch(periods, project=project)

        assert reason in words(priya.get(address("contract_invoices", project, contract_id=contract.pk)))
        period = project.billing_periods.first()
        form = {"number": "A-1", "position": 1, "period": period.pk if period else ""}
        assert priya.post(address("invoice_new", project, contract_id=contract.pk), form).status_code == 422

    def test_the_form_is_prefilled_and_pressing_twice_makes_one(self, priya, project):
        first = OwnerInvoiceFactory(contract__project=project, contract__number="PC-011")
        url = address("invoice_new", project, contract_id=first.contract_id)
        page = priya.get(url)
        form = {"number": value_of(page, "id_number"), "position": 2, "period": first.period_id}

        answers = [priya.post(url, form, follow=True) for _ in range(2)]

        assert form["number"] == "PC-011-2"
        assert "It continues PC-011-1" in words(page)
        assert "PC-011 #2 was created." in words(answers[0])
        assert "PC-011 #2 exists already. Nothing was created." in words(answers[1])
        assert OwnerInvoice.objects.count() == 2

    @pytest.mark.parametrize("position", ["0", "x", "9" * 40, "-1"])
    def test_any_position_is_answered(self, priya, project, position):
        contract = PrimeContractFactory(project=project, lines=1)
        form = {"number": "A-1", "position": position, "period": BillingPeriodFactory(project=project).pk}

        response = priya.post(address("invoice_new", project, contract_id=contract.pk), form)

        assert response.status_code == 422

    def test_deleted_ones_are_listed_for_whoever_may_restore(self, priya, project):
        invoice = OwnerInvoiceFactory(contract__project=project)
        actions.delete_invoice(invoice.pk, actor=priya.user)
        url = address("contract_invoices", project, contract_id=invoice.contract_id)

        assert page_of(invoice) in priya.get(url).content.decode()
        assert page_of(invoice) not in signed_in(project.company, project_reader=True).get(url).content.decode()
