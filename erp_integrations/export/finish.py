"""Step four: one fenced transaction writes down how a call ended, together with everything that follows from it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from erp_integrations.error_catalogue import explain
from erp_integrations.export.breaker import lock_circuit, write_effect
from erp_integrations.export.evidence import close_attempt, in_doubt
from erp_integrations.models import WAITING, ErpDocument, ExportJob, JobState, Outcome
from erp_integrations.timing import CLAIMS, TRIES, backoff
from invoicing import lifecycle
from invoicing.states import COMPLETE, DOUBT, FAIL, ErpStatus
from notifications.clock import TieoutNow


@dataclass(frozen=True)
class Verdict:
    """Where an answer puts the job; `wait`, in seconds, is for the states that are tried again."""

    state: JobState
    wait: float = 0
    gives_try_back: bool = False


def verdict_on(claim, answer):
    """What an answer means for the job (architecture.md section 5).

    Failed means surely not arrived, so whatever leaves a doubt is Unknown and looked up next.
    """
    if answer.outcome in (Outcome.CREATED, Outcome.FOUND):
        return Verdict(JobState.NEEDS_REVIEW if _belongs_to_another(claim, answer) else JobState.SUCCEEDED)
    if answer.outcome in (Outcome.DIFFERS, Outcome.AMBIGUOUS) or answer.code == "NO_LOOKUP":
        return Verdict(JobState.NEEDS_REVIEW)
    if answer.outcome == Outcome.ABSENT:
        return Verdict(JobState.FAILED)
    if claim.looks_first:
        return _look_again(claim, answer)
    if answer.outcome == Outcome.REFUSED:
        return _failed_unless_in_doubt(claim, answer)
    if answer.outcome in (Outcome.NOT_SENT, Outcome.THROTTLED):
        return _try_again(claim, answer)
    return _look_again(claim, answer)


def _belongs_to_another(claim, answer):
    """An ERP document can stand for one invoice only."""
    erp_ids = [document.erp_id for document in answer.documents]
    attached = ErpDocument.objects.filter(
        connection=claim.job.connection_id, erp_id__in=erp_ids, detached_at__isnull=True
    )
    return attached.exclude(job=claim.job).exists()


def _failed_unless_in_doubt(claim, answer):
    if in_doubt(claim.job, but_for=claim.attempt):
        return _look_again(claim, answer)
    return Verdict(JobState.FAILED)


def _try_again(claim, answer):
    if claim.job.attempts < TRIES:
        return Verdict(JobState.RETRY_WAIT, _wait(claim, answer))
    # A server that asks to wait does not promise that it kept nothing.
    if answer.outcome == Outcome.THROTTLED:
        return _look_again(claim, answer)
    return _failed_unless_in_doubt(claim, answer)


def _look_again(claim, answer):
    if claim.job.attempts >= CLAIMS:
        return Verdict(JobState.NEEDS_REVIEW)
    return Verdict(JobState.UNKNOWN, _wait(claim, answer))


def _verdict_in_pause(claim, answer):
    """The connection is to blame: the job waits with it, due when it opens, and has used up none of its tries."""
    harmless = answer.outcome in (Outcome.NOT_SENT, Outcome.AUTH_FAILED, Outcome.THROTTLED)
    in_the_open = harmless and not claim.looks_first and not in_doubt(claim.job, but_for=claim.attempt)
    return Verdict(JobState.RETRY_WAIT if in_the_open else JobState.UNKNOWN, gives_try_back=True)


def _wait(claim, answer):
    return max(backoff(claim.job.attempts - 1), answer.retry_after or 0)


@transaction.atomic
def finish(claim, answer):
    """Settle the claim if its lease is still ours; whether it was. A stale answer is kept as evidence and no more.

    Locks: connection where the answer concerns it, invoice, job, audit chain.
    """
    circuit = lock_circuit(claim, answer)
    invoice = lifecycle.lock_alone(claim.job.invoice_id)
    verdict = _verdict_in_pause(claim, answer) if circuit and circuit.gives_try_back else verdict_on(claim, answer)
    held = _settle(claim, verdict, answer)
    close_attempt(claim.attempt, answer.outcome, answer.technical, stale=not held)
    if not held:
        return False
    if verdict.state == JobState.SUCCEEDED:
        attach(claim.job, answer.documents)
    _move(invoice, claim.job, verdict, answer)
    if circuit:
        write_effect(circuit)
    return True


def holds(claim):
    """The claim's job, while the lease is ours."""
    return ExportJob.objects.filter(pk=claim.job.pk, lease_token=claim.token, state=JobState.LEASED)


def _settle(claim, verdict, answer):
    waits = verdict.state in WAITING
    told = verdict.state != JobState.SUCCEEDED
    return holds(claim).update(
        state=verdict.state,
        attempts=F("attempts") - 1 if verdict.gives_try_back else F("attempts"),
        lease_expires_at=None,
        rung_at=None,
        next_attempt_at=TieoutNow() + timedelta(seconds=verdict.wait if waits else 0),
        finished_at=None if waits else TieoutNow(),
        last_error_code=(answer.code or "UNKNOWN") if told else "",
        last_error_params=answer.params if told else {},
        last_error_technical=answer.technical if told else "",
    )


def attach(job, documents):
    """Note which documents stand in the ERP for the job."""
    for document in documents:
        sent = next(each for each in job.payload["expected"] if each["role"] == document.role)
        number = document.number or document.erp_id
        ErpDocument.objects.create(
            company_id=job.company_id,
            connection_id=job.connection_id,
            job=job,
            role=document.role,
            erp_id=document.erp_id,
            number=number[: ErpDocument._meta.get_field("number").max_length],
            url=document.url,
            total=sent["total"] if document.total is None else document.total,
            date=document.date or sent["date"],
        )


def _move(invoice, job, verdict, answer):
    """Show people what the job's new state means for them; waiting to try again changes nothing they see."""
    if verdict.state == JobState.SUCCEEDED:
        numbers = ", ".join(document.number or document.erp_id for document in answer.documents)
        lifecycle.move_locked(invoice, COMPLETE, note=f"{job.connection.adapter_label} number {numbers}")
    elif verdict.state == JobState.FAILED:
        lifecycle.move_locked(invoice, FAIL, note=_what(job, answer))
    elif verdict.state in (JobState.UNKNOWN, JobState.NEEDS_REVIEW) and invoice.erp_status == ErpStatus.EXPORTING:
        lifecycle.move_locked(invoice, DOUBT, note=_what(job, answer))


def _what(job, answer):
    return explain(answer.code or "UNKNOWN", {"erp": job.connection.adapter_label, **answer.params}).what
