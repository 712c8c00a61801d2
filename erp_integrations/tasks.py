"""When exports run: a ring names a connection, and a worker goes through what is due there; or a run to be launched."""

from celery import shared_task

from erp_integrations import export
from erp_integrations.connecting import calls_at_once
from erp_integrations.export import fail_points
from erp_integrations.models import ExportRun
from erp_integrations.timing import LAW
from notifications import doorbell


@shared_task(soft_time_limit=LAW.soft_limit, time_limit=LAW.hard_limit)
def export_due(connection_id):
    """Work through a connection's due jobs for a while; ring again when some are left."""
    if export.export_due(connection_id):
        fail_points.reach(fail_points.BEFORE_RING)
        doorbell.ring(export_due, connection_id)


@shared_task(soft_time_limit=LAW.soft_limit, time_limit=LAW.hard_limit)
def launch_run(run_id):
    """The next turn of a run whose list is long."""
    launch(ExportRun.objects.select_related("company__erp_connection").get(pk=run_id))


def launch(run):
    """Have a run's invoices join it for a turn, wake workers for them, and leave those that are left to a worker."""
    some_are_left = export.launch(run.pk)
    ring_on_commit(run.company.erp_connection)
    if some_are_left:
        doorbell.ring_on_commit(launch_run, run.pk)


def ring(connection):
    """Wake as many workers as the ERP takes calls at once; whether every ring was heard."""
    return all(doorbell.ring(export_due, connection.pk) for _ in range(calls_at_once(connection)))


def ring_on_commit(connection):
    """Wake as many workers as the ERP takes calls at once, when the running transaction is committed."""
    for _ in range(calls_at_once(connection)):
        doorbell.ring_on_commit(export_due, connection.pk)
