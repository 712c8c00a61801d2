"""How all calls to ERPs have ended, for /metrics: those of the last hour are counted, older ones are added up once.

An hour outlasts every call and every lease, so nothing that was added up changes any more.
"""

from datetime import timedelta
from operator import add

from django.db import connection as database
from django.db import transaction
from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, Max, OuterRef, Q, Sum, Value
from django.db.models.functions import Coalesce

from erp_integrations.models import CallTotal, ExportAttempt, ExportJob, JobState
from notifications.clock import TieoutNow

CALL_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
FINAL_AFTER = timedelta(hours=1)
TOTALS_LOCK = 7_305_002
NOTHING = (0, timedelta(), *(0 for _ in CALL_SECONDS))


def call_totals():
    """(kind, outcome, stale) -> (calls, time they took, how many took at most each of CALL_SECONDS).

    "" is the outcome of a call that has none though its lease has run out. A call is in the totals or counted, never
    both: nothing is added up meanwhile.
    """
    with transaction.atomic():
        _lock("pg_advisory_xact_lock_shared")
        job = ExportJob.objects.filter(pk=OuterRef("job"), state=JobState.LEASED, lease_token=OuterRef("lease_token"))
        under_way = Exists(job.filter(lease_expires_at__gte=TieoutNow()))
        recent = _since(_added_until()).exclude(Q(under_way), outcome_row=None)
        return _sums(_kept(), _counted(recent))


@transaction.atomic
def add_up():
    """Add what has become final to the totals."""
    _lock("pg_advisory_xact_lock")
    final = _since(_added_until()).filter(started_at__lte=TieoutNow() - FINAL_AFTER)
    until = final.aggregate(until=Max("started_at"))["until"]
    if until is None:
        return
    for (kind, outcome, stale), figures in _sums(_kept(), _counted(final.filter(started_at__lte=until))).items():
        calls, took, *within = figures
        values = {"calls": calls, "took": took, "within": within, "until": until}
        CallTotal.objects.update_or_create(kind=kind, outcome=outcome, stale=stale, defaults=values)


def _lock(function):
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [TOTALS_LOCK])


def _added_until():
    return CallTotal.objects.aggregate(until=Max("until"))["until"]


def _since(until):
    return ExportAttempt.objects.filter(started_at__gt=until) if until else ExportAttempt.objects.all()


def _kept():
    return {(row.kind, row.outcome, row.stale): (row.calls, row.took, *row.within) for row in CallTotal.objects.all()}


def _counted(attempts):
    took = ExpressionWrapper(F("outcome_row__finished_at") - F("started_at"), output_field=DurationField())
    within = {
        f"within_{number}": Count("pk", filter=Q(seconds__lte=timedelta(seconds=limit)))
        for number, limit in enumerate(CALL_SECONDS)
    }
    ended = attempts.annotate(
        seconds=took,
        outcome=Coalesce("outcome_row__outcome", Value("")),
        stale=Coalesce("outcome_row__stale", Value(value=False)),
    )
    rows = ended.order_by().values_list("kind", "outcome", "stale")
    rows = rows.annotate(calls=Count("pk"), took=Coalesce(Sum("seconds"), timedelta()), **within)
    return {(kind, outcome, stale): tuple(figures) for kind, outcome, stale, *figures in rows}


def _sums(kept, counted):
    return {key: tuple(map(add, kept.get(key, NOTHING), counted.get(key, NOTHING))) for key in {*kept, *counted}}
