"""The breaker: what pauses a connection, what its probes decide, and that no invoice pays for it."""

from datetime import timedelta

import pytest

from directory.models import AuditEvent
from erp_integrations import actions, export, sweeper
from erp_integrations.export import breaker
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ErpConnection, ExportJob, JobState, Outcome
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications.clock import TieoutNow
from notifications.models import OutgoingEmail
from tests.erp_integrations.accounting import DEMO_ERP_TOKEN, connected_company, heal, switch_faults
from tests.factories import MembershipFactory

# Nobody listens where this is the ERP's address.
NO_ERP = "http://127.0.0.1:9"

DOWN = Answer(Outcome.NOT_SENT, code="UNREACHABLE", trouble="UNREACHABLE")
LOCKED_OUT = Answer(Outcome.AUTH_FAILED, code="AUTH_EXPIRED", trouble="AUTH_EXPIRED", is_locked_out=True)
REFUSED = Answer(Outcome.REFUSED, code="PERIOD_CLOSED")


@pytest.fixture(scope="module")
def eight_exports(once):
    company = connected_company(NO_ERP)
    exporting(company, 8)
    return company


@pytest.fixture
def company(eight_exports, db):
    """A company with eight exports queued."""
    return eight_exports


def exporting(company, count):
    """So many exports, queued."""
    for _ in range(count):
        company.accepted_invoice()
    company.export()


def leave(company, count):
    """So many of the eight; the others are over."""
    kept = ExportJob.objects.filter(company=company.company).order_by("pk").values("pk")[:count]
    ExportJob.objects.filter(company=company.company).exclude(pk__in=list(kept.values_list("pk", flat=True))).update(
        state=JobState.CANCELLED
    )


def export_what_is_due(company):
    while export.export_next(company.connection.pk):
        pass


def connection_of(company):
    return ErpConnection.objects.get(pk=company.connection.pk)


def claim(company):
    return claim_next(company.connection.pk)


def pause_by_five(company):
    for _ in range(5):
        finish(claim(company), DOWN)


def statuses(company):
    return set(OwnerInvoice.objects.filter(company=company.company).values_list("erp_status", flat=True))


def test_five_troubles_in_a_row_pause_the_connection_and_the_rest_is_not_called(company):
    pause_by_five(company)

    assert connection_of(company).paused_because == "UNREACHABLE"
    assert claim(company) is None
    assert statuses(company) == {ErpStatus.EXPORTING}
    assert sorted(ExportJob.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_an_answer_that_came_through_starts_the_count_anew(company):
    for _ in range(4):
        finish(claim(company), DOWN)
    finish(claim(company), REFUSED)
    for _ in range(3):
        finish(claim(company), DOWN)

    assert connection_of(company).paused_at is None
    assert connection_of(company).troubles == 3


def test_a_refused_sign_in_pauses_at_once_and_costs_no_try(company):
    finish(claim(company), LOCKED_OUT)

    assert claim(company) is None
    job = ExportJob.objects.get(state=JobState.RETRY_WAIT)
    assert (job.attempts, job.last_error_code) == (0, "AUTH_EXPIRED")
    assert statuses(company) == {ErpStatus.EXPORTING}
    assert connection_of(company).pause.what == "Demo ERP no longer accepts our sign-in."


def test_a_refused_sign_in_is_told_to_the_erp_admins_once(company):
    admin = MembershipFactory(company=company.company, erp_admin=True).user

    finish(claim(company), LOCKED_OUT)
    actions.try_connection(company.company.pk, actor=company.approver)
    finish(claim(company), LOCKED_OUT)

    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.subject) == (admin.email, "Exports to Demo ERP are paused")


def test_an_outage_is_told_to_nobody_by_mail(company):
    MembershipFactory(company=company.company, erp_admin=True)

    pause_by_five(company)

    assert not OutgoingEmail.objects.exists()


def test_one_probe_at_a_time_goes_out_once_its_time_has_come(company, clock):
    pause_by_five(company)

    clock.advance(seconds=14)
    assert claim(company) is None
    clock.advance(seconds=16)

    assert claim(company) is not None
    assert claim(company) is None


def test_a_failed_probe_lengthens_the_pause_and_gives_its_try_back(company, clock):
    pause_by_five(company)

    for probes in range(1, 6):
        clock.advance(minutes=5)
        probe = claim(company)
        finish(probe, DOWN)
        assert ExportJob.objects.get(pk=probe.job.pk).attempts == probe.job.attempts - 1
        assert connection_of(company).probes == probes

    wait = connection_of(company).probe_at - ErpConnection.objects.annotate(now=TieoutNow()).get().now
    assert timedelta(minutes=2) < wait <= timedelta(minutes=5)


def test_an_outage_of_days_fails_nothing(company, clock):
    for _ in range(15):
        clock.advance(hours=5)
        export_what_is_due(company)

    assert statuses(company) == {ErpStatus.EXPORTING}
    assert all(attempts < 3 for attempts in ExportJob.objects.values_list("attempts", flat=True))


def test_a_probe_that_comes_through_opens_the_way_and_wakes_what_waits(company, clock):
    pause_by_five(company)
    ExportJob.objects.filter(state=JobState.RETRY_WAIT).update(next_attempt_at=TieoutNow() + timedelta(hours=20))
    clock.advance(minutes=5)

    finish(claim(company), REFUSED)

    opened = connection_of(company)
    assert (opened.paused_at, opened.probe_at, opened.troubles) == (None, None, 0)
    clock.advance(seconds=31)
    assert ExportJob.objects.due().count() == 7


def test_only_the_probe_decides_not_a_call_that_was_under_way(company, clock):
    for _ in range(4):
        finish(claim(company), DOWN)
    fast, slow = claim(company), claim(company)
    finish(fast, DOWN)

    finish(slow, REFUSED)

    assert connection_of(company).paused_at is not None


def test_trouble_of_a_call_that_was_under_way_when_the_pause_came_costs_no_try(company):
    for _ in range(4):
        finish(claim(company), DOWN)
    fast, slow = claim(company), claim(company)
    finish(fast, DOWN)
    until = connection_of(company).probe_at

    finish(slow, DOWN)

    assert ExportJob.objects.get(pk=slow.job.pk).attempts == 0
    assert (connection_of(company).probe_at, connection_of(company).probes) == (until, 0)


def test_a_probe_whose_worker_died_makes_room_for_the_next_and_has_no_say_any_more(company, clock):
    pause_by_five(company)
    clock.advance(minutes=5)
    lost = claim(company)

    clock.advance(seconds=121)
    sweeper.sweep()
    heir = claim(company)
    finish(lost, REFUSED)

    assert heir is not None
    assert ExportJob.objects.get(pk=lost.job.pk).attempts == 1
    assert connection_of(company).paused_at is not None


def test_a_probe_that_asked_nothing_decides_nothing(company, clock):
    pause_by_five(company)
    clock.advance(minutes=5)

    finish(claim(company), Answer(Outcome.UNKNOWN, code="NO_LOOKUP", was_asked=False))

    assert connection_of(company).paused_at is not None
    assert claim(company) is not None


def test_trouble_during_a_look_up_counts_and_leaves_the_doubt(company, clock):
    leave(company, 1)
    claim(company)
    clock.advance(minutes=3)
    sweeper.sweep()

    for _ in range(5):
        clock.advance(minutes=31)
        export.export_next(company.connection.pk)

    assert connection_of(company).paused_because == "UNREACHABLE"
    job = ExportJob.objects.exclude(state=JobState.CANCELLED).get()
    assert (job.state, job.invoice.erp_status) == (JobState.UNKNOWN, ErpStatus.NEEDS_CHECK)


def test_throttling_pauses_for_as_long_as_the_erp_asks(company):
    wait = Answer(Outcome.THROTTLED, code="RATE_LIMIT", trouble="RATE_LIMIT", retry_after=900)

    for _ in range(5):
        finish(claim(company), wait)

    moment = ErpConnection.objects.annotate(now=TieoutNow()).get()
    assert moment.probe_at - moment.now > timedelta(minutes=14)


def test_a_person_makes_the_next_probe_due_now(company):
    pause_by_five(company)

    assert actions.try_connection(company.company.pk, actor=company.approver)
    assert claim(company) is not None


def test_retry_now_on_one_row_also_cuts_the_pause_short(company):
    pause_by_five(company)
    waiting = ExportJob.objects.filter(state=JobState.RETRY_WAIT).first()

    assert actions.try_now(waiting.invoice_id, actor=company.approver)
    assert claim(company) is not None


def test_there_is_nothing_to_try_where_nothing_is_paused(company):
    assert actions.try_connection(company.company.pk, actor=company.approver) is False


def test_credentials_entered_again_make_the_next_probe_due_now(company):
    finish(claim(company), LOCKED_OUT)
    assert claim(company) is None

    actions.connect_erp(company.company.pk, adapter="demo", settings={"url": NO_ERP}, secrets={"token": "new"})

    assert claim(company) is not None


def test_another_company_is_not_held_up(company):
    other = connected_company(NO_ERP)
    exporting(other, 1)

    pause_by_five(company)

    assert claim(other) is not None


def test_the_audit_chain_tells_of_pause_and_end(company, clock):
    pause_by_five(company)
    clock.advance(minutes=5)
    finish(claim(company), REFUSED)

    told = AuditEvent.objects.filter(action__in=["erp.pause", "erp.resume"]).order_by("sequence")
    assert list(told.values_list("action", "detail")) == [("erp.pause", {"because": "UNREACHABLE"}), ("erp.resume", {})]


def test_the_sweeper_rings_for_a_paused_connection_only_when_its_probe_is_due(company, clock):
    pause_by_five(company)

    assert not ExportJob.objects.claimable().exists()
    clock.advance(minutes=5)
    assert ExportJob.objects.claimable().exists()


@pytest.mark.parametrize("mode", ["auth_failed", "unavailable"])
def test_a_real_erp_that_recovers_gets_everything_once(accounting, erp, clock, mode):
    exporting(accounting, 6)
    switch_faults(erp, mode, times=50)
    export_what_is_due(accounting)
    for _ in range(2):
        clock.advance(minutes=31)
        export_what_is_due(accounting)
    assert connection_of(accounting).paused_at is not None

    heal(erp)
    clock.advance(minutes=31)
    export_what_is_due(accounting)
    clock.advance(minutes=31)
    export_what_is_due(accounting)

    assert statuses(accounting) == {ErpStatus.SYNCED}
    assert len(erp.json("/ledger")) == 6


def test_a_wrong_token_is_mended_by_entering_the_right_one(accounting, erp):
    exporting(accounting, 2)
    settings = {"url": erp.url}
    actions.connect_erp(accounting.company.pk, adapter="demo", settings=settings, secrets={"token": "wrong"})
    export_what_is_due(accounting)
    assert connection_of(accounting).paused_because == "AUTH_EXPIRED"

    actions.connect_erp(accounting.company.pk, adapter="demo", settings=settings, secrets={"token": DEMO_ERP_TOKEN})
    export_what_is_due(accounting)

    assert statuses(accounting) == {ErpStatus.SYNCED}


def test_the_way_is_locked_only_for_answers_that_concern_it(company):
    held = claim(company)

    assert breaker.lock_circuit(held, REFUSED) is None
