"""A worker's whole life with one job, and with a connection's queue."""

import logging
import time
from dataclasses import replace
from datetime import timedelta

from django.db import DataError, transaction

from erp_integrations.connecting import adapter_for
from erp_integrations.credentials import CredentialsUnreadable
from erp_integrations.export import calls, fail_points
from erp_integrations.export.claim import claim_next
from erp_integrations.export.evidence import (
    close_attempt,
    has_settled,
    open_attempt,
    reported_duplicate,
    went_out_under_one_key,
)
from erp_integrations.export.finish import finish, holds
from erp_integrations.export.runs import close_run
from erp_integrations.export.withdrawal import withdraw_stranded
from erp_integrations.models import CallKind, ExportJob, Outcome
from erp_integrations.timing import LAW, TRIES
from invoicing import lifecycle
from invoicing.states import RESUME, ErpStatus
from notifications import trace
from notifications.clock import TieoutNow

log = logging.getLogger(__name__)

HELD_UP = calls.Answer(
    Outcome.NOT_SENT, code="UNREACHABLE", technical="The worker was held up before it could send.", was_asked=False
)


def export_due(connection_id, seconds=LAW.turn):
    """Export the connection's due jobs one after the other, for so many seconds and the last call's.

    Returns whether more may be due, so that the caller can ring again and let other connections have their turn: with
    short turns all connections' oldest exports grow younger together, however many wait at each.
    """
    ends = time.monotonic() + seconds
    while export_next(connection_id) is not None:
        if time.monotonic() >= ends:
            return ExportJob.objects.claimable().filter(connection=connection_id).exists()
    return False


def export_next(connection_id):
    """Claim, look up when in doubt, create, finish: the connection's next due job, or None when there is none."""
    claim = claim_next(connection_id)
    if claim is None:
        return None
    job = claim.job
    with trace.during(trace=job.trace, run=job.run_id, job=job.pk, claim=claim.token):
        _work_on(claim)
    return job


def _work_on(claim):
    answer = _answer_to(claim)
    fail_points.reach(fail_points.BEFORE_FINISH)
    if answer is not None:
        log.info("Attempt %s, %s: %s %s", claim.attempt.number, claim.attempt.kind, answer.outcome, answer.code)
        _write_down(claim, answer)
        fail_points.reach(fail_points.AFTER_FINISH)
        if answer.outcome not in (Outcome.CREATED, Outcome.FOUND):
            withdraw_stranded(invoice__contract=claim.job.invoice.contract_id)
        close_run(claim.job.run_id)


def _write_down(claim, answer):
    """Finish; an answer that our columns cannot hold is as good as an unreadable one, and asked for again."""
    try:
        finish(claim, answer)
    except DataError as error:
        finish(claim, calls.Answer(Outcome.UNKNOWN, code="UNREADABLE", technical=ascii(error)[:500]))


def _answer_to(claim):
    try:
        adapter = adapter_for(claim.job.connection, trace_id=f"{claim.job.trace}.{claim.job.pk}.{claim.token}")
    except CredentialsUnreadable as error:
        told = {"code": "AUTH_EXPIRED", "technical": str(error), "trouble": "AUTH_EXPIRED", "is_locked_out": True}
        return calls.Answer(Outcome.AUTH_FAILED, **told)
    return _ask_and_tell(adapter, claim)


def _ask_and_tell(adapter, claim):
    """The calls to the ERP that this claim comes to; None when the lease was lost on the way."""
    if not claim.looks_first:
        return calls.write(adapter, claim.job) if _outlasts_a_call(claim) else HELD_UP
    answer = look_up(adapter, claim.job)
    if answer.outcome == Outcome.PARTLY_DONE:
        document = answer.documents[0]
        finishing = _open_write(claim, CallKind.FINISH, answer)
        return calls.finish_document(adapter, claim.job, document.erp_id, answer.unfinished) if finishing else None
    if _may_write_again(adapter, claim.job, answer):
        return calls.write(adapter, claim.job) if _open_write(claim, CallKind.CREATE, answer) else None
    return _absent_for_good(claim.job, answer)


def _outlasts_a_call(claim):
    """Whether our lease still covers a whole call; a machine that stood still must not write behind the next worker."""
    ends = TieoutNow() + timedelta(seconds=LAW.total)
    return holds(claim).filter(lease_expires_at__gte=ends).exists()


def look_up(adapter, job):
    """Ask the ERP; "not there" counts only when it had, before we asked, time to show what doubted writes left."""
    if not adapter.capabilities.lookup:
        return calls.Answer(Outcome.UNKNOWN, code="NO_LOOKUP", was_asked=False)
    settled = has_settled(job, adapter.capabilities.lookup_delay_s)
    answer = calls.look_up(adapter, job)
    if answer.outcome != Outcome.ABSENT or (answer.is_conclusive and settled):
        return answer
    return replace(answer, outcome=Outcome.UNKNOWN, code="NOT_YET_VISIBLE")


def _may_write_again(adapter, job, answer):
    """Absent for certain, or safe to repeat by the ERP's own promise; and neither exhausted nor called a duplicate."""
    if job.attempts > TRIES or reported_duplicate(job):
        return False
    if answer.outcome == Outcome.ABSENT:
        return True
    can = adapter.capabilities
    safe = can.upsert or (can.idempotency_key and went_out_under_one_key(job))
    return safe and answer.code in ("NO_LOOKUP", "NOT_YET_VISIBLE")


def _absent_for_good(job, answer):
    """Say why an absent document is not sent again: in the words of the last error."""
    if answer.outcome != Outcome.ABSENT:
        return answer
    code = "DUPLICATE_NUMBER" if reported_duplicate(job) else job.last_error_code
    return replace(answer, code=code, params=job.last_error_params, technical=job.last_error_technical)


@transaction.atomic
def _open_write(claim, kind, answer):
    """Close the look-up and commit to the coming write, while the lease is ours; whether it was.

    Locks: invoice, job, audit chain.
    """
    invoice = lifecycle.lock(claim.job.invoice_id)
    held = holds(claim).select_for_update(no_key=True).exists()
    close_attempt(claim.attempt, answer.outcome, answer.technical, stale=not held)
    if not held:
        return False
    claim.attempt = open_attempt(claim.job, kind, claim.token, claim.worker)
    if invoice.erp_status == ErpStatus.NEEDS_CHECK and answer.outcome == Outcome.ABSENT:
        lifecycle.move_locked(invoice, RESUME, note="The ERP was asked and does not have it.")
    return True
