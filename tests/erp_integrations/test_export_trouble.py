"""Trouble on our own side: rows that cannot be written, keys that are lost, a broker that is away, a half-made run."""

import threading
from dataclasses import replace

import pytest

from erp_integrations import actions, export, sweeper, tasks
from erp_integrations.adapters.base import Found, Snapshot
from erp_integrations.adapters.demo import DemoErp
from erp_integrations.export import launching
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ErpConnection, ErpDocument, ExportJob, ExportRun, JobState, Outcome
from invoicing import actions as billing
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications import doorbell
from tests.erp_integrations.accounting import connected_company
from tests.real.processes import wait_for

# Nobody is called where this is the ERP's address.
NO_ERP = "http://127.0.0.1:9"


@pytest.fixture
def offline(db):
    return connected_company(NO_ERP)


@pytest.fixture
def lost_keys(settings):
    def lose():
        settings.CREDENTIAL_KEYS = ["3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]

    return lose


@pytest.fixture
def silent_broker(broker):
    broker.stop()
    yield broker
    broker.start()
    doorbell.listen_again()


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def test_an_answer_that_our_columns_cannot_hold_ends_with_a_person(offline, clock, monkeypatch):
    invoice = offline.accepted_invoice()
    offline.export()
    odd = Found((Snapshot("7" * 101, number="RI-7\0"),))
    monkeypatch.setattr(DemoErp, "find", lambda adapter, reference: odd)
    claim_next(offline.connection.pk)  # by a worker that is lost

    for _ in range(25):
        clock.advance(hours=1)
        sweeper.sweep()
        export.export_next(offline.connection.pk)

    assert ExportJob.objects.get().state == JobState.NEEDS_REVIEW
    assert status_of(invoice) == ErpStatus.NEEDS_CHECK


def test_an_id_longer_than_a_number_may_be_is_shown_cut(offline):
    invoice = offline.accepted_invoice()
    offline.export()

    finish(claim_next(offline.connection.pk), Answer(Outcome.CREATED, (Snapshot("7" * 64),)))

    document = ErpDocument.objects.get()
    assert status_of(invoice) == ErpStatus.SYNCED
    assert (document.erp_id, document.number) == ("7" * 64, "7" * 60)


def test_a_job_that_kills_every_worker_ends_with_a_person(offline, clock):
    invoice = offline.accepted_invoice()
    offline.export()

    for _ in range(25):
        claim_next(offline.connection.pk)
        clock.advance(hours=1)
    sweeper.sweep()

    job = ExportJob.objects.get()
    assert job.state == JobState.NEEDS_REVIEW
    assert job.attempts == 20
    assert status_of(invoice) == ErpStatus.NEEDS_CHECK


def test_lost_keys_pause_what_was_exporting_and_say_why(offline, lost_keys):
    invoice = offline.accepted_invoice()
    offline.export()
    lost_keys()

    tasks.export_due(offline.connection.pk)

    assert status_of(invoice) == ErpStatus.EXPORTING
    assert ErpConnection.objects.get().paused_because == "AUTH_EXPIRED"


def test_lost_keys_leave_the_invoices_accepted_and_the_run_says_why(offline, lost_keys):
    invoice = offline.accepted_invoice()
    lost_keys()

    run = offline.export()

    assert status_of(invoice) == ErpStatus.ACCEPTED
    assert "cannot be read" in run.skipped[str(invoice.pk)]
    assert ExportRun.objects.get().finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_one_company_in_trouble_does_not_keep_the_sweeper_from_the_others(silent_broker):
    troubled, fine = connected_company(NO_ERP), connected_company(NO_ERP)
    for company in (troubled, fine):
        company.accepted_invoice()
        company.export()
    ErpConnection.objects.filter(pk=troubled.connection.pk).update(adapter="gone")

    sweeper.sweep_without_broker()

    assert ExportJob.objects.get(company=fine.company).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_an_erp_that_hangs_keeps_neither_the_others_waiting_nor_the_heart_still(erp, silent_broker, monkeypatch):
    hanging, fine = connected_company(NO_ERP), connected_company(erp.url)
    invoices = [each.accepted_invoice() for each in (hanging, fine)]
    hanging.export()
    fine.export()
    exported, beats, beat = threading.Event(), [], sweeper._beat
    monkeypatch.setattr(sweeper, "LAW", replace(sweeper.LAW, first_backoff=0.1))
    monkeypatch.setattr(sweeper, "_beat", lambda: beats.append(beat()))

    def export_due(connection_id, seconds):
        if connection_id == hanging.connection.pk:
            assert exported.wait(20), "the other one never had its turn"
            wait_for(lambda: len(beats) > 3, what="a beat meanwhile")
        else:
            export.export_next(connection_id)
            exported.set()

    monkeypatch.setattr(sweeper.export, "export_due", export_due)
    sweeper.sweep_without_broker()

    assert [status_of(each) for each in invoices] == [ErpStatus.EXPORTING, ErpStatus.SYNCED]
    assert len(beats) > 3


def test_an_abandoned_job_that_cannot_be_taken_over_does_not_keep_the_sweeper_from_the_next(
    offline, clock, monkeypatch
):
    stuck, other = offline.accepted_invoice(), offline.accepted_invoice()
    offline.export()
    claim_next(offline.connection.pk)
    claim_next(offline.connection.pk)
    clock.advance(minutes=3)
    OwnerInvoice.objects.filter(pk=stuck.pk).update(deleted_at=stuck.sent_at)

    sweeper.sweep()

    assert status_of(other) == ErpStatus.NEEDS_CHECK


def test_a_connection_that_cannot_be_rung_for_does_not_keep_the_sweeper_from_the_next(offline, monkeypatch):
    """An adapter that cannot be built, such as one whose settings changed with its release."""
    other = connected_company(NO_ERP)
    for company in (offline, other):
        company.accepted_invoice()
        company.export()
    rung = []

    def ring(connection):
        if connection == offline.connection:
            raise KeyError("url")
        rung.append(connection)
        return True

    monkeypatch.setattr(tasks, "ring", ring)

    assert sweeper.sweep() is True
    assert rung == [other.connection]


def test_a_ring_that_nobody_heard_is_rung_again_in_the_next_round(offline, silent_broker):
    offline.accepted_invoice()
    offline.export()

    heard = [sweeper.sweep(), sweeper.sweep()]

    assert heard == [False, False]


def test_a_run_whose_launch_was_cut_short_ends_and_says_what_stayed(offline, clock, monkeypatch):
    joined, left = offline.accepted_invoice(), offline.accepted_invoice()
    join = launching._join

    def join_first(run, invoice_id):
        if invoice_id == left.pk:
            raise SystemExit
        join(run, invoice_id)

    monkeypatch.setattr(launching, "_join", join_first)
    with pytest.raises(SystemExit):
        offline.export()

    clock.advance(minutes=11)
    export.export_due(offline.connection.pk)
    ExportJob.objects.update(state=JobState.FAILED, finished_at=joined.sent_at)
    sweeper.sweep()

    run = ExportRun.objects.get()
    assert run.finished_at is not None
    assert list(run.skipped) == [str(left.pk)]
    assert status_of(left) == ErpStatus.ACCEPTED


def test_a_deleted_invoice_among_several_does_not_stop_the_others(offline):
    gone, sent = offline.sent_invoice(), offline.sent_invoice()
    billing.recall_invoice(gone.pk, actor=offline.staff)
    OwnerInvoice.objects.filter(pk=gone.pk).update(deleted_at=gone.sent_at)

    rows = actions.accept_invoices(offline.company.pk, {gone.pk: None, sent.pk: None}, actor=offline.approver)

    assert [(row.invoice_id, row.done) for row in rows] == [(gone.pk, False), (sent.pk, True)]
