"""What the attempts prove: whether the ERP may hold something of ours, over all generations of one invoice."""

from datetime import timedelta

from django.db.models import Q

from erp_integrations.models import AttemptOutcome, CallKind, ExportAttempt, Outcome
from erp_integrations.timing import LAW
from notifications.clock import TieoutNow

# After these the ERP certainly kept nothing of that call.
HARMLESS = (Outcome.NOT_SENT, Outcome.REFUSED, Outcome.AUTH_FAILED)


def open_attempt(job, kind, token, worker):
    """Commit to a call before it is made: a row without an outcome proves that the outcome is unknown."""
    number = ExportAttempt.objects.filter(job=job).count() + 1
    return ExportAttempt.objects.create(
        company_id=job.company_id, job=job, number=number, kind=kind, lease_token=token, worker=worker
    )


def close_attempt(attempt, outcome, technical="", *, stale=False):
    AttemptOutcome.objects.create(
        company_id=attempt.company_id, attempt=attempt, outcome=outcome, technical=technical, stale=stale
    )


def writes_in_doubt(job):
    """Writes of any generation that may have left something in the ERP, since it was last proved absent there.

    An absence proves nothing about a write whose worker, held up beyond its lease, told of it after the look-up began.
    """
    writes = _harmful_writes(job)
    absent = _attempts_on(job).filter(outcome_row__outcome=Outcome.ABSENT).order_by("-pk").first()
    if absent is None:
        return writes
    return writes.filter(Q(pk__gt=absent.pk) | Q(outcome_row__finished_at__gte=absent.started_at))


def _attempts_on(job):
    return ExportAttempt.objects.filter(job__invoice=job.invoice_id)


def _harmful_writes(job):
    return _attempts_on(job).exclude(kind=CallKind.FIND).exclude(outcome_row__outcome__in=HARMLESS)


def in_doubt(job, but_for=None):
    """Whether any write (but for one that has its answer) may have left something in the ERP."""
    if not _harmful_writes(job).exists():  # as with nearly every first claim: one question instead of two
        return False
    doubted = writes_in_doubt(job)
    return (doubted.exclude(pk=but_for.pk) if but_for else doubted).exists()


def has_settled(job, delay):
    """Whether a look-up that starts now shows what the doubted writes left: `delay` seconds after each has ended.

    One without an outcome may be under way for as long as a worker may live.
    """
    told = Q(outcome_row__finished_at__gt=TieoutNow() - timedelta(seconds=delay))
    untold = Q(outcome_row=None, started_at__gt=TieoutNow() - timedelta(seconds=LAW.hard_limit + delay))
    return not writes_in_doubt(job).filter(told | untold).exists()


def went_out_under_one_key(job):
    """Whether all doubted writes are this job's, so that its key covers them."""
    return not writes_in_doubt(job).exclude(job=job).exists()


def reported_duplicate(job):
    """Whether the job's latest write was answered with "I have this already"."""
    writes = ExportAttempt.objects.filter(job=job).exclude(kind=CallKind.FIND).order_by("-pk")
    outcomes = writes.values_list("outcome_row__outcome", flat=True)
    return outcomes.first() == Outcome.DUPLICATE
