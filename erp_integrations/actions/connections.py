"""Connecting a company to its ERP."""

from django.db import transaction
from django.utils import timezone

from directory import audit
from directory.web.staleness import seen_as
from erp_integrations import export, tasks
from erp_integrations.connecting import leads_to, stored_secrets
from erp_integrations.credentials import seal
from erp_integrations.exceptions import ConnectionChanged, ConnectionInDoubt
from erp_integrations.export.answers import doubtful_invoices
from erp_integrations.models import ErpConnection


@transaction.atomic
def connect_erp(company_id, *, adapter, settings, secrets, actor=None, seen=None):
    """Store a company's ERP connection; secrets are sealed for it and never shown again.

    Secrets that are not given stay, unless the connection leads elsewhere: what was entered for one address is never
    sent to another. `seen` is `seen_of` what the page showed. Raises ConnectionChanged when it shows so no more, and
    ConnectionInDoubt when that would ask another ERP for what may stand in this one. Locks: connection, audit chain.
    """
    locked = ErpConnection.objects.select_for_update(no_key=True)
    connection, is_new = locked.get_or_create(company_id=company_id, defaults={"adapter": adapter})
    if seen is not None and seen != seen_of(None if is_new else connection):
        raise ConnectionChanged
    if not is_new and (connection.adapter, connection.settings) != (adapter, settings):
        _refuse_while_in_doubt(connection)
    kept = stored_secrets(connection) if leads_to(connection, adapter, settings) else None
    connection.adapter, connection.settings = adapter, settings
    if secrets or kept is None:
        secret = (kept or {}) | secrets
        sealed = seal(secret, company_id=company_id, connection_id=connection.pk) if secret else ""
        connection.encrypted_credentials = sealed
    connection.save(update_fields=["adapter", "settings", "encrypted_credentials"])
    if export.probe_now(company_id):
        tasks.ring_on_commit(connection)
    audit.record(
        company_id,
        actor=actor,
        action="erp.connect",
        subject=adapter,
        at=timezone.now(),
        detail={"settings": settings, "secrets": sorted(secrets)},
    )
    return connection


def seen_of(connection):
    """A mark of the connection as a page shows it, "" for none."""
    if connection is None:
        return ""
    return seen_as(connection.adapter, sorted(connection.settings.items()), connection.encrypted_credentials)


@transaction.atomic
def try_connection(company_id, *, actor):
    """Do not wait for the next probe of a paused connection; whether it is paused. Locks: connection, audit chain."""
    if not export.probe_now(company_id):
        return False
    connection = ErpConnection.objects.get(company=company_id)
    audit.record(company_id, actor=actor, action="erp.try_now", subject=connection.adapter, at=timezone.now())
    tasks.ring_on_commit(connection)
    return True


def _refuse_while_in_doubt(connection):
    count = doubtful_invoices(connection)
    if count:
        raise ConnectionInDoubt(count)
