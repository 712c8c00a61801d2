"""Locks for work that is more than one transaction: they last as long as the block, or the database session."""

from contextlib import contextmanager

from django.db import connection

# What is locked, for all apps, so that no two share a number.
SWEEPER, LAUNCH = 7_305_001, 7_305_002


@contextmanager
def alone(what, row_id=0):
    """Whether nobody else is in such a block; never waits. A process that dies gives the lock back."""
    lock = [what, row_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
        (locked,) = cursor.fetchone()
    try:
        yield locked
    finally:
        if locked:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
