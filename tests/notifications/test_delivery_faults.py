"""Workers that race for a mail, and workers that are killed with one in hand."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from notifications import delivery
from notifications.delivery import deliver, due_emails
from notifications.models import OutgoingEmail
from tests.notifications import factories

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
DELIVER = "import sys, django; django.setup(); from notifications.delivery import deliver; deliver(int(sys.argv[1]))"


def deliver_in_thread(email_id):
    try:
        return deliver(email_id)
    finally:
        connection.close()


def race(email_id, workers):
    """Let so many workers deliver one mail at the same moment. Returns how many say that they did."""
    ready = threading.Barrier(workers)

    def worker(_):
        ready.wait(10)
        return deliver_in_thread(email_id)

    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(worker, range(workers)))


def test_many_workers_send_one_mail_once(post):
    emails = [factories.rejected(dedupe_key=f"race {number}") for number in range(10)]

    sent = [race(email.pk, workers=4) for email in emails]

    assert sent == [1] * 10
    assert len(post.mails) == 10


def test_without_the_claim_they_would_send_it_more_than_once(post, monkeypatch):
    monkeypatch.setattr(delivery, "claim", lambda email_id: OutgoingEmail.objects.get(pk=email_id))
    email = factories.rejected()

    race(email.pk, workers=4)

    assert len(post.mails) == 4


def test_nobody_takes_a_mail_that_is_being_sent(post):
    post.hold = threading.Event()
    email = factories.rejected()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(deliver_in_thread, email.pk)
        assert post.busy.wait(10)
        second = deliver(email.pk)
        due = due_emails()
        post.hold.set()

    assert (first.result(), second, due) == (True, False, [])
    assert len(post.mails) == 1


def test_a_mail_whose_worker_was_killed_is_sent_again(post, clock):
    post.hold = threading.Event()
    email = factories.rejected()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
    }
    with subprocess.Popen([sys.executable, "-c", DELIVER, str(email.pk)], cwd=ROOT, env=environment) as worker:
        assert post.busy.wait(30)
        worker.kill()
    post.answers["data"] = "451 Its sender is gone"
    post.hold.set()

    email.refresh_from_db()
    assert (email.state, due_emails(), deliver(email.pk)) == ("sending", [], False)
    post.stop()
    post.answers.clear()
    post.start()
    clock.shift(seconds=121)

    assert due_emails() == [email.pk]
    assert deliver(email.pk) is True
    assert len(post.mails) == 1


def test_a_worker_that_comes_back_late_changes_nothing(post, clock):
    post.hold = threading.Event()
    email = factories.rejected()

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(deliver_in_thread, email.pk)
        assert post.busy.wait(10)
        clock.shift(seconds=121)
        second = delivery.claim(email.pk)
        post.hold.set()
        assert late.result() is False

    email.refresh_from_db()
    assert (email.state, email.attempts, second.attempts) == ("sending", 2, 2)
