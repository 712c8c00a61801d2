"""Figures for Prometheus, counted in the database when they are asked for.

Every figure is a row somewhere (docs/decisions/metrics.md), so any web process answers for all workers, and none is
lost with a process. Connections are told by number: whose they are is nobody's business here.
"""

from datetime import timedelta
from operator import add

from django.db.models import Count
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from config import health
from erp_integrations.export.totals import CALL_SECONDS, call_totals
from erp_integrations.models import ErpConnection, ExportJob, JobState
from notifications.models import DeliveryState, OutgoingEmail


class DatabaseCollector:
    """What prometheus_client asks for a scrape."""

    def collect(self):
        yield jobs_by_state()
        yield oldest_due_age()
        yield heartbeat_age()
        totals = call_totals()
        yield attempts_by_outcome(totals)
        yield leases_lost(totals)
        yield mails_by_state()
        yield pauses()
        yield call_seconds(totals)


def registry():
    found = CollectorRegistry()
    found.register(DatabaseCollector())
    return found


def jobs_by_state():
    return _by_state("tieout_export_jobs", "Exports by state of their job.", ExportJob.objects, JobState)


def mails_by_state():
    return _by_state("tieout_mails", "Outgoing mails by state.", OutgoingEmail.objects, DeliveryState)


def _by_state(name, what, rows, states):
    """Zero for a state without rows: an alert on a figure that is not there never rings."""
    counted = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    figure = GaugeMetricFamily(name, what, labels=["state"])
    for state in states.values:
        figure.add_metric([state], counted.get(state, 0))
    return figure


def oldest_due_age():
    age = health.oldest_due() or timedelta()
    what = "How long the longest due export of a connection that is not paused waits; 0 when none is due."
    return GaugeMetricFamily("tieout_oldest_due_export_seconds", what, value=age.total_seconds())


def heartbeat_age():
    figure = GaugeMetricFamily("tieout_sweeper_heartbeat_age_seconds", "Since the sweeper's last round.", labels=[])
    if (age := health.heartbeat_age()) is not None:
        figure.add_metric([], age.total_seconds())
    return figure


def attempts_by_outcome(totals):
    figure = CounterMetricFamily("tieout_export_attempts", "Ended calls to ERPs.", labels=["kind", "outcome"])
    for (kind, outcome), (calls, *_) in _summed(totals, lambda kind, outcome, _stale: (kind, outcome)).items():
        if outcome:
            figure.add_metric([kind, outcome], calls)
    return figure


def leases_lost(totals):
    """Calls that outlived their lease, or their worker: no outcome, or one that came too late."""
    lost = sum(calls for (_, outcome, stale), (calls, *_) in totals.items() if stale or not outcome)
    what = "Calls to ERPs whose lease ran out before their outcome was written down."
    return CounterMetricFamily("tieout_leases_lost", what, value=lost)


def pauses():
    what = "1 while a connection's exports are held back."
    figure = GaugeMetricFamily("tieout_connection_paused", what, labels=["connection", "adapter"])
    for number, adapter, since in ErpConnection.objects.order_by("pk").values_list("pk", "adapter", "paused_at"):
        figure.add_metric([str(number), adapter], 0 if since is None else 1)
    return figure


def call_seconds(totals):
    what = "From the row that precedes a call to an ERP to the row that tells how it ended."
    figure = HistogramMetricFamily("tieout_erp_call_seconds", what, labels=["kind"])
    ended = {key: figures for key, figures in totals.items() if key[1]}
    for kind, (calls, took, *within) in _summed(ended, lambda kind, *_: kind).items():
        buckets = [(str(float(limit)), count) for limit, count in zip(CALL_SECONDS, within, strict=True)]
        figure.add_metric([kind], [*buckets, ("+Inf", calls)], took.total_seconds())
    return figure


def _summed(totals, part_of):
    """The figures of all that have the same part of their key."""
    found = {}
    for key, figures in totals.items():
        part = part_of(*key)
        found[part] = tuple(map(add, found[part], figures)) if part in found else figures
    return found
