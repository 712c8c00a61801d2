"""Wakes a worker for a row that is committed already. A ring may be lost: the sweeper rings again for what is due.

So a ring never raises, and after one that failed nobody rings for a while: each person who presses a button would else
wait for the broker's timeouts. All processes forked from one know of it, such as those of a web server.
"""

import logging
from functools import partial
from multiprocessing.sharedctypes import RawValue
from time import monotonic as now

from django.db import transaction

log = logging.getLogger(__name__)

QUIET_SECONDS = 30
_quiet_until = RawValue("d", 0.0)  # in memory that forked processes share; on a clock that they share too


def ring_on_commit(task, *args):
    """Ring for `task(*args)` once the running transaction is committed; at once when there is none."""
    transaction.on_commit(partial(ring, task, *args), robust=True)


def ring(task, *args):
    """Send a Celery task its ids, unless the broker failed less than 30 s ago. Returns whether it was sent."""
    if now() < _quiet_until.value:
        return False
    try:
        task.apply_async(args, retry=False)
    except Exception as error:  # whatever the broker's client raises, the row is safe
        _quiet_until.value = now() + QUIET_SECONDS
        log.warning("No ringing for %s s, the broker failed: %s", QUIET_SECONDS, error)
        return False
    return True


def listen_again():
    """Forget the last failure."""
    _quiet_until.value = 0.0
