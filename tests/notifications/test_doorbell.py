"""A ring wakes a worker or is lost; it never stands in anybody's way."""

import os
import signal
import time

import pytest
from django.db import transaction

from notifications import doorbell
from notifications.tasks import deliver_email


@pytest.fixture
def queue(broker):
    """How many rings wait at the broker; nothing at first."""
    broker.client.flushdb()
    return lambda: broker.client.llen("celery")


@pytest.fixture
def at(monkeypatch):
    """Sets the process's own clock: `at(31)` is 31 seconds after now."""
    start = time.monotonic()
    return lambda seconds: monkeypatch.setattr(doorbell, "now", lambda: start + seconds)


@pytest.fixture
def broker_away(broker):
    broker.stop()
    yield
    if broker.child is None:
        broker.start()


def test_a_ring_reaches_the_broker(queue):
    assert doorbell.ring(deliver_email, 7) is True
    assert queue() == 1


def test_a_broker_that_is_away_is_no_error_and_no_wait(broker_away):
    began = time.monotonic()

    rung = doorbell.ring(deliver_email, 7)

    assert rung is False
    assert time.monotonic() - began < 3


def test_after_a_failure_nobody_rings_for_thirty_seconds(broker, broker_away, at):
    at(0)
    doorbell.ring(deliver_email, 1)
    broker.start()

    rung = []
    for seconds in (1, 29.9, 30.1):
        at(seconds)
        rung.append(doorbell.ring(deliver_email, seconds))

    assert rung == [False, False, True]
    assert broker.client.llen("celery") == 1


def test_a_broker_that_came_back_is_reached_by_the_first_ring(broker, queue):
    doorbell.ring(deliver_email, 1)
    broker.stop()
    broker.start()

    assert doorbell.ring(deliver_email, 2) is True
    assert queue() >= 1


def test_a_broker_that_hangs_holds_nobody_up_for_long(broker, queue):
    pid = broker.child.popen.pid
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        rung = doorbell.ring(deliver_email, 1)
    finally:
        os.kill(pid, signal.SIGCONT)

    assert rung is False
    assert time.monotonic() - began < 8


@pytest.mark.django_db(transaction=True)
def test_a_ring_on_commit_waits_for_it_and_outlives_the_broker(queue, broker, broker_away):
    with transaction.atomic():
        doorbell.ring_on_commit(deliver_email, 7)

    broker.start()
    doorbell.listen_again()
    with transaction.atomic():
        doorbell.ring_on_commit(deliver_email, 8)
        waiting = queue()

    assert (waiting, queue()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_rung_for(queue):
    with transaction.atomic():
        doorbell.ring_on_commit(deliver_email, 7)
        transaction.set_rollback(True)

    assert queue() == 0
