from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.exceptions import (
    ApplicationExists,
    ContractNotBillable,
    FieldRefused,
    FiguresRefused,
    InvoiceLocked,
    NotTheLatest,
    StaleVersion,
    TransitionNotAllowed,
)
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import BillingStatus, ErpStatus
from tests.factories import BillingPeriodFactory, OwnerInvoiceFactory, PrimeContractFactory, UserFactory

pytestmark = pytest.mark.django_db


def figures(invoice):
    """Columns E, F, withheld and released of each line, in the order of the schedule."""
    names = ("work_previous", "work_this_period", "materials_stored", "retainage_withheld", "retainage_released")
    return [tuple(getattr(line, name) for name in names) for line in invoice.lines.all()]


def enter(invoice, *entries, **options):
    rows = list(invoice.lines.all())
    return actions.save_lines(invoice.pk, {row.pk: entry for row, entry in zip(rows, entries, strict=False)}, **options)


class TestCreate:
    def test_the_first_application_carries_nothing(self):
        contract = PrimeContractFactory(number="PC-011", lines=["1000.00", "250.50"])
        period = BillingPeriodFactory(project=contract.project)

        invoice = actions.create_invoice(contract.pk, period.pk, actor=contract.created_by)

        assert (invoice.number, invoice.position, invoice.status) == ("PC-011-1", 1, BillingStatus.DRAFT)
        assert (invoice.original_sum, invoice.completed_and_stored) == (Decimal("1250.50"), Decimal("0.00"))
        assert figures(invoice) == [(0, 0, 0, 0, 0), (0, 0, 0, 0, 0)]

    def test_the_next_one_carries_work_materials_and_retainage(self):
        first = OwnerInvoiceFactory(contract__lines=["1000.00"], work=None)
        enter(
            first,
            LineEntry(work_this_period=Decimal("300.00"), materials_stored=Decimal("50.00")),
            actor=first.created_by,
        )

        second = OwnerInvoiceFactory(contract=first.contract, work=None)

        line = second.lines.get()
        assert (line.work_previous, line.materials_previous, line.materials_stored) == (300, 50, 50)
        assert (line.retainage_previous, line.retainage_on_materials) == (35, 5)
        assert (second.less_previous_certificates, second.current_payment_due) == (Decimal("315.00"), 0)
        assert second.position == 2

    def test_a_contract_that_is_not_approved_cannot_be_billed(self):
        contract = PrimeContractFactory(draft=True, lines=1)
        period = BillingPeriodFactory(project=contract.project)

        with pytest.raises(ContractNotBillable) as refused:
            actions.create_invoice(contract.pk, period.pk, actor=contract.created_by)

        assert str(refused.value) == "The contract must be Approved or Complete; it is Draft."

    def test_a_contract_without_a_schedule_cannot_be_billed(self):
        contract = PrimeContractFactory()
        period = BillingPeriodFactory(project=contract.project)

        with pytest.raises(ContractNotBillable) as refused:
            actions.create_invoice(contract.pk, period.pk, actor=contract.created_by)

        assert str(refused.value) == "The schedule of values has no lines yet."

    def test_a_period_of_another_project_is_refused(self):
        contract = PrimeContractFactory(lines=1)
        elsewhere = BillingPeriodFactory()

        with pytest.raises(FieldRefused) as refused:
            actions.create_invoice(contract.pk, elsewhere.pk, actor=contract.created_by)

        assert refused.value.field == "period"

    def test_the_same_form_twice_makes_one_application(self):
        contract = PrimeContractFactory(lines=1)
        period = BillingPeriodFactory(project=contract.project)
        once = actions.create_invoice(contract.pk, period.pk, actor=contract.created_by, position=1)

        with pytest.raises(ApplicationExists) as refused:
            actions.create_invoice(contract.pk, period.pk, actor=contract.created_by, position=1)

        assert refused.value.invoice == once
        assert OwnerInvoice.objects.count() == 1


class TestSaveLines:
    def test_the_header_is_the_sum_of_rounded_lines(self):
        invoice = OwnerInvoiceFactory(contract__lines=["1000.00", "1000.00"], work=None)

        saved = enter(
            invoice,
            LineEntry(work_this_period=Decimal("33.33")),
            LineEntry(work_this_period=Decimal("66.65"), retainage_percent=Decimal("5")),
            actor=invoice.created_by,
            version=invoice.version,
        )

        assert figures(saved) == [
            (0, Decimal("33.33"), 0, Decimal("3.33"), 0),
            (0, Decimal("66.65"), 0, Decimal("3.33"), 0),
        ]
        assert (saved.completed_and_stored, saved.total_retainage) == (Decimal("99.98"), Decimal("6.66"))
        assert (saved.current_payment_due, saved.version) == (Decimal("93.32"), invoice.version + 1)
        assert InvoiceEvent.objects.first().move == "edited"

    def test_saving_the_same_again_changes_nothing_even_from_an_old_page(self):
        invoice = OwnerInvoiceFactory(work=None)
        typed = LineEntry(work_this_period=Decimal("10.00"))
        once = enter(invoice, typed, actor=invoice.created_by, version=invoice.version)

        again = enter(invoice, typed, actor=invoice.created_by, version=invoice.version)

        assert again.version == once.version

    def test_an_old_page_overwrites_nothing(self):
        invoice = OwnerInvoiceFactory(work=None)
        enter(
            invoice,
            LineEntry(work_this_period=Decimal("10.00")),
            actor=UserFactory(name="Priya Nair"),
            version=invoice.version,
        )

        with pytest.raises(StaleVersion) as refused:
            enter(
                invoice, LineEntry(work_this_period=Decimal("20.00")), actor=invoice.created_by, version=invoice.version
            )

        assert str(refused.value).startswith("Priya Nair edited this at ")
        assert invoice.lines.first().work_this_period == Decimal("10.00")

    def test_more_cannot_be_released_than_is_held(self):
        invoice = OwnerInvoiceFactory(work=None)

        with pytest.raises(FiguresRefused) as refused:
            enter(invoice, LineEntry(retainage_released=Decimal("5.00")), actor=invoice.created_by)

        [problem] = refused.value.problems[invoice.lines.first().pk]
        assert (problem.field, problem.sentence) == ("retainage_released", "5.00 is released, but only 0.00 is held.")

    def test_retainage_can_be_released_in_part(self):
        first = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"))
        second = OwnerInvoiceFactory(contract=first.contract, work=None)

        saved = enter(second, LineEntry(retainage_released=Decimal("20.00")), actor=second.created_by)

        assert (saved.total_retainage, saved.retainage_this_period) == (Decimal("30.00"), Decimal("-20.00"))
        assert saved.current_payment_due == Decimal("20.00")

    def test_a_later_draft_follows_its_corrected_predecessor(self):
        first = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"))
        second = OwnerInvoiceFactory(contract=first.contract, work=Decimal("100.00"))

        enter(first, LineEntry(work_this_period=Decimal("400.00")), actor=first.created_by)

        follower = OwnerInvoice.objects.get(pk=second.pk)
        assert figures(follower) == [(400, 100, 0, 10, 0)]
        assert (follower.less_previous_certificates, follower.version) == (Decimal("360.00"), second.version + 1)
        assert InvoiceEvent.objects.filter(invoice=second).first().note == f"It follows {first.display_number}."

    def test_a_later_approved_one_keeps_its_figures_until_it_is_reopened(self):
        first = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"))
        second = OwnerInvoiceFactory(contract=first.contract, work=Decimal("100.00"), approved=True)

        enter(first, LineEntry(work_this_period=Decimal("400.00")), actor=first.created_by)

        assert figures(second) == [(500, 100, 0, 10, 0)]
        assert figures(actions.reopen_invoice(second.pk, actor=first.created_by)) == [(400, 100, 0, 10, 0)]

    @pytest.mark.parametrize(
        ("state", "sentence"),
        [
            ("approved", "It is Approved. Reopen it to change its figures."),
            ("sent", "It was sent to ERP Integrations. Recall it, or ask an approver to reject it."),
            ("accepted", "Accounting has it: Accepted. Ask an approver to reject it."),
            ("synced", "It is Synced and stays as it was booked."),
            ("void", "It is void."),
        ],
    )
    def test_a_locked_one_says_why(self, state, sentence):
        invoice = OwnerInvoiceFactory(**{state: True})

        with pytest.raises(InvoiceLocked) as refused:
            enter(invoice, LineEntry(work_this_period=Decimal("1.00")), actor=invoice.created_by)

        assert str(refused.value) == sentence


class TestReviewAndErp:
    def test_from_draft_to_accounting_and_back(self):
        invoice = OwnerInvoiceFactory(sent=True)

        recalled = actions.recall_invoice(invoice.pk, actor=invoice.created_by, version=invoice.version)

        assert (invoice.status, invoice.erp_status) == (BillingStatus.APPROVED, ErpStatus.READY_TO_EXPORT)
        assert (recalled.erp_status, recalled.is_editable) == (ErpStatus.RECALLED, False)
        moves = InvoiceEvent.objects.filter(invoice=invoice).order_by("id").values_list("move", flat=True)
        assert list(moves) == ["created", "edited", "submit", "approve", "send", "recall"]

    def test_a_draft_cannot_be_sent(self):
        invoice = OwnerInvoiceFactory()

        with pytest.raises(TransitionNotAllowed) as refused:
            actions.send_to_erp(invoice.pk, actor=invoice.created_by)

        assert str(refused.value).endswith(f"{invoice.display_number} is Draft. Nothing was changed.")

    def test_only_the_latest_can_be_voided_or_deleted(self):
        first = OwnerInvoiceFactory()
        second = OwnerInvoiceFactory(contract=first.contract)

        for act in (actions.void_invoice, actions.delete_invoice):
            with pytest.raises(NotTheLatest) as refused:
                act(first.pk, actor=first.created_by)
            assert str(refused.value).startswith(f"{second.display_number} comes after it.")

    def test_after_a_void_the_position_is_billed_again_from_before_it(self):
        first = OwnerInvoiceFactory(contract__lines=["1000.00"], work=Decimal("500.00"))
        OwnerInvoiceFactory(contract=first.contract, work=Decimal("100.00"), void=True)

        again = OwnerInvoiceFactory(contract=first.contract, work=None)

        assert (again.position, figures(again)) == (2, [(500, 0, 0, 0, 0)])

    def test_a_deleted_draft_comes_back_while_its_position_is_free(self):
        first = OwnerInvoiceFactory()
        second = OwnerInvoiceFactory(contract=first.contract)
        actions.delete_invoice(second.pk, actor=first.created_by)

        restored = actions.restore_invoice(second.pk, actor=first.created_by)

        assert restored.deleted_at is None
        actions.delete_invoice(second.pk, actor=first.created_by)
        OwnerInvoiceFactory(contract=first.contract)
        with pytest.raises(NotTheLatest) as refused:
            actions.restore_invoice(second.pk, actor=first.created_by)
        assert str(refused.value) == "Position 2 is no longer free. Create the next application instead."
