"""Contracts, periods and applications; applications are made by the product's own actions."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from invoicing import actions, lifecycle
from invoicing.models import (
    Attachment,
    BillingPeriod,
    ChangeOrder,
    ContractLine,
    CostCode,
    Owner,
    OwnerInvoice,
    Payment,
    PeriodStatus,
    PrimeContract,
)
from invoicing.states import (
    ACCEPT,
    COMPLETE,
    DOUBT,
    EXPORT,
    FAIL,
    REJECT,
    RETURN,
    ChangeOrderStatus,
    ContractStatus,
)
from tests.factories.directory import ProjectFactory, UserFactory


class OwnerFactory(DjangoModelFactory):
    class Meta:
        model = Owner

    company = factory.SubFactory("tests.factories.directory.CompanyFactory")
    code = factory.Sequence(lambda n: f"OWN-{n:03}")
    name = factory.Sequence(lambda n: f"Riverside Medical {n}")


class CostCodeFactory(DjangoModelFactory):
    class Meta:
        model = CostCode

    company = factory.SubFactory("tests.factories.directory.CompanyFactory")
    code = factory.Sequence(lambda n: f"03-{n:03}")
    name = "Concrete"


class PrimeContractFactory(DjangoModelFactory):
    """An approved contract; `lines=3` (or a list of values) gives it a schedule of values, 1,000.00 a line."""

    class Meta:
        model = PrimeContract
        skip_postgeneration_save = True

    project = factory.SubFactory(ProjectFactory)
    company = factory.SelfAttribute("project.company")
    owner = factory.SubFactory(OwnerFactory, company=factory.SelfAttribute("..company"))
    number = factory.Sequence(lambda n: f"PC-{n + 1000}")
    title = "Shell and core"
    status = ContractStatus.APPROVED
    created_by = factory.SubFactory(UserFactory)

    class Params:
        draft = factory.Trait(status=ContractStatus.DRAFT)

    @factory.post_generation
    def lines(self, create, extracted, **kwargs):
        values = [Decimal("1000.00")] * extracted if isinstance(extracted, int) else extracted or []
        ContractLine.objects.bulk_create(
            ContractLineFactory.build(contract=self, company=self.company, position=n, scheduled_value=Decimal(value))
            for n, value in enumerate(values, start=1)
        )


class ChangeOrderFactory(DjangoModelFactory):
    class Meta:
        model = ChangeOrder

    contract = factory.SubFactory(PrimeContractFactory)
    company = factory.SelfAttribute("contract.company")
    number = factory.Sequence(lambda n: f"CO-{n:03}")
    title = "Owner's change"
    status = ChangeOrderStatus.APPROVED
    approved_on = date(2026, 1, 1)


class ContractLineFactory(DjangoModelFactory):
    class Meta:
        model = ContractLine

    contract = factory.SubFactory(PrimeContractFactory)
    company = factory.SelfAttribute("contract.company")
    position = factory.Sequence(lambda n: n + 10_000)
    item = factory.LazyAttribute(lambda line: f"{line.position:02}")
    description = "Concrete"
    scheduled_value = Decimal("1000.00")


class AttachmentFactory(DjangoModelFactory):
    """A text file beside the invoice or the contract that it is given."""

    class Meta:
        model = Attachment

    file = factory.django.FileField(data=b"Waived.", filename="waiver")
    name = "waiver.txt"
    mime = "text/plain; charset=utf-8"
    size = 7
    digest = "0" * 64
    added_by = factory.SubFactory(UserFactory)


class BillingPeriodFactory(DjangoModelFactory):
    """The next month of its project; closed, unless `status=PeriodStatus.OPEN`."""

    class Meta:
        model = BillingPeriod

    project = factory.SubFactory(ProjectFactory)
    company = factory.SelfAttribute("project.company")
    start = factory.LazyAttribute(lambda period: _month_after(period.project))
    end = factory.LazyAttribute(lambda period: _month_end(period.start))
    due = factory.LazyAttribute(lambda period: period.end + timedelta(days=25))
    status = PeriodStatus.CLOSED


def _month_after(project):
    last = BillingPeriod.objects.filter(project=project).order_by("end").last()
    return last.end + timedelta(days=1) if last else date(2026, 1, 1)


def _month_end(start):
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class OwnerInvoiceFactory(DjangoModelFactory):
    """The next application of a contract, 10 % of each line billed. Traits say how far it has come.

    `work=Decimal("250.00")` bills that on each line instead; `work=None` bills nothing. `by` is who does everything,
    `approver` who decides for accounting.
    """

    class Meta:
        model = OwnerInvoice

    contract = factory.SubFactory(PrimeContractFactory, lines=3)
    period = factory.LazyAttribute(lambda invoice: BillingPeriodFactory(project=invoice.contract.project))
    by = factory.LazyAttribute(lambda invoice: invoice.contract.created_by)
    approver = factory.SubFactory(UserFactory)
    work = "10 %"
    reason = "Line 7 is off. Carry forward line 6 of the last one."
    steps = ()

    class Params:
        draft = factory.Trait(steps=())
        under_review = factory.Trait(steps=("submit",))
        approved = factory.Trait(steps=("submit", "approve"))
        sent = factory.Trait(steps=("submit", "approve", "send"))
        recalled = factory.Trait(steps=("submit", "approve", "send", "recall"))
        accepted = factory.Trait(steps=("submit", "approve", "send", "accept"))
        rejected = factory.Trait(steps=("submit", "approve", "send", "reject"))
        exporting = factory.Trait(steps=("submit", "approve", "send", "accept", "export"))
        needs_check = factory.Trait(steps=("submit", "approve", "send", "accept", "export", "doubt"))
        failed = factory.Trait(steps=("submit", "approve", "send", "accept", "export", "fail"))
        synced = factory.Trait(steps=("submit", "approve", "send", "accept", "export", "complete"))
        void = factory.Trait(steps=("void",))

    @classmethod
    def _create(cls, model_class, *, contract, period, by, approver, work, reason, steps, **columns):
        invoice = actions.create_invoice(contract.pk, period.pk, actor=by)
        if columns:
            OwnerInvoice.objects.filter(pk=invoice.pk).update(**columns)
        if work is not None:
            actions.save_lines(invoice.pk, _entries(invoice, work), actor=by)
        for step in steps:
            STEPS[step](invoice.pk, by=by, approver=approver, reason=reason)
        return OwnerInvoice.objects.select_related("contract__project", "company", "period").get(pk=invoice.pk)


class PaymentFactory(DjangoModelFactory):
    """Ten for an approved application, on the day it was billed."""

    class Meta:
        model = Payment

    invoice = factory.SubFactory(OwnerInvoiceFactory, approved=True)
    company = factory.SelfAttribute("invoice.company")
    received_on = factory.SelfAttribute("invoice.billing_date")
    amount = Decimal("10.00")
    recorded_by = factory.SelfAttribute("invoice.created_by")


def _entries(invoice, work):
    return {
        row.pk: actions.LineEntry(
            work_this_period=(row.scheduled_value * Decimal("0.1")).quantize(Decimal("0.01"))
            if work == "10 %"
            else work
        )
        for row in invoice.lines.all()
    }


def _by_project(act):
    return lambda pk, *, by, approver, reason: act(pk, actor=by)


def _by_accounting(*moves):
    """Straight through the table, without an export job: enough for pages and policies of the project's side."""

    def step(pk, *, by, approver, reason):
        for move in moves:
            lifecycle.move(pk, move, actor=approver, note=reason if move in (REJECT, RETURN) else "")

    return step


STEPS = {
    "submit": _by_project(actions.submit_invoice),
    "approve": _by_project(actions.approve_invoice),
    "send": _by_project(actions.send_to_erp),
    "recall": _by_project(actions.recall_invoice),
    "void": _by_project(actions.void_invoice),
    "accept": _by_accounting(ACCEPT),
    "reject": _by_accounting(REJECT, RETURN),
    "export": _by_accounting(EXPORT),
    "doubt": _by_accounting(DOUBT),
    "fail": _by_accounting(FAIL),
    "complete": _by_accounting(COMPLETE),
}
