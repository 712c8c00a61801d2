"""The breaker: trouble with an ERP pauses its connection instead of failing one invoice after another.

While the way is open every due job is called. While it is paused one job at a time goes out as the probe, once
`probe_at` has come; its answer alone opens the way again or lengthens the pause. docs/decisions/breaker.md tells what
could come in between.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.db.models.functions import Least, Random
from django.urls import reverse
from django.utils import timezone

from directory import audit
from directory.models import Membership
from directory.privileges import Tool, ToolLevel
from erp_integrations.error_catalogue import explain
from erp_integrations.export.calls import Answer
from erp_integrations.models import WAITING, ErpConnection, ExportJob, JobState
from erp_integrations.timing import LAW, pause
from notifications import emails
from notifications.clock import TieoutNow

# So many answers in a row that speak of the connection pause it; one is enough when our sign-in is refused.
TROUBLES = 5


class Effect(Enum):
    """What an answer does to its connection."""

    NONE = auto()
    COUNT = auto()
    CLEAR = auto()
    PAUSE = auto()
    LENGTHEN = auto()
    REOPEN = auto()


@dataclass(frozen=True)
class Circuit:
    """A locked connection and what one answer does to it."""

    connection: ErpConnection
    claim: object  # claim.Claim, which needs this module
    answer: Answer
    effect: Effect

    @property
    def gives_try_back(self):
        """Whether the call counts as none of the job's tries: the connection was to blame for it, and waits."""
        is_waiting = self.connection.paused_at is not None or self.effect == Effect.PAUSE
        return bool(self.answer.trouble) and is_waiting


def lock_circuit(claim, answer):
    """The claim's connection, locked, or None when the answer can change nothing about it. Lock it before the invoice.

    A pause that another call brought about since the claim is no affair of an answer that came through.
    """
    seen = claim.job.connection
    if not (answer.trouble or seen.troubles or seen.paused_at):
        return None
    connection = ErpConnection.objects.select_for_update(no_key=True).get(pk=seen.pk)
    return Circuit(connection, claim, answer, _effect(connection, claim, answer))


def _effect(connection, claim, answer):
    if not answer.was_asked:
        return Effect.NONE
    if connection.paused_at is not None:
        return _effect_of_probe(answer) if _is_probe(connection, claim) else Effect.NONE
    if not answer.trouble:
        return Effect.CLEAR if connection.troubles else Effect.NONE
    is_enough = answer.is_locked_out or connection.troubles + 1 >= TROUBLES
    return Effect.PAUSE if is_enough else Effect.COUNT


def _effect_of_probe(answer):
    return Effect.LENGTHEN if answer.trouble else Effect.REOPEN


def _is_probe(connection, claim):
    return (connection.probe_job_id, connection.probe_token) == (claim.job.pk, claim.token)


def write_effect(circuit):
    """Carry the effect out, as the last act of the transaction that settles the claim. Locks: audit chain."""
    connection, answer, claim = circuit.connection, circuit.answer, circuit.claim
    match circuit.effect:
        case Effect.COUNT:
            _update(connection, troubles=connection.troubles + 1)
        case Effect.CLEAR:
            _update(connection, troubles=0)
        case Effect.PAUSE:
            _update(connection, paused_at=TieoutNow(), probes=0, **_next_probe(answer, 0))
            _tell_admins(connection, answer, claim)
            _record(connection, "erp.pause", {"because": answer.trouble})
        case Effect.LENGTHEN:
            _update(connection, probes=connection.probes + 1, **_next_probe(answer, connection.probes + 1))
        case Effect.REOPEN:
            _update(connection, troubles=0, paused_at=None, paused_because="", probe_at=None, probe_job=None)
            _wake(connection)
            _record(connection, "erp.resume", {})


def _next_probe(answer, probes):
    wait = max(pause(probes, is_locked_out=answer.is_locked_out), answer.retry_after or 0)
    return {"paused_because": answer.trouble, "probe_at": TieoutNow() + timedelta(seconds=wait), "probe_job": None}


def _update(connection, **values):
    ErpConnection.objects.filter(pk=connection.pk).update(**values)


def _record(connection, action, detail):
    subject = connection.adapter
    audit.record(connection.company_id, actor=None, action=action, subject=subject, at=timezone.now(), detail=detail)


def _tell_admins(connection, answer, claim):
    """Where nobody but a person can help; an ERP that is down comes back by itself."""
    if not answer.is_locked_out:
        return
    words = explain(answer.trouble, {"erp": connection.adapter_label})
    admins = Membership.objects.filter(company=connection.company_id)
    for each in admins.with_level(Tool.ERP_INTEGRATIONS, ToolLevel.ADMIN).select_related("user", "company"):
        emails.exports_paused(
            to=each.user.email,
            recipient_name=each.user.name,
            company=each.company.name,
            erp=connection.adapter_label,
            what=words.what,
            how=words.how,
            url=settings.BASE_URL + reverse("erp_integrations:settings", args=[each.company.slug]),
            dedupe_key=f"exports-paused-{claim.job.pk}-{claim.token}-{each.user_id}",
        )


def _wake(connection):
    """Let nothing wait out a long backoff once the ERP answers; spread, so that a queue does not come as one herd.

    Skips what somebody holds, and so never waits for a row with all the others locked.
    """
    asleep = ExportJob.objects.filter(connection=connection, state__in=WAITING, next_attempt_at__gt=TieoutNow())
    free = asleep.order_by("pk").select_for_update(skip_locked=True, no_key=True)
    spread = Value(timedelta(seconds=LAW.first_backoff), output_field=DurationField()) * Random()
    soon = TieoutNow() + ExpressionWrapper(spread, output_field=DurationField())
    ExportJob.objects.filter(pk__in=free.values("pk")).update(next_attempt_at=Least(F("next_attempt_at"), soon))


def lets_through(connection):
    """Whether a job of the locked connection may be claimed: any while the way is open, else the probe when it is due.

    A probe holds its place for as long as its lease: one whose worker died makes room by itself.
    """
    if connection.paused_at is None:
        return True
    is_due = ErpConnection.objects.filter(pk=connection.pk, probe_at__lte=TieoutNow()).exists()
    return is_due and not _is_probing(connection)


def _is_probing(connection):
    probe = ExportJob.objects.filter(pk=connection.probe_job_id, lease_token=connection.probe_token)
    return probe.filter(state=JobState.LEASED, lease_expires_at__gte=TieoutNow()).exists()


def note_probe(connection, job):
    """Remember, while the locked connection is paused, that this claim's answer decides."""
    if connection.paused_at is not None:
        _update(connection, probe_job=job, probe_token=job.lease_token)


def probe_now(company_id):
    """Make the next probe of a company's paused connection due at once; whether it is paused. Locks: connection."""
    paused = ErpConnection.objects.filter(company=company_id, paused_at__isnull=False)
    return bool(paused.update(probe_at=TieoutNow()))
