"""One worker, one job, one real ERP process: how each answer ends."""

from dataclasses import replace

import pytest

from erp_integrations import actions, export, sweeper
from erp_integrations.adapters import demo
from erp_integrations.connecting import adapter_for
from erp_integrations.exceptions import NothingAccepted, OutcomeUnknown
from erp_integrations.export import calls
from erp_integrations.export import finish as finishing
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import AttemptOutcome, ErpDocument, ExportAttempt, ExportJob, JobState
from erp_integrations.timing import LAW, TRIES
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications import doorbell
from notifications.models import OutgoingEmail
from tests.erp_integrations.accounting import heal, switch_faults


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def job_of(invoice):
    return ExportJob.objects.live().get(invoice=invoice)


def outcomes_of(invoice):
    rows = AttemptOutcome.objects.filter(attempt__job__invoice=invoice).order_by("attempt_id")
    return list(rows.values_list("attempt__kind", "outcome"))


def work_off(accounting, clock, rounds=6):
    """What workers and the sweeper do over some hours, in this process."""
    for _ in range(rounds):
        clock.advance(hours=1)
        sweeper.sweep()
        while export.export_next(accounting.connection.pk):
            pass


def test_export_books_the_invoice_and_shows_the_number_the_erp_gave(accounting, erp):
    invoice = accounting.accepted_invoice()
    run = accounting.export()

    export.export_next(accounting.connection.pk)

    (booked,) = erp.json("/ledger")
    document = ErpDocument.objects.get(job__invoice=invoice)
    run.refresh_from_db()
    assert status_of(invoice) == ErpStatus.SYNCED
    assert (booked["reference"], booked["total"], booked["date"]) == (
        invoice.reference,
        "9000.00",
        invoice.billing_date.isoformat(),
    )
    assert (document.number, str(document.total)) == (booked["number"], "9000.00")
    assert outcomes_of(invoice) == [("create", "created")]
    assert run.finished_at is not None


def test_a_worker_whose_turn_is_over_leaves_and_says_whether_more_is_due(accounting, erp):
    for _ in range(3):
        accounting.accepted_invoice()
    accounting.export()

    more = [export.export_due(accounting.connection.pk, seconds=0) for _ in range(3)]

    assert more == [True, True, False]
    assert len(erp.json("/ledger")) == 3


def test_a_turn_that_would_outlast_the_soft_limit_breaks_the_timing_law():
    assert LAW.in_order
    assert not replace(LAW, turn=LAW.longest_stay + 1).in_order


def test_a_refusal_is_failed_and_retry_books_it_with_the_same_job(accounting, erp):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "refuse")
    export.export_next(accounting.connection.pk)
    failed = job_of(invoice)

    assert status_of(invoice) == ErpStatus.FAILED
    assert failed.last_error_code == "PERIOD_CLOSED"
    assert erp.json("/ledger") == []

    actions.retry_export(invoice.pk, actor=accounting.approver)
    export.export_next(accounting.connection.pk)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert job_of(invoice).pk == failed.pk
    assert len(erp.json("/ledger")) == 1


def test_the_starter_hears_of_failures_by_mail_once(accounting, erp):
    accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "refuse")

    export.export_next(accounting.connection.pk)
    sweeper.sweep()

    mail = OutgoingEmail.objects.get(to=accounting.approver.email)
    assert mail.subject == "1 of 1 invoice failed to export"


@pytest.mark.parametrize("mode", ["error_after_store", "drop_after_store", "garbage"])
def test_an_answer_that_went_missing_is_looked_up_and_adopted(accounting, erp, clock, mode):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, mode)

    export.export_next(accounting.connection.pk)
    assert status_of(invoice) == ErpStatus.NEEDS_CHECK

    work_off(accounting, clock)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert len(erp.json("/ledger")) == 1


def test_an_error_before_storing_is_looked_up_before_the_second_create(accounting, erp, clock):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "error_before_store")

    export.export_next(accounting.connection.pk)
    work_off(accounting, clock)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert outcomes_of(invoice) == [("create", "unknown"), ("find", "absent"), ("create", "created")]


def test_a_failing_look_up_never_leads_to_a_second_create(accounting, erp, clock):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "error_after_store")
    export.export_next(accounting.connection.pk)
    switch_faults(erp, "lookup_fails", times=3)

    work_off(accounting, clock, rounds=3)

    assert status_of(invoice) == ErpStatus.NEEDS_CHECK
    assert ExportAttempt.objects.filter(kind="create").count() == 1

    heal(erp)
    work_off(accounting, clock)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert len(erp.json("/ledger")) == 1


@pytest.mark.parametrize("mode", ["truncate_amount", "move_date"])
def test_a_document_that_differs_waits_for_a_person_with_both_figures(accounting, erp, mode):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, mode)

    export.export_next(accounting.connection.pk)

    job = job_of(invoice)
    assert status_of(invoice) == ErpStatus.NEEDS_CHECK
    assert job.state == JobState.NEEDS_REVIEW
    assert job.last_error_params["ours"].startswith("9,000.00 on ")
    assert job.last_error_params["theirs"] != job.last_error_params["ours"]


def test_two_matches_wait_for_a_person(accounting, erp, clock):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "error_after_store")
    export.export_next(accounting.connection.pk)
    switch_faults(erp, "two_matches", times=10)

    work_off(accounting, clock, rounds=1)

    assert job_of(invoice).state == JobState.NEEDS_REVIEW
    assert status_of(invoice) == ErpStatus.NEEDS_CHECK


def test_a_server_that_is_down_is_tried_again_for_as_long_as_it_is_down(accounting, erp, processes, clock):
    invoice = accounting.accepted_invoice()
    accounting.export()
    processes.end()

    work_off(accounting, clock, rounds=3)
    assert (status_of(invoice), job_of(invoice).state) == (ErpStatus.EXPORTING, JobState.RETRY_WAIT)

    work_off(accounting, clock, rounds=12)
    assert (status_of(invoice), job_of(invoice).state) == (ErpStatus.EXPORTING, JobState.RETRY_WAIT)
    assert job_of(invoice).attempts < TRIES


def test_a_lost_worker_is_taken_over_as_unknown_and_exported_once(accounting, erp, clock):
    invoice = accounting.accepted_invoice()
    accounting.export()
    claim = claim_next(accounting.connection.pk)
    calls.write(adapter_for(claim.job.connection), claim.job)

    clock.advance(minutes=3)
    sweeper.sweep()
    assert status_of(invoice) == ErpStatus.NEEDS_CHECK
    export.export_next(accounting.connection.pk)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert len(erp.json("/ledger")) == 1


def test_a_worker_that_wakes_after_its_lease_changes_nothing(accounting, erp, clock):
    invoice = accounting.accepted_invoice()
    accounting.export()
    stale = claim_next(accounting.connection.pk)
    clock.advance(minutes=3)
    export.export_next(accounting.connection.pk)

    settled = finish(stale, calls.write(adapter_for(stale.job.connection), stale.job))

    assert settled is False
    assert stale.attempt.outcome_row.stale
    assert status_of(invoice) == ErpStatus.SYNCED
    assert len(erp.json("/ledger")) == 1


@pytest.mark.parametrize("allowed", [1, 2, 3])
def test_no_more_calls_at_once_than_the_adapter_allows(accounting, monkeypatch, allowed):
    can = replace(demo.DemoErp.capabilities, calls_at_once=allowed)
    monkeypatch.setattr(demo, "capabilities_of", lambda *settings: can)
    rings = []
    monkeypatch.setattr(doorbell, "ring_on_commit", lambda *told: rings.append(told))
    for _ in range(4):
        accounting.accepted_invoice()
    accounting.export()

    claims = [claim_next(accounting.connection.pk) for _ in range(4)]

    assert [claim is not None for claim in claims] == [True] * allowed + [False] * (4 - allowed)
    assert len(rings) == allowed


def test_an_unknown_outcome_cannot_be_rejected(accounting, erp):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "refuse")
    claim = claim_next(accounting.connection.pk)
    clean = calls.write(adapter_for(claim.job.connection), claim.job)
    finish(claim, clean)
    ExportAttempt.objects.create(
        company=accounting.company, job=claim.job, number=9, kind="create", lease_token=0, worker="elsewhere"
    )

    with pytest.raises(OutcomeUnknown):
        actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong period")

    assert status_of(invoice) == ErpStatus.FAILED


def test_rejecting_a_failed_invoice_cancels_its_job_and_the_next_export_is_the_next_generation(accounting, erp):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "refuse")
    export.export_next(accounting.connection.pk)

    actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong period")

    assert status_of(invoice) == ErpStatus.REJECTED
    assert list(ExportJob.objects.values_list("generation", "state")) == [(1, JobState.CANCELLED)]


def test_a_second_press_is_the_same_run(accounting):
    accounting.accepted_invoice()

    first, second = accounting.export(), accounting.export()

    assert first.pk == second.pk
    assert ExportJob.objects.count() == 1


def test_export_without_an_accepted_invoice_says_so(accounting):
    with pytest.raises(NothingAccepted, match=r"Accept at least one invoice first\."):
        accounting.export()


def test_an_invoice_that_is_not_ready_any_more_stays_accepted_and_the_run_says_why(accounting):
    invoice = accounting.accepted_invoice()
    accounting.connection.mappings.all().delete()

    run = accounting.export()

    assert status_of(invoice) == ErpStatus.ACCEPTED
    assert list(run.skipped) == [str(invoice.pk)]
    assert "Tidewater Development" in run.skipped[str(invoice.pk)]


def test_a_waiting_export_can_be_hurried(accounting, erp, monkeypatch):
    monkeypatch.setattr(finishing, "backoff", lambda attempts: 30)  # the jitter may also come to nothing
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "throttle")
    export.export_next(accounting.connection.pk)
    assert export.export_next(accounting.connection.pk) is None

    hurried = actions.try_now(invoice.pk, actor=accounting.approver)
    export.export_next(accounting.connection.pk)

    assert hurried
    assert status_of(invoice) == ErpStatus.SYNCED
