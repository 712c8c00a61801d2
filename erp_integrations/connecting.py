"""From a stored connection to a working adapter."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from erp_integrations.adapters import registry
from erp_integrations.adapters.base import ADDRESS, Connection, Deadlines, OutboundRules
from erp_integrations.credentials import CredentialsUnreadable, unseal
from erp_integrations.timing import LAW
from notifications import trace


def adapter_for(connection, trace_id=""):
    """One adapter for one attempt: its total deadline runs from its first request."""
    secrets = unseal(connection.encrypted_credentials, company_id=connection.company_id, connection_id=connection.pk)
    trace.hide(secrets.values())
    return registry.adapter_of(connection.adapter)(
        Connection(
            settings=in_effect(connection.adapter, connection.settings),
            credentials=secrets,
            rules=outbound_rules(),
            deadlines=Deadlines(connect_s=LAW.connect, read_s=LAW.read, total_s=LAW.total),
            trace_id=trace_id,
        )
    )


def calls_at_once(connection):
    """How many calls its ERP takes at once; one where we cannot tell, so that a worker comes and says why."""
    try:
        return adapter_for(connection).capabilities.calls_at_once
    except CredentialsUnreadable:
        return 1


def in_effect(adapter, said):
    """The deployment's defaults for the adapter, and what the company says over them."""
    return settings.ERP_ADAPTER_DEFAULTS.get(adapter, {}) | {name: value for name, value in said.items() if value}


def leads_to(connection, adapter, said):
    """Whether these settings reach the ERP that the connection's secrets were entered for."""
    return connection.adapter == adapter and _addresses(adapter, connection.settings) == _addresses(adapter, said)


def _addresses(adapter, said):
    used = in_effect(adapter, said)
    fields = registry.adapter_of(adapter).settings_fields
    return {field.name: used.get(field.name, field.default) for field in fields if field.kind == ADDRESS}


def stored_secrets(connection):
    """What is sealed for the connection; {} when it cannot be read any more, so that it is entered again."""
    try:
        return unseal(connection.encrypted_credentials, company_id=connection.company_id, connection_id=connection.pk)
    except (CredentialsUnreadable, ImproperlyConfigured):
        return {}


def outbound_rules():
    """Only the hosts that the deployment names may be private or without TLS."""
    allowed = tuple(settings.ERP_ALLOWED_HOSTS)
    return OutboundRules(http_hosts=allowed, private_hosts=allowed, tells_caller=settings.ERP_IS_TOLD_CALLER)
