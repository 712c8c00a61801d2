"""Any order of sending, deciding, exporting, crashing and waiting: statuses follow the table, each is booked once.

The model is the transition table of `invoicing.states` and nothing else; the ERP is a list in this process.
"""

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import pytest
from django.db import transaction
from django.db.models import Max
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import integers, sampled_from

from erp_integrations import actions, export, sweeper
from erp_integrations.adapters.base import (
    Ambiguous,
    Created,
    Found,
    NotFound,
    NotSent,
    Refused,
    Snapshot,
    Throttled,
    Unknown,
)
from erp_integrations.adapters.demo import DemoErp
from erp_integrations.exceptions import AlreadyTried, ExportError, NothingAccepted, OutcomeUnknown
from erp_integrations.export import claim, work
from erp_integrations.export.claim import claim_next
from erp_integrations.export.evidence import in_doubt
from erp_integrations.export.finish import finish
from erp_integrations.models import ExportJob, JobState
from invoicing import actions as billing
from invoicing.exceptions import InvoicingError
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import MOVES, BillingStatus, ErpStatus
from notifications import doorbell
from tests.erp_integrations.accounting import connected_company
from tests.faults.checker import findings

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NO_ERP = "http://127.0.0.1:9"


class Killed(BaseException):
    """The worker is gone; nothing of it may catch this."""


@dataclass
class Ledger:
    """An ERP that only a look-up keeps from booking twice."""

    documents: list = field(default_factory=list)
    mode: str = "well"

    def create(self, adapter, rendered, key):
        if self.mode in BEFORE_BOOKING:
            raise BEFORE_BOOKING[self.mode]
        if self.mode == "killed before":
            raise Killed
        (expected,) = rendered.expected
        number = f"AR-{len(self.documents) + 1}"
        booked = Snapshot(number, number, expected.total, expected.date, reference=rendered.reference)
        self.documents.append(booked)
        if self.mode == "answer lost":
            raise Unknown("Lost.", code="CONNECTION_LOST")
        if self.mode == "killed after":
            raise Killed
        return Created((booked,))

    def find(self, adapter, reference):
        if self.mode == "look-up fails":
            raise Unknown("Broken.")
        found = tuple(each for each in self.documents if each.reference == reference)
        return Ambiguous(found) if len(found) > 1 else Found(found) if found else NotFound()

    def read(self, adapter, erp_id):
        return next((each for each in self.documents if each.erp_id == erp_id), None)

    def as_json(self):
        return [
            {
                "reference": one.reference,
                "number": one.number,
                "total": f"{one.total:.2f}",
                "date": one.date.isoformat(),
            }
            for one in self.documents
        ]


BEFORE_BOOKING = {
    "refuses": Refused(technical="The period is closed."),
    "unreachable": NotSent("Refused."),
    "throttles": Throttled(retry_after=5.0),
    "breaks": Unknown("HTTP 500", code="ERP_FAULT"),
}
ERP_MODES = ["well", "answer lost", "killed before", "killed after", "look-up fails", *BEFORE_BOOKING]


PEOPLES = {
    "recall": lambda world, pk: billing.recall_invoice(pk, actor=world.staff),
    "accept": lambda world, pk: actions.accept_invoice(pk, actor=world.approver),
    "undo": lambda world, pk: actions.undo_accept(pk, actor=world.approver),
    "reject": lambda world, pk: actions.reject_invoice(pk, actor=world.approver, reason="Wrong period"),
    "retry": lambda world, pk: actions.retry_export(pk, actor=world.approver),
    "send": lambda world, pk: send(world, pk),
    "withdraw": lambda world, pk: actions.withdraw_export(pk, actor=world.approver),
    "settle": lambda world, pk: settle(world, pk),
    "unsettle": lambda world, pk: actions.take_back_booking(pk, actor=world.approver, reason="It was another"),
}
ENGINES = {"doubt", "resume", "complete", "fail"}
WHICH = integers(0, 2)
INVOICES = 3


def send(world, pk):
    approve_again(world, pk)
    return billing.send_to_erp(pk, actor=world.staff)


def settle(world, pk):
    approve_again(world, pk)
    told = {"number": "BY-HAND", "date": date(2026, 10, 31), "reason": "Nobody wanted to wait"}
    return actions.book_outside(pk, actor=world.approver, **told)


def approve_again(world, pk):
    """What must come first when the invoice came back."""
    if OwnerInvoice.objects.get(pk=pk).status == BillingStatus.REVISE_AND_RESUBMIT:
        billing.submit_invoice(pk, actor=world.staff)
        billing.approve_invoice(pk, actor=world.staff)


class Exports(RuleBasedStateMachine):
    """Three owner invoices of three contracts; `told` is what the table says their ERP status is."""

    def __init__(self, world, clock, ledger):
        super().__init__()
        self.world, self.clock, self.erp = world, clock, ledger
        self.all_undone = transaction.atomic()
        self.all_undone.__enter__()
        self.invoices = list(OwnerInvoice.objects.order_by("pk").values_list("pk", flat=True))
        self.told = dict.fromkeys(self.invoices, ErpStatus.READY_TO_EXPORT)
        self.sleeper = None
        self.erp.documents.clear()
        self.erp.mode = "well"

    @initialize(how_many=integers(0, INVOICES))
    def some_are_exported(self, how_many):
        """So that short stories get far."""
        for which in range(how_many):
            self.a_person("accept", which)
        self.export()

    @rule(act=sampled_from(sorted(PEOPLES)), which=WHICH)
    def a_person(self, act, which):
        pk = self.invoices[which]
        try:
            with transaction.atomic():
                PEOPLES[act](self.world, pk)
        except OutcomeUnknown:
            assert act in ("reject", "settle")
            assert in_doubt(ExportJob.objects.live().get(invoice=pk))
        except AlreadyTried:
            job = ExportJob.objects.live().get(invoice=pk)
            assert act == "withdraw"
            assert job.state != JobState.QUEUED or in_doubt(job)
        except InvoicingError:
            assert self.told[pk] not in MOVES[act].sources
        else:
            assert self.told[pk] in MOVES[act].sources
            self.told[pk] = MOVES[act].target

    @rule()
    def export(self):
        accepted = [pk for pk, status in self.told.items() if status == ErpStatus.ACCEPTED]
        try:
            run = self.world.export()
        except NothingAccepted:
            assert accepted == []
            return
        assert run.skipped == {}
        self.told |= dict.fromkeys(accepted, MOVES["export"].target)

    @rule(which=WHICH)
    def somebody_calls_it_absent(self, which):
        self._answers(which, "resume", lambda pk: actions.answer_absent(pk, reason="?", actor=self.world.approver))

    @rule(which=WHICH, number=sampled_from(["AR-1", "AR-2"]))
    def somebody_calls_it_there(self, which, number):
        self._answers(which, "complete", lambda pk: actions.answer_there(pk, number=number, actor=self.world.approver))

    @rule(which=WHICH)
    def somebody_calls_it_gone(self, which):
        self._answers(which, "unlink", lambda pk: actions.unlink(pk, reason="?", actor=self.world.approver))

    def _answers(self, which, move, act):
        """True or not; what the ERP does not bear out is refused, and changes nothing."""
        pk = self.invoices[which]
        with suppress(ExportError, InvoicingError):
            act(pk)
            assert self.told[pk] in MOVES[move].sources
            self.told[pk] = MOVES[move].target

    @rule(which=WHICH)
    def hurry(self, which):
        actions.try_now(self.invoices[which], actor=self.world.approver)

    @rule(mode=sampled_from(ERP_MODES))
    def worker(self, mode):
        """One job, start to end; or as far as it gets."""
        self.erp.mode = mode
        with suppress(Killed), self.only_moves_of_the_engine():
            export.export_next(self.world.connection.pk)
        self.erp.mode = "well"

    @precondition(lambda self: self.sleeper is None)
    @rule()
    def worker_falls_asleep(self):
        self.sleeper = claim_next(self.world.connection.pk)

    @precondition(lambda self: self.sleeper is not None)
    @rule()
    def worker_wakes(self):
        sleeper, self.sleeper = self.sleeper, None
        with self.only_moves_of_the_engine():
            if answer := work._answer_to(sleeper):
                finish(sleeper, answer)

    @rule(minutes=sampled_from([1, 3, 45, 45]))
    def time_goes_by(self, minutes):
        self.clock.advance(minutes=minutes)

    @rule()
    def sweep(self):
        with self.only_moves_of_the_engine():
            sweeper.sweep()

    @contextmanager
    def only_moves_of_the_engine(self):
        """Follow the events that are new, and find each in the table."""
        newest = InvoiceEvent.objects.aggregate(newest=Max("pk"))["newest"]
        try:
            yield
        finally:
            for event in InvoiceEvent.objects.filter(pk__gt=newest).order_by("pk"):
                assert event.move in ENGINES
                assert self.told[event.invoice_id] in MOVES[event.move].sources
                self.told[event.invoice_id] = MOVES[event.move].target

    @invariant()
    def statuses_are_what_the_table_says(self):
        assert dict(OwnerInvoice.objects.values_list("pk", "erp_status")) == self.told

    @invariant()
    def nothing_is_booked_twice(self):
        references = [one.reference for one in self.erp.documents]
        assert len(references) == len(set(references)), f"doubled: {references}"

    def teardown(self):
        try:
            for _ in range(4):
                self.clock.advance(hours=8)
                self.sweep()
                while ExportJob.objects.due().exists():
                    self.worker("well")
            assert findings(self.erp.as_json()) == []
        finally:
            transaction.set_rollback(True)
            self.all_undone.__exit__(None, None, None)


@pytest.fixture
def ledger(monkeypatch):
    ledger = Ledger()
    for name in ("create", "find", "read"):
        monkeypatch.setattr(DemoErp, name, partialmethod_of(getattr(ledger, name)))
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: True)
    return ledger


def partialmethod_of(bound):
    return lambda adapter, *args: bound(adapter, *args)


@pytest.fixture
def world(db):
    world = connected_company(NO_ERP, personality="lookup")
    for _ in range(INVOICES):
        world.sent_invoice()
    return world


def play(world, clock, ledger, **how):
    run_state_machine_as_test(partial(Exports, world, clock, ledger), settings=settings(**how))


def test_any_order_of_acts_follows_the_table(world, clock, ledger):
    play(world, clock, ledger, max_examples=4, stateful_step_count=15)


@pytest.mark.slow
def test_very_many_orders_of_acts_follow_the_table(world, clock, ledger):
    play(world, clock, ledger, max_examples=40, stateful_step_count=30)


@pytest.mark.slow
def test_the_machine_finds_the_duplicate_when_the_look_up_is_off(world, clock, ledger, monkeypatch):
    monkeypatch.setattr(claim, "in_doubt", lambda job: False)

    with pytest.raises(AssertionError, match="doubled"):
        play(world, clock, ledger, max_examples=100, stateful_step_count=30, phases=[Phase.generate])
