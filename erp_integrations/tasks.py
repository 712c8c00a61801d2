"""When exports run: a ring names a connection, and a worker goes through what is due there."""

from celery import shared_task

from erp_integrations import export
from erp_integrations.connecting import calls_at_once
from erp_integrations.export import fail_points
from erp_integrations.timing import LAW
from notifications import doorbell


@shared_task(soft_time_limit=LAW.soft_limit, time_limit=LAW.hard_limit)
def export_due(connection_id):
    """Work through a connection's due jobs for a while; ring again when some are left."""
    if export.export_due(connection_id):
        fail_points.reach(fail_points.BEFORE_RING)
        doorbell.ring(export_due, connection_id)


def ring(connection):
    """Wake as many workers as the ERP takes calls at once; whether every ring was heard."""
    return all(doorbell.ring(export_due, connection.pk) for _ in range(calls_at_once(connection)))


def ring_on_commit(connection):
    """Wake as many workers as the ERP takes calls at once, when the running transaction is committed."""
    for _ in range(calls_at_once(connection)):
        doorbell.ring_on_commit(export_due, connection.pk)
