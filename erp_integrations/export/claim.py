"""Step one: a worker takes the next due job of a connection under a fenced lease."""

import functools
import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from erp_integrations.connecting import calls_at_once
from erp_integrations.export import breaker, fail_points
from erp_integrations.export.evidence import in_doubt, open_attempt
from erp_integrations.models import CallKind, ErpConnection, ExportAttempt, ExportJob, JobState
from erp_integrations.timing import LAW
from notifications.clock import TieoutNow

A_CONNECTION = -1  # stands for the connection's id in SQL that is put together once


@dataclass
class Claim:
    """A job under our lease. `token` fences every later write; `attempt` is the evidence row now open."""

    job: ExportJob
    token: int
    attempt: ExportAttempt
    worker: str

    @property
    def looks_first(self):
        return self.attempt.kind == CallKind.FIND


@transaction.atomic
def claim_next(connection_id):
    """Lease the connection's next due job and open its attempt; None when nothing is due, enough calls are under way
    or the connection is paused.

    The connection row is locked, so that calls are counted right, but not its key: rows that refer to it are checked
    at their commit, under the audit chain's lock. Due times and leases are compared on the database's clock alone.
    """
    connection = ErpConnection.objects.select_for_update(no_key=True).get(pk=connection_id)
    if not _has_room(connection) or not breaker.lets_through(connection):
        return None
    job = _next_due(connection)
    if job is None:
        return None
    job.connection = connection
    _lease(job)
    fail_points.reach(fail_points.AFTER_CLAIM)
    breaker.note_probe(connection, job)
    attempt = open_attempt(job, _first_call_of(job), job.lease_token, worker_name())
    return Claim(job, job.lease_token, attempt, attempt.worker)


def _has_room(connection):
    under_way = ExportJob.objects.filter(
        connection=connection, state=JobState.LEASED, lease_expires_at__gte=TieoutNow()
    ).count()
    return under_way < calls_at_once(connection)


def _next_due(connection):
    """The longest due job that nobody is writing; one that a person or the sweeper holds must not stop the others."""
    sql, parameters = _next_due_in_sql()
    found = ExportJob.objects.raw(sql, [connection.pk if each == A_CONNECTION else each for each in parameters])
    return next(iter(found), None)


@functools.cache
def _next_due_in_sql():
    """The engine's longest question, put together once for each process and not for each claim."""
    due = ExportJob.objects.due().filter(connection=A_CONNECTION).order_by("next_attempt_at", "pk")
    return due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:1].query.sql_with_params()


def _lease(job):
    """Still due: the job is locked, and whatever takes away its turn waits for the connection."""
    job.state, job.lease_token, job.attempts = JobState.LEASED, job.lease_token + 1, job.attempts + 1
    ExportJob.objects.filter(pk=job.pk).update(
        state=job.state,
        lease_token=job.lease_token,
        attempts=job.attempts,
        lease_owner=worker_name(),
        lease_expires_at=TieoutNow() + timedelta(seconds=LAW.lease),
    )


def _first_call_of(job):
    """Look first where anything may have been left; the first claim of an invoice's first job need not ask."""
    is_first = job.generation == 1 and job.lease_token == 1
    return CallKind.FIND if not is_first and in_doubt(job) else CallKind.CREATE


def worker_name():
    return f"{socket.gethostname()}:{os.getpid()}"
