"""kill -9 of the worker at each named moment: whatever it had done by then, the invoice is booked once."""

import runpy

import pytest

from erp_integrations import export, tasks
from erp_integrations.export import fail_points
from erp_integrations.export.claim import claim_next
from erp_integrations.models import ExportAttempt, JobState
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company, switch_faults
from tests.faults.checker import findings
from tests.faults.workers import KILLED, forked, work_off

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def accounting(erp):
    return connected_company(erp.url)


def export_one(accounting):
    return lambda: export.export_next(accounting.connection.pk)


def statuses():
    return list(OwnerInvoice.objects.order_by("pk").values_list("erp_status", flat=True))


# The point, documents in the ERP at the kill, and attempts on file: what is found there differs from point to point.
POINTS = [
    (fail_points.AFTER_CLAIM, 0, 0),
    (fail_points.AFTER_ATTEMPT_ROW, 0, 1),
    (fail_points.AFTER_RESPONSE, 1, 1),
    (fail_points.BEFORE_FINISH, 1, 1),
    (fail_points.AFTER_FINISH, 1, 1),
]
# Nothing sent yet, and everything but written down: the rest lies between.
QUICK = {fail_points.AFTER_ATTEMPT_ROW, fail_points.BEFORE_FINISH}


def quick_or_slow(point, *figures):
    return pytest.param(point, *figures, marks=() if point in QUICK else pytest.mark.slow, id=point)


@pytest.mark.parametrize(("point", "booked", "attempts"), [quick_or_slow(*each) for each in POINTS])
def test_killed_at(accounting, erp, clock, point, booked, attempts):
    accounting.accepted_invoice()
    accounting.export()

    assert forked(export_one(accounting), fail_point=point) == KILLED
    assert (len(erp.json("/ledger")), ExportAttempt.objects.count()) == (booked, attempts)
    work_off(clock)

    assert statuses() == [ErpStatus.SYNCED]
    assert findings(erp.json("/ledger")) == []


def test_killed_by_the_erp_after_send(accounting, erp, clock):
    """It has booked, and nobody is left to hear of it."""
    accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "kill_caller")

    assert forked(export_one(accounting), tells_caller=True) == KILLED
    assert len(erp.json("/ledger")) == 1
    work_off(clock)

    assert statuses() == [ErpStatus.SYNCED]
    assert findings(erp.json("/ledger")) == []


def test_killed_before_it_rings_for_what_is_left(accounting, erp, clock, monkeypatch):
    for _ in range(2):
        accounting.accepted_invoice()
    accounting.export()
    # Time for one job and no more.
    monkeypatch.setattr(export, "export_due", lambda connection_id: export.export_next(connection_id) is not None)

    killed = forked(lambda: tasks.export_due(accounting.connection.pk), fail_point=fail_points.BEFORE_RING)

    assert killed == KILLED
    assert statuses() == [ErpStatus.SYNCED, ErpStatus.EXPORTING]
    work_off(clock)
    assert statuses() == [ErpStatus.SYNCED] * 2
    assert findings(erp.json("/ledger")) == []


def test_no_worker_dies_where_none_is_armed(accounting, erp):
    accounting.accepted_invoice()
    accounting.export()

    assert forked(export_one(accounting)) == 0

    assert findings(erp.json("/ledger")) == []


def test_every_named_point_is_tried():
    assert {point for point, *_ in POINTS} | {fail_points.BEFORE_RING} == set(fail_points.FAIL_POINTS)


def test_no_environment_arms_the_product(monkeypatch):
    monkeypatch.setenv("EXPORT_FAIL_POINT", fail_points.AFTER_CLAIM)
    monkeypatch.setenv("ERP_IS_TOLD_CALLER", "yes")

    product = runpy.run_path("config/settings.py")

    assert (product["EXPORT_FAIL_POINT"], product["ERP_IS_TOLD_CALLER"]) == ("", False)


def test_a_killed_workers_lease_is_not_taken_over_early(accounting, erp, clock):
    accounting.accepted_invoice()
    accounting.export()
    forked(export_one(accounting), fail_point=fail_points.AFTER_ATTEMPT_ROW)

    clock.advance(seconds=110)
    early = claim_next(accounting.connection.pk)
    clock.advance(seconds=15)
    late = claim_next(accounting.connection.pk)

    assert early is None
    assert (late.job.state, late.attempt.kind) == (JobState.LEASED, "find")
