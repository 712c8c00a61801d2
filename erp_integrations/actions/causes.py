"""One cause that stops many exports: told once, and retried at once when it is mended."""

import json
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count

from erp_integrations.actions.exports import retry_exports
from erp_integrations.adapters import registry
from erp_integrations.error_catalogue import RECONNECT, explain
from erp_integrations.models import ExportJob, JobState

FEWEST = 2  # invoices, before it is worth a note of its own
MOST_SHOWN = 5
# What stops more than the one invoice it was met with, and the parameters that tell one such cause from another.
SHARED = {
    "PERIOD_CLOSED": ("period",),
    "CUSTOMER_UNKNOWN": ("code",),
    "CUSTOMER_CLOSED": ("code",),
    "JOB_CLOSED": ("code",),
    "ACCOUNT_UNKNOWN": ("code",),
    "CURRENCY_UNKNOWN": ("currency",),
    "AUTH_EXPIRED": (),
    "UNREACHABLE": (),
    "TLS_FAILED": (),
    "ADDRESS_NOT_ALLOWED": (),
    "REDIRECTED": (),
    "DATABASE_UNKNOWN": (),
}


@dataclass(frozen=True)
class Cause:
    """`key` names it in a form; `what` and `how` are the error catalogue's."""

    key: str
    code: str
    params: dict
    count: int
    what: str
    how: str
    wants_reconnect: bool


def shared_causes(company):
    """What stops several failed exports of the company each, the widest first."""
    causes = [_cause(*told, count) for told, count in _counted(company).items()]
    several = [cause for cause in causes if cause.count >= FEWEST]
    return sorted(several, key=lambda cause: (-cause.count, cause.key))[:MOST_SHOWN]


def retry_cause(company, key, *, actor, most):
    """Retry what a cause stops, at most so many; a RowResult for each, none when nothing is stopped by it any more."""
    cause = next((each for each in shared_causes(company) if each.key == key), None)
    if cause is None:
        return []
    stopped = _stopped(company).filter(last_error_code=cause.code, last_error_params__contains=cause.params)
    invoice_ids = stopped.order_by("pk").values_list("invoice_id", flat=True)[:most]
    return retry_exports(company.pk, dict.fromkeys(invoice_ids), actor=actor)


def _stopped(company):
    return ExportJob.objects.filter(company=company, state=JobState.FAILED, last_error_code__in=SHARED)


def _counted(company):
    """How many each code stops, by adapter, code and the parameters that matter."""
    counted = {}
    rows = _stopped(company).values_list("connection__adapter", "last_error_code", "last_error_params")
    for adapter, code, params, count in rows.annotate(count=Count("pk")).order_by():
        told = tuple((name, params[name]) for name in SHARED[code] if name in params)
        counted[adapter, code, told] = counted.get((adapter, code, told), 0) + count
    return counted


def _cause(adapter, code, told, count):
    params = dict(told)
    words = explain(code, {"erp": registry.adapter_of(adapter).label, **params})
    key = sha256(json.dumps([code, params], sort_keys=True).encode()).hexdigest()[:16]
    return Cause(key, code, params, count, words.what, words.how, RECONNECT in words.actions)
