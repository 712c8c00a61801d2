"""The broker is away or hangs while people press Export to ERP: nobody waits long, and all is exported without it."""

import http.client
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.laptop.ports import LOOPBACK, any_free_port
from erp_integrations import sweeper, tasks
from notifications import doorbell
from tests.erp_integrations.accounting import connected_company
from tests.faults.checker import findings
from tests.faults.nemesis import SCALE, frozen
from tests.faults.people import all_synced
from tests.faults.workers import forked
from tests.real.processes import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.OWN_BROKER, reason="a broker that REDIS_URL names is not ours to stop"),
]

COMPANIES = 6


@contextmanager
def stopped(broker):
    broker.stop()
    try:
        yield
    finally:
        broker.start()


def press_export(url, accounting):
    """As the approver's browser does; status and seconds."""
    client = Client()
    client.force_login(accounting.approver)
    token = "t" * 32
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
    path = reverse("erp_integrations:export", kwargs={"company": accounting.company.slug})
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.monotonic()
    connection.request("POST", path, f"csrfmiddlewaretoken={token}", headers)
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - started


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["stopped", "frozen"])
def test_export_to_erp_answers_in_time_and_is_exported(processes, broker, erp, loss):
    companies = [connected_company(erp.url, company=f"company {n}") for n in range(COMPANIES)]
    for accounting in companies:
        accounting.accepted_invoice()
    port = any_free_port()
    processes.start_web(port)
    gone = stopped(broker) if loss == "stopped" else frozen(broker.child.popen.pid)

    with gone:
        answers = [press_export(f"http://{LOOPBACK}:{port}", accounting) for accounting in companies]
        environment = {"EXPORT_TIME_SCALE": str(SCALE)}
        processes.start("sweeper", ("python", "manage.py", "export_sweeper", "--every", "1.5"), **environment)
        wait_for(all_synced, seconds=60, what="the export without a broker")

    seconds = [took for _, took in answers]
    assert [status for status, _ in answers] == [302] * COMPANIES
    assert seconds[0] < 6
    assert sorted(seconds[1:])[-2] < 1, seconds  # one of them may meet a machine that is busy with other tests
    assert findings(erp.json("/ledger")) == []


def test_one_process_that_met_the_silence_tells_those_it_was_forked_with(broker):
    with stopped(broker):
        forked(lambda: doorbell.ring(tasks.export_due, 1))

    heard_at_first = doorbell.ring(tasks.export_due, 1)
    doorbell.listen_again()

    assert not heard_at_first
    assert doorbell.ring(tasks.export_due, 1)
    broker.client.flushall()


def test_rings_that_no_worker_answers_are_answered_by_the_sweeper(broker, erp, clock):
    """The broker is well; the worker's pool is not: one of its processes was killed with the queue's lock in hand."""
    accounting = connected_company(erp.url)
    accounting.accepted_invoice()
    accounting.export()

    sweeper.sweep_without_broker()
    rung = not all_synced()
    clock.advance(seconds=70)
    sweeper.sweep_without_broker()

    assert rung
    assert all_synced()
    assert findings(erp.json("/ledger")) == []
    broker.client.flushall()
