from datetime import date
from decimal import Decimal

import pytest

from directory.models import AuditEvent
from invoicing import actions
from invoicing.actions import LineEntry, ScheduleEntry
from invoicing.exceptions import ContractChanged, FieldRefused, ScheduleLocked, ScheduleRefused
from invoicing.models import BillingPeriod, OwnerInvoice, PeriodStatus
from tests.factories import (
    BillingPeriodFactory,
    ChangeOrderFactory,
    CompanyFactory,
    ContractLineFactory,
    CostCodeFactory,
    OwnerFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def entry(item, value, line=None, **options):
    return ScheduleEntry(item, f"Line {item}", Decimal(value), line_id=line and line.pk, **options)


def schedule(contract):
    return [(line.item, line.scheduled_value) for line in contract.lines.all()]


class TestContracts:
    def test_a_contract_is_made_and_told_of(self):
        project, priya = ProjectFactory(), UserFactory()
        owner = OwnerFactory(company=project.company)

        contract = actions.create_contract(
            project, {"owner_id": owner.pk, "number": "PC-011", "title": "Shell"}, actor=priya
        )

        assert (contract.company, contract.created_by, contract.status) == (project.company, priya, "draft")
        assert AuditEvent.objects.get(company=project.company).action == "contract.created"

    def test_a_number_is_taken_whatever_its_case(self):
        contract = PrimeContractFactory(number="PC-011")
        other = PrimeContractFactory(project=contract.project, owner=contract.owner)

        with pytest.raises(FieldRefused) as refused:
            actions.update_contract(other.pk, {"number": "pc-011"}, actor=contract.created_by)

        assert (refused.value.field, str(refused.value)) == ("number", "The number pc-011 is taken. Choose another.")

    def test_an_owner_of_another_company_is_refused(self):
        contract = PrimeContractFactory()

        with pytest.raises(FieldRefused) as refused:
            actions.update_contract(contract.pk, {"owner_id": OwnerFactory().pk}, actor=contract.created_by)

        assert refused.value.field == "owner"

    def test_an_old_page_overwrites_nothing_and_a_repeated_one_is_harmless(self):
        contract = PrimeContractFactory(title="Shell")
        once = actions.update_contract(contract.pk, {"title": "Core"}, actor=contract.created_by, version=1)

        again = actions.update_contract(contract.pk, {"title": "Core"}, actor=contract.created_by, version=1)
        with pytest.raises(ContractChanged):
            actions.update_contract(contract.pk, {"title": "Roof"}, actor=contract.created_by, version=1)

        assert (once.version, again.version, again.title) == (2, 2, "Core")


class TestSchedule:
    def test_lines_are_added_changed_and_removed(self):
        contract = PrimeContractFactory(lines=["10.00", "20.00"])
        first, second = contract.lines.all()

        actions.save_schedule(
            contract.pk,
            [entry("01", "15.00", first), entry("02", "20.00", second, removed=True), entry("03", "-5.00")],
            actor=contract.created_by,
            version=contract.version,
        )

        assert schedule(contract) == [("01", Decimal("15.00")), ("03", Decimal("-5.00"))]

    def test_a_draft_follows_the_schedule(self):
        contract = PrimeContractFactory(lines=["1000.00", "500.00"])
        invoice = OwnerInvoiceFactory(contract=contract, work=None)
        first, second = contract.lines.all()

        actions.save_schedule(
            contract.pk,
            [entry("01", "1200.00", first), entry("02", "500.00", second, removed=True), entry("03", "80.00")],
            actor=contract.created_by,
        )

        follower = OwnerInvoice.objects.get(pk=invoice.pk)
        assert [line.scheduled_value for line in follower.lines.all()] == [Decimal("1200.00"), Decimal("80.00")]
        assert (follower.original_sum, follower.version) == (Decimal("1280.00"), invoice.version + 1)

    def test_it_is_locked_once_an_application_is_approved(self):
        contract = PrimeContractFactory(number="PC-011", lines=["1000.00"])
        OwnerInvoiceFactory(contract=contract, approved=True)

        with pytest.raises(ScheduleLocked) as refused:
            actions.save_schedule(contract.pk, [entry("09", "1.00")], actor=contract.created_by)

        said = "The schedule of values is locked since PC-011 #1 was approved. Change orders change it now."
        assert str(refused.value) == said

    def test_it_opens_again_when_that_application_is_reopened(self):
        contract = PrimeContractFactory(lines=["1000.00"])
        invoice = OwnerInvoiceFactory(contract=contract, approved=True)
        actions.reopen_invoice(invoice.pk, actor=invoice.created_by)

        actions.save_schedule(contract.pk, [entry("02", "1.00")], actor=contract.created_by)

        assert len(schedule(contract)) == 2

    @pytest.mark.parametrize(
        ("change", "field", "sentence"),
        [
            (
                {"value": "0.00", "removed": True},
                "item",
                "Line 01 stands on PC-011 #1. Set its value to 0.00 instead of removing it.",
            ),
            (
                {"value": "-1000.00"},
                "scheduled_value",
                "Line 01 is billed on PC-011 #1. Its value cannot change its sign.",
            ),
        ],
    )
    def test_what_is_billed_stays(self, change, field, sentence):
        contract = PrimeContractFactory(number="PC-011", lines=["1000.00"])
        OwnerInvoiceFactory(contract=contract)

        with pytest.raises(ScheduleRefused) as refused:
            actions.save_schedule(
                contract.pk, [entry("01", line=contract.lines.get(), **change)], actor=contract.created_by
            )

        assert refused.value.problems == {0: {field: sentence}}

    def test_an_item_stands_once(self):
        contract = PrimeContractFactory(lines=["10.00"])

        with pytest.raises(ScheduleRefused) as refused:
            actions.save_schedule(contract.pk, [entry("01", "5.00")], actor=contract.created_by)

        assert refused.value.problems == {0: {"item": "Item 01 stands twice in the schedule."}}

    def test_two_lines_may_swap_their_items(self):
        contract = PrimeContractFactory(lines=["10.00", "20.00"])
        first, second = contract.lines.all()

        actions.save_schedule(
            contract.pk, [entry("02", "10.00", first), entry("01", "20.00", second)], actor=contract.created_by
        )

        assert schedule(contract) == [("02", Decimal("10.00")), ("01", Decimal("20.00"))]

    def test_a_cost_code_of_another_company_is_refused(self):
        contract = PrimeContractFactory()
        elsewhere = CostCodeFactory()

        with pytest.raises(ScheduleRefused) as refused:
            actions.save_schedule(
                contract.pk, [entry("01", "5.00", cost_code_id=elsewhere.pk)], actor=contract.created_by
            )

        assert refused.value.problems == {0: {"cost_code": "Choose a cost code of this company."}}

    def test_lines_of_change_orders_are_not_the_schedule_s_to_change(self):
        contract = PrimeContractFactory(lines=["10.00"])
        change = ChangeOrderFactory(contract=contract)
        line = ContractLineFactory(contract=contract, change_order=change, item="CO1", scheduled_value=Decimal("7.00"))

        actions.save_schedule(contract.pk, [entry("CO1x", "9.00", line)], actor=contract.created_by)

        line.refresh_from_db()
        assert (line.item, line.scheduled_value) == ("CO1", Decimal("7.00"))

    def test_approved_change_orders_are_billed_with_the_rest(self):
        contract = PrimeContractFactory(lines=["1000.00"])
        change = ChangeOrderFactory(contract=contract)
        ContractLineFactory(contract=contract, change_order=change, item="CO1", scheduled_value=Decimal("-200.00"))
        ContractLineFactory(contract=contract, change_order=ChangeOrderFactory(contract=contract, status="draft"))

        invoice = OwnerInvoiceFactory(contract=contract)

        assert (invoice.original_sum, invoice.change_order_sum) == (Decimal("1000.00"), Decimal("-200.00"))
        assert [line.work_this_period for line in invoice.lines.all()] == [Decimal("100.00"), Decimal("-20.00")]
        assert invoice.current_payment_due == Decimal("72.00")

    def test_a_retainage_rate_of_the_contract_is_for_the_next_application(self):
        first = OwnerInvoiceFactory(contract__lines=["1000.00"])
        actions.update_contract(first.contract_id, {"work_retainage_percent": Decimal("5")}, actor=first.created_by)

        second = OwnerInvoiceFactory(contract=first.contract)

        assert [line.retainage_withheld for line in second.lines.all()] == [Decimal("5.00")]
        assert [line.retainage_withheld for line in first.lines.all()] == [Decimal("10.00")]

    def test_saving_lines_twice_from_an_old_page(self):
        contract = PrimeContractFactory(lines=["10.00"])
        line = contract.lines.get()
        actions.save_schedule(contract.pk, [entry("01", "11.00", line)], actor=contract.created_by, version=1)

        actions.save_schedule(contract.pk, [entry("01", "11.00", line)], actor=contract.created_by, version=1)
        with pytest.raises(ContractChanged):
            actions.save_schedule(contract.pk, [entry("01", "12.00", line)], actor=contract.created_by, version=1)

        assert schedule(contract) == [("01", Decimal("11.00"))]


class TestPeriods:
    october = {"start": date(2026, 10, 1), "end": date(2026, 10, 31), "due": date(2026, 11, 25)}

    def test_creating_one_opens_it_and_closes_the_one_before(self):
        before = BillingPeriodFactory(status=PeriodStatus.OPEN)

        period = actions.create_period(before.project_id, actor=UserFactory(), **self.october)

        before.refresh_from_db()
        assert (period.status, before.status) == (PeriodStatus.OPEN, PeriodStatus.CLOSED)

    def test_periods_do_not_overlap(self):
        period = actions.create_period(ProjectFactory().pk, actor=UserFactory(), **self.october)

        with pytest.raises(FieldRefused) as refused:
            actions.create_period(
                period.project_id, start=date(2026, 10, 15), end=date(2026, 11, 14), due=date(2026, 12, 1), actor=None
            )

        said = "Billing period Oct 15 – Nov 14, 2026 overlaps Oct 1 – 31, 2026."
        assert (refused.value.field, str(refused.value)) == ("start", said)

    @pytest.mark.parametrize(
        ("change", "field"), [({"end": date(2026, 9, 30)}, "end"), ({"due": date(2026, 9, 30)}, "due")]
    )
    def test_dates_are_in_order(self, change, field):
        with pytest.raises(FieldRefused) as refused:
            actions.create_period(ProjectFactory().pk, actor=UserFactory(), **{**self.october, **change})

        assert refused.value.field == field

    def test_opening_and_closing_again_changes_nothing(self):
        period = actions.create_period(ProjectFactory().pk, actor=UserFactory(), **self.october)

        for act in (actions.close_period, actions.close_period, actions.open_period, actions.open_period):
            act(period.pk, actor=UserFactory())

        told = AuditEvent.objects.filter(company=period.company).values_list("action", flat=True)
        assert list(told) == ["period.created", "period.closed", "period.open"]

    def test_the_dates_of_what_is_approved_stand(self):
        invoice = OwnerInvoiceFactory(approved=True, contract__number="PC-011")
        period = invoice.period

        later = actions.update_period(
            period.pk, start=period.start, end=period.end, due=date(2026, 12, 1), actor=UserFactory()
        )
        with pytest.raises(FieldRefused) as refused:
            actions.update_period(
                period.pk, start=date(2025, 12, 1), end=period.end, due=later.due, actor=UserFactory()
            )

        assert BillingPeriod.objects.get().due == date(2026, 12, 1)
        said = "PC-011 #1 is billed for this period and is Approved. Only the due date can change."
        assert str(refused.value) == said


class TestCodes:
    def test_a_project_gets_an_address_of_its_own(self):
        company, dana = CompanyFactory(), UserFactory()

        made = [
            actions.create_project(company, name=name, number=number, actor=dana).slug
            for name, number in (("Mill Race, Phase 2", "1"), ("Mill Race Phase 2", "2"), ("水", "3"))
        ]

        assert made == ["mill-race-phase-2", "mill-race-phase-2-2", "project"]

    def test_what_is_taken_is_refused_by_field(self):
        company, dana = CompanyFactory(), UserFactory()
        makers = (
            (lambda: actions.create_project(company, name="A", number="1", actor=dana), "number"),
            (lambda: actions.create_owner(company, code="A", name="A", actor=dana), "code"),
            (lambda: actions.create_cost_code(company, code="A", name="A", actor=dana), "code"),
        )

        for make, field in makers:
            make()
            with pytest.raises(FieldRefused) as refused:
                make()
            assert refused.value.field == field


def test_the_header_saves_with_the_lines():
    invoice = OwnerInvoiceFactory(work=None)
    taken = OwnerInvoiceFactory(contract__project=invoice.contract.project)

    saved = actions.save_lines(
        invoice.pk,
        {invoice.lines.first().pk: LineEntry(work_this_period=Decimal("1.00"))},
        actor=invoice.created_by,
        details=actions.InvoiceDetails(number="A-77", period_id=taken.period_id, billing_date=date(2026, 2, 1)),
    )
    with pytest.raises(FieldRefused) as refused:
        actions.save_lines(
            invoice.pk, {}, actor=invoice.created_by, details=actions.InvoiceDetails(number=taken.number.lower())
        )

    assert (saved.number, saved.period_id, saved.completed_and_stored) == ("A-77", taken.period_id, Decimal("1.00"))
    assert refused.value.field == "number"
    assert OwnerInvoice.objects.get(pk=invoice.pk).number == "A-77"
