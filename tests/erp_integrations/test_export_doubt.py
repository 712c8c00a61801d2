"""What the evidence proves: when an absence counts, and what a worker that woke too late left behind."""

from dataclasses import replace

import pytest

from erp_integrations import actions, export
from erp_integrations.adapters.base import Created, Found, NotFound, Refused, Snapshot
from erp_integrations.adapters.demo import DemoErp
from erp_integrations.connecting import adapter_for
from erp_integrations.exceptions import OutcomeUnknown
from erp_integrations.export import work
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ExportAttempt, ExportJob, JobState, Outcome
from invoicing import actions as billing
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company

# Nobody is called where this is the ERP's address.
NO_ERP = "http://127.0.0.1:9"
ABSENT = Answer(Outcome.ABSENT)


@pytest.fixture
def offline(db):
    return connected_company(NO_ERP, personality="lookup")


@pytest.fixture
def late_erp(monkeypatch):
    """The demo ERP's adapter, for an ERP that shows what it stored a minute later."""
    told = DemoErp.__init__

    def init(self, connection):
        told(self, connection)
        self.capabilities = replace(self.capabilities, lookup_delay_s=60.0)

    monkeypatch.setattr(DemoErp, "__init__", init)


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def writes_of(invoice):
    return ExportAttempt.objects.filter(job__invoice=invoice).exclude(kind="find").count()


def next_claim(accounting, clock):
    """The next try, whenever it is due."""
    clock.advance(hours=1)
    return claim_next(accounting.connection.pk)


def test_an_absence_counts_from_the_end_of_the_doubted_call(offline, late_erp, clock, monkeypatch):
    invoice = offline.accepted_invoice()
    offline.export()
    claim = claim_next(offline.connection.pk)
    clock.advance(seconds=50)
    finish(claim, Answer(Outcome.UNKNOWN, code="TIMEOUT"))
    monkeypatch.setattr(DemoErp, "find", lambda adapter, reference: NotFound())

    clock.advance(seconds=40)
    ExportJob.objects.update(next_attempt_at=invoice.sent_at)
    export.export_next(offline.connection.pk)

    assert writes_of(invoice) == 1
    assert ExportJob.objects.get().last_error_code == "NOT_YET_VISIBLE"


def test_an_absence_counts_by_the_moment_the_look_up_was_asked(offline, late_erp, clock, monkeypatch):
    invoice = offline.accepted_invoice()
    offline.export()
    finish(claim_next(offline.connection.pk), Answer(Outcome.UNKNOWN, code="TIMEOUT"))

    def find_slowly(adapter, reference):
        clock.advance(seconds=30)
        return NotFound()

    monkeypatch.setattr(DemoErp, "find", find_slowly)
    clock.advance(seconds=40)
    ExportJob.objects.update(next_attempt_at=invoice.sent_at)
    export.export_next(offline.connection.pk)

    assert writes_of(invoice) == 1
    assert ExportJob.objects.get().last_error_code == "NOT_YET_VISIBLE"


def test_a_lost_workers_call_may_go_on_for_as_long_as_a_worker_lives(offline, clock, monkeypatch):
    """Its look-up took a minute, so its lease ends half a minute before its write must have."""
    invoice = offline.accepted_invoice()
    offline.export()
    finish(claim_next(offline.connection.pk), Answer(Outcome.UNKNOWN, code="TIMEOUT"))
    lost = next_claim(offline, clock)
    clock.advance(seconds=59)
    work._open_write(lost, "create", ABSENT)
    monkeypatch.setattr(DemoErp, "find", lambda adapter, reference: NotFound())

    clock.advance(seconds=62)
    export.export_next(offline.connection.pk)

    assert writes_of(invoice) == 2
    assert ExportJob.objects.get().last_error_code == "NOT_YET_VISIBLE"


def test_a_worker_that_wakes_before_its_write_and_after_its_lease_sends_nothing(
    db, running_simulators, clock, monkeypatch
):
    erp = running_simulators("lookup")
    accounting = connected_company(erp.url, personality="lookup")
    invoice = accounting.accepted_invoice()
    accounting.export()
    pauses = iter([True])

    def pause_once(*args, **kwargs):
        if next(pauses, False):
            clock.advance(minutes=3)
            export.export_next(accounting.connection.pk)  # by another worker
        return adapter_for(*args, **kwargs)

    monkeypatch.setattr(work, "adapter_for", pause_once)
    export.export_next(accounting.connection.pk)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert len(erp.ledger()) == 1


def test_a_late_answer_that_it_was_booked_outweighs_an_earlier_absence(offline, clock):
    """A look-up came before the late write; then the next try was refused, which looked final."""
    invoice = offline.accepted_invoice()
    offline.export()
    late = claim_next(offline.connection.pk)
    claim = next_claim(offline, clock)
    work._open_write(claim, "create", ABSENT)
    finish(claim, Answer(Outcome.REFUSED, code="PERIOD_CLOSED"))
    assert status_of(invoice) == ErpStatus.FAILED

    finish(late, Answer(Outcome.CREATED, (Snapshot("7", number="RI-7"),)))

    assert late.attempt.outcome_row.stale
    with pytest.raises(OutcomeUnknown):
        actions.reject_invoice(invoice.pk, actor=offline.approver, reason="Wrong period")


def test_a_key_does_not_make_it_safe_to_repeat_what_went_out_under_another_key(late_erp, db, clock, monkeypatch):
    accounting = connected_company(NO_ERP, personality="key")
    invoice = accounting.accepted_invoice()
    accounting.export()
    late = claim_next(accounting.connection.pk)
    claim = next_claim(accounting, clock)
    work._open_write(claim, "create", ABSENT)
    finish(claim, Answer(Outcome.REFUSED, code="PERIOD_CLOSED"))
    actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong period")
    for act in (billing.submit_invoice, billing.approve_invoice, billing.send_to_erp):
        act(invoice.pk, actor=accounting.staff)
    actions.accept_invoice(invoice.pk, actor=accounting.approver)
    accounting.export()
    finish(late, Answer(Outcome.CREATED, (Snapshot("7", number="RI-7"),)))
    written = []

    def write(adapter, rendered, key):
        written.append(key)
        return Created((Snapshot("8", number="RI-8"),))

    monkeypatch.setattr(DemoErp, "find", lambda adapter, reference: NotFound())
    monkeypatch.setattr(DemoErp, "create", write)
    export.export_next(accounting.connection.pk)

    assert written == []
    assert ExportJob.objects.live().get().last_error_code == "NOT_YET_VISIBLE"


def test_a_finishing_step_refused_for_ever_ends_with_a_person(offline, clock, monkeypatch):
    invoice = offline.accepted_invoice()
    offline.export()
    draft = Snapshot("7", number="RI-7", posted=False)

    def refuse(adapter, erp_id, step):
        raise Refused(technical="The period is closed.")

    monkeypatch.setattr(DemoErp, "find", lambda adapter, reference: Found((draft,), unfinished="post"))
    monkeypatch.setattr(DemoErp, "finish", refuse)
    finish(claim_next(offline.connection.pk), Answer(Outcome.PARTLY_DONE, code="NOT_POSTED"))

    for _ in range(25):
        clock.advance(hours=1)
        export.export_next(offline.connection.pk)

    job = ExportJob.objects.get()
    assert (job.state, status_of(invoice)) == (JobState.NEEDS_REVIEW, ErpStatus.NEEDS_CHECK)
    assert ExportAttempt.objects.filter(kind="create").count() == 1
