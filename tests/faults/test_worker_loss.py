"""A real worker, its pool, a real sweeper, at a tenth of the timing law: killed, doubled, flushed, and each answer."""

import time

import pytest
from django.conf import settings

from config.laptop import children
from config.services import SERVICES
from erp_integrations import tasks
from erp_integrations.actions import try_connection
from erp_integrations.models import ErpConnection, ExportAttempt, ExportJob, JobState
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company, heal, switch_faults
from tests.faults.checker import findings
from tests.faults.nemesis import ERP_MODES, SCALE
from tests.faults.people import all_synced, moving
from tests.real.processes import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SWEEP = 15 * SCALE
LEASE, ATTEMPT = 120 * SCALE, 60 * SCALE
ENVIRONMENT = {"EXPORT_TIME_SCALE": str(SCALE), "ERP_IS_TOLD_CALLER": "yes"}


@pytest.fixture
def sweeper(processes):
    return processes.start("sweeper", (*SERVICES["sweeper"].command, "--every", str(SWEEP)), **ENVIRONMENT)


@pytest.fixture
def worker(processes, broker):
    broker.client.flushall()
    return processes.start_worker(**ENVIRONMENT)


@pytest.fixture
def accounting(erp):
    return connected_company(erp.url, lookup_delay_s="2")


def is_booked(erp):
    return lambda: erp.json("/ledger")


def test_killed_in_mid_call_it_is_exported_once_within_lease_sweep_and_one_attempt(
    accounting, erp, processes, worker, sweeper
):
    accounting.accepted_invoice()
    switch_faults(erp, "hang_after_store", delay=30)
    accounting.export()
    wait_for(is_booked(erp), what="the call")

    killed_at = time.monotonic()
    children.end_group(worker.popen)
    processes.start_worker("second", **ENVIRONMENT)
    wait_for(all_synced, seconds=60, what="the export")

    assert time.monotonic() - killed_at < LEASE + SWEEP + ATTEMPT
    assert findings(erp.json("/ledger")) == []


def test_the_erp_kills_a_worker_and_the_pool_goes_on(accounting, erp, worker, sweeper):
    for _ in range(4):
        accounting.accepted_invoice()
    switch_faults(erp, "kill_caller", times=2)

    accounting.export()
    wait_for(all_synced, seconds=60, what="the export")

    assert ExportJob.objects.filter(attempts__gt=1).count() == 2
    assert findings(erp.json("/ledger")) == []


def test_worker_and_sweeper_killed_together_and_started_again(accounting, erp, processes, worker, sweeper):
    for _ in range(4):
        accounting.accepted_invoice()
    switch_faults(erp, "slow", times=10, delay=2)
    accounting.export()
    wait_for(lambda: ExportJob.objects.filter(state=JobState.LEASED).exists(), what="the first claim")

    children.end_group(worker.popen)
    children.end_group(sweeper.popen)
    heal(erp)
    processes.start_worker("second", **ENVIRONMENT)
    processes.start("sweeper", (*SERVICES["sweeper"].command, "--every", str(SWEEP)), **ENVIRONMENT)
    wait_for(all_synced, seconds=60, what="the export")

    assert findings(erp.json("/ledger")) == []


def test_the_doorbell_rung_fifty_times_is_one_attempt(accounting, erp, worker):
    accounting.accepted_invoice()

    accounting.export()
    for _ in range(50):
        tasks.export_due.delay(accounting.connection.pk)
    wait_for(all_synced, what="the export")

    assert ExportAttempt.objects.count() == 1
    assert findings(erp.json("/ledger")) == []


def test_every_ring_flushed_away(accounting, erp, worker, broker, sweeper):
    for _ in range(6):
        accounting.accepted_invoice()
    switch_faults(erp, "slow", times=6, delay=0.5)
    accounting.export()

    for _ in range(10):
        broker.client.flushall()
        time.sleep(0.1)
    wait_for(all_synced, seconds=60, what="the export")

    assert findings(erp.json("/ledger")) == []


@pytest.mark.skipif(not settings.OWN_BROKER, reason="a broker that REDIS_URL names is not ours to stop")
def test_a_worker_listens_again_after_its_broker_was_restarted(accounting, erp, worker, broker):
    """Without a sweeper: nothing but the ring itself can have woken it."""
    broker.stop()
    broker.start()
    accounting.accepted_invoice()
    time.sleep(2)

    accounting.export()
    wait_for(lambda: all_synced() or ring_again(accounting), seconds=60, what="the export")

    assert findings(erp.json("/ledger")) == []


def ring_again(accounting):
    """A ring may fall on deaf ears while the worker is still connecting."""
    time.sleep(1)
    tasks.export_due.delay(accounting.connection.pk)


# What waits for a person in the end; everything else is synced.
LEFT = dict.fromkeys(("refuse", "redirect"), ErpStatus.FAILED)
LEFT |= dict.fromkeys(("truncate_amount", "move_date", "two_matches"), ErpStatus.NEEDS_CHECK)
DELAYS = {"late_visible": 1.5, "throttle": 1, "unavailable": 1}


def cut_the_pause_short(accounting):
    paused = ErpConnection.objects.filter(company=accounting.company, paused_at__isnull=False)
    wait_for(paused.exists, what="the pause")
    try_connection(accounting.company.pk, actor=accounting.approver)


def test_each_misbehaviour_in_turn_leaves_nothing_lost_or_doubled(erp, worker, sweeper):
    """One worker meets them all, each in a company of its own."""
    rested = {}
    for mode in ERP_MODES:
        accounting = connected_company(erp.url, company=mode, lookup_delay_s="2")
        invoices = [accounting.accepted_invoice().pk for _ in range(2)]
        switch_faults(erp, mode, times=1, delay=DELAYS.get(mode, 10))
        accounting.export()
        if mode == "auth_failed":
            cut_the_pause_short(accounting)
        wait_for(lambda: not moving(), seconds=90, what=f"rest after {mode}")
        heal(erp)
        rested[mode] = set(OwnerInvoice.objects.filter(pk__in=invoices).values_list("erp_status", flat=True))

    assert rested == {mode: {ErpStatus.SYNCED, LEFT.get(mode, ErpStatus.SYNCED)} for mode in ERP_MODES}
    assert findings(erp.json("/ledger")) == []
