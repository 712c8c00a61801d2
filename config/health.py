"""Whether this deployment can do its work, part by part; docs/decisions/health.md says what weighs how much.

Nothing here names an address, a company or a person: the answers are for whoever asks.
"""

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F, Min
from redis.backoff import NoBackoff
from redis.retry import Retry

from erp_integrations.models import ExportJob, SweeperHeartbeat
from notifications.clock import TieoutNow

OK, DOWN, SILENT, LATE, UNASKED = "ok", "down", "silent", "late", "not asked"
READY, DEGRADED, NOT_READY = "ready", "degraded", "not ready"

# Four rounds of the sweeper.
SILENT_AFTER = 60
LATE_AFTER = 10 * 60
# Somebody waits for the answer, and asks again soon.
STATEMENT_TIMEOUT = "2s"
BROKER_TIMEOUT = 1


def parts():
    """name -> {"state": …, its figure}, for database, sweeper, exports and broker."""
    try:
        found = _told_by_database()
    except (DatabaseError, InterfaceError):
        found = {"database": {"state": DOWN}, "sweeper": {"state": UNASKED}, "exports": {"state": UNASKED}}
    return found | {"broker": {"state": OK if _broker_answers() else DOWN}}


def verdict(found):
    """One word for all parts. Without the broker the sweeper exports; without the sweeper nothing lost is found."""
    if found["database"]["state"] != OK or found["sweeper"]["state"] != OK:
        return NOT_READY
    return READY if all(part["state"] == OK for part in found.values()) else DEGRADED


def _told_by_database():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [STATEMENT_TIMEOUT])
        return {"database": {"state": OK}, "sweeper": _sweeper(), "exports": _exports()}


def _sweeper():
    seconds = _seconds(heartbeat_age())
    heard = seconds is not None and seconds <= SILENT_AFTER
    return {"state": OK if heard else SILENT, "heartbeat_age_s": seconds}


def heartbeat_age():
    return SweeperHeartbeat.objects.filter(name="sweeper").values_list(_since(F("at")), flat=True).first()


def _exports():
    """How long the longest due export waits, but for those that a pause holds back."""
    seconds = _seconds(oldest_due())
    return {"state": LATE if (seconds or 0) > LATE_AFTER else OK, "oldest_due_s": seconds}


def oldest_due():
    due = ExportJob.objects.due().filter(connection__paused_at__isnull=True)
    return due.aggregate(age=_since(Min("next_attempt_at")))["age"]


def _since(moment):
    return ExpressionWrapper(TieoutNow() - moment, output_field=DurationField())


def _seconds(age):
    return None if age is None else round(age.total_seconds(), 1)


def _broker_answers():
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_TIMEOUT,
        socket_connect_timeout=BROKER_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return client.ping()
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
