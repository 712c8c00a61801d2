"""What one round of each measure does; every function returns a rate per second."""

import contextlib
import threading
import time

import psycopg
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from bench import crowd
from bench.noop import app, nothing
from erp_integrations.models import ExportJob, JobState
from tests.real.databases import as_owner, url

QUEUE = "celery"
NOTHING = contextlib.nullcontext()  # what else goes on while the clock runs
CLAIM = """
    UPDATE bench_job SET state = 'leased', lease_token = lease_token + 1, attempts = attempts + 1,
        lease_owner = 'bench', lease_expires_at = tieout_now() + interval '2 minutes'
    WHERE id = (SELECT id FROM bench_job WHERE state = 'queued' AND next_attempt_at <= tieout_now()
                ORDER BY next_attempt_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id, lease_token"""
FINISH = """
    UPDATE bench_job SET state = 'succeeded', lease_expires_at = NULL, finished_at = tieout_now()
    WHERE id = %s AND lease_token = %s AND state = 'leased'"""


def noop_rate(worker, broker, count, during=NOTHING):
    """Tasks that do nothing, published beforehand, from the worker's start to an empty queue."""
    with crowd.standing_still(worker), app.producer_or_acquire() as producer:
        for number in range(count):
            nothing.apply_async((number,), producer=producer)
    with during:
        return count / crowd.until(lambda: not broker.client.llen(QUEUE) and not broker.client.hlen("unacked"))


def export_rate(worker, companies, count, during=NOTHING):
    """Exports that were queued beforehand, rings and all, from the worker's awakening to the last one synced."""
    crowd.accept(companies, count)
    with crowd.standing_still(worker):
        crowd.export(companies)
        queued = crowd.moving()
    awake = timezone.now()
    with during:
        crowd.until(lambda: not crowd.moving(), every=0.25)  # to look more often would be part of what is measured
    last = ExportJob.objects.aggregate(last=Max("finished_at"))["last"]
    assert ExportJob.objects.exclude(state=JobState.SUCCEEDED).count() == 0
    return queued / (last - awake).total_seconds()


def claim_rate(count, clients=4):
    """Claim and finish in SQL alone, two commits each, on a table like the queue's; a connection for each process."""
    with as_owner() as owner:
        owner.execute("DROP TABLE IF EXISTS bench_job")
        owner.execute("CREATE TABLE bench_job (LIKE erp_integrations_exportjob INCLUDING ALL)")
        owner.execute("ALTER TABLE bench_job DROP CONSTRAINT IF EXISTS leased_has_a_lease")
        _fill(owner, count)
        began = time.perf_counter()
        workers = [threading.Thread(target=_claim_all) for _ in range(clients)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        spent = time.perf_counter() - began
        (left,) = owner.execute("SELECT count(*) FROM bench_job WHERE state <> 'succeeded'").fetchone()
        owner.execute("DROP TABLE bench_job")
    assert left == 0
    return count / spent


def _fill(owner, count):
    """Rows like the newest real job, each under an invoice and a key of its own."""
    names = [each.column for each in ExportJob._meta.concrete_fields]
    own = {
        "id": "n",
        "invoice_id": "n",
        "idempotency_key": "gen_random_uuid()",
        "state": "'queued'",
        "lease_expires_at": "NULL",
        "next_attempt_at": "tieout_now()",
    }
    chosen = ", ".join(own.get(name, f"job.{name}") for name in names)
    owner.execute(
        f"INSERT INTO bench_job ({', '.join(names)}) SELECT {chosen}"
        f" FROM (SELECT * FROM erp_integrations_exportjob LIMIT 1) job, generate_series(1, {count}) n"
    )


def _claim_all():
    with psycopg.connect(url("owner", connection.settings_dict["NAME"]), autocommit=True) as client:
        while claimed := client.execute(CLAIM).fetchone():
            client.execute(FINISH, claimed)
