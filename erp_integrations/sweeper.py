"""The safety net: finds what no ring reached and what no worker finished, from the database alone.

Beat calls it every 15 s; `manage.py export_sweeper` calls it without a broker and does the
work itself while rings fail.
"""

import logging
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import timedelta

from celery import shared_task
from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from erp_integrations import export, tasks
from erp_integrations.export.evidence import in_doubt
from erp_integrations.models import ErpConnection, ExportJob, ExportRun, JobState, SweeperHeartbeat
from erp_integrations.timing import CLAIMS, LAW
from invoicing import lifecycle
from invoicing.states import DOUBT, ErpStatus
from notifications import delivery, doorbell, locks
from notifications.clock import TieoutNow
from notifications.tasks import deliver_email

CONNECTIONS_AT_ONCE = 8
TURNS_AT_ONCE = 10  # of a launch, where no worker takes them; invoices join faster than they are exported

log = logging.getLogger(__name__)


@shared_task
def sweep():
    """One round; does nothing while another sweeper is on its own. Returns whether every ring was heard."""
    with locks.alone(locks.SWEEPER) as is_alone:
        return _round() if is_alone else True


def sweep_without_broker():
    """One round; then the due work itself, of all when the broker did not hear it, else of those nobody answers."""
    heard = sweep()
    _serve({*_connections_unanswered()} if heard else {*_connections_due(), *_connections_launching()})
    if not heard:
        delivery.deliver_due()


def _serve(connection_ids):
    """Export what is due, each connection apart: an ERP that hangs must not keep the others waiting, nor our heart."""
    with ThreadPoolExecutor(CONNECTIONS_AT_ONCE) as pool:
        served = [pool.submit(copy_context().run, _serve_one, each) for each in connection_ids]
        while wait(served, timeout=LAW.first_backoff / 2).not_done:
            _beat()


def _serve_one(connection_id):
    try:
        for run_id in _launches(company__erp_connection=connection_id):
            _apart(export.launch, run_id, turns=TURNS_AT_ONCE)
        _apart(export.export_due, connection_id, seconds=LAW.longest_stay)
    finally:
        database.close()


def _connections_unanswered():
    """Rung for and rung for again, and nobody came: the broker took the rings, and no worker listens."""
    long_ago = TieoutNow() - timedelta(seconds=2 * LAW.ring_again)
    is_open = Q(connection__paused_at__isnull=True) | Q(connection__probe_at__lt=long_ago)
    due = ExportJob.objects.claimable().filter(is_open)
    waiting = due.filter(next_attempt_at__lt=long_ago, rung_at__isnull=False).values("connection_id")
    at_work = ExportJob.objects.filter(state=JobState.LEASED, lease_expires_at__gte=TieoutNow()).values("connection_id")
    left_alone = waiting.exclude(connection_id__in=at_work).distinct().values_list("connection_id", flat=True)
    return [*left_alone, *_connections_launching(started_at__lt=long_ago)]


def _round():
    _beat()
    for job_id in _abandoned():
        _apart(take_over, job_id)
    heard = [
        _apart(_ring_for_connection, connection_id) is not False for connection_id in _connections_due(not_rung=True)
    ]
    heard += [doorbell.ring(tasks.launch_run, run_id) for run_id in _launches()]
    heard += [doorbell.ring(deliver_email, email_id) for email_id in delivery.due_emails()]
    export.withdraw_stranded()
    for run_id in ExportRun.objects.filter(finished_at__isnull=True).values_list("pk", flat=True):
        _apart(export.close_run, run_id)
    export.add_up()
    return all(heard)


def _beat():
    SweeperHeartbeat.objects.update_or_create(name="sweeper", defaults={"at": TieoutNow()})


def _apart(act, row_id, **how):
    """One row in trouble must not keep the round from the others."""
    try:
        return act(row_id, **how)
    except Exception:
        log.exception("The sweeper failed in %s of %s", act.__name__, row_id)
        return None


def _abandoned():
    expired = ExportJob.objects.filter(state=JobState.LEASED, lease_expires_at__lt=TieoutNow())
    return list(expired.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def take_over(job_id):
    """Turn an expired lease into an unknown outcome, due at once: the ERP is asked before anything is sent again.

    A job that has cost one worker after another is left to a person. Locks: invoice, job, audit chain.
    """
    job = ExportJob.objects.get(pk=job_id)
    invoice = lifecycle.lock(job.invoice_id)
    ours = ExportJob.objects.filter(pk=job_id, state=JobState.LEASED, lease_token=job.lease_token)
    taken = ours.filter(lease_expires_at__lt=TieoutNow()).update(
        state=JobState.UNKNOWN if job.attempts < CLAIMS else JobState.NEEDS_REVIEW,
        lease_expires_at=None,
        next_attempt_at=TieoutNow(),
        rung_at=None,
        last_error_code="WORKER_LOST",
    )
    if taken and invoice.erp_status == ErpStatus.EXPORTING and in_doubt(job):
        lifecycle.move_locked(invoice, DOUBT, note="The worker was lost before it could write down the ERP's answer.")


def _connections_due(*, not_rung=False):
    due = ExportJob.objects.claimable()
    if not_rung:
        due = due.filter(Q(rung_at__isnull=True) | Q(rung_at__lt=TieoutNow() - timedelta(seconds=LAW.ring_again)))
    return list(due.order_by("connection_id").values_list("connection_id", flat=True).distinct())


def _launches(**of):
    """Runs whose invoices have not all had their turn to join, by id."""
    return ExportRun.objects.filter(launched_at__isnull=True, **of).order_by("pk").values_list("pk", flat=True)


def _connections_launching(**of):
    return list(ErpConnection.objects.filter(company__export_runs__in=_launches(**of)).values_list("pk", flat=True))


def _ring_for_connection(connection_id):
    connection = ErpConnection.objects.get(pk=connection_id)
    heard = tasks.ring(connection)
    if heard:
        ExportJob.objects.due().filter(connection=connection_id).update(rung_at=TieoutNow())
    return heard
