"""A run with a long list: the press takes the first turn, workers the others, and whoever dies loses one."""

import pytest

from erp_integrations import actions, sweeper, tasks
from erp_integrations.export import launch, launching
from erp_integrations.export.runs import progress_of
from erp_integrations.models import ExportJob, ExportRun
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications import doorbell, locks, trace
from tests.erp_integrations.accounting import connected_company
from tests.real.databases import as_owner

NO_ERP = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def turns_of_two(monkeypatch):
    monkeypatch.setattr(launching, "A_TURN", 2)


@pytest.fixture
def rings(monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "ring_on_commit", lambda task, *told: rung.append((task, *told)))
    monkeypatch.setattr(doorbell, "ring", lambda task, *told: rung.append((task, *told)) or True)
    return rung


@pytest.fixture
def offline(db):
    return connected_company(NO_ERP)


def statuses():
    return list(OwnerInvoice.objects.order_by("pk").values_list("erp_status", flat=True))


def test_a_press_takes_the_first_turn_and_a_worker_the_others(offline, rings):
    for _ in range(5):
        offline.accepted_invoice()

    run = offline.export()

    assert statuses() == [ErpStatus.EXPORTING] * 2 + [ErpStatus.ACCEPTED] * 3
    assert (run.launched_at, progress_of(run)["total"]) == (None, 5)
    assert rings.count((tasks.launch_run, run.pk)) == 1

    rings.clear()
    tasks.launch_run(run.pk)
    assert (statuses().count(ErpStatus.EXPORTING), rings.count((tasks.launch_run, run.pk))) == (4, 1)

    rings.clear()
    tasks.launch_run(run.pk)
    run.refresh_from_db()
    assert statuses() == [ErpStatus.EXPORTING] * 5
    assert run.launched_at is not None
    assert (tasks.launch_run, run.pk) not in rings
    assert (tasks.export_due, offline.connection.pk) in rings


def test_a_list_that_fits_into_one_turn_is_launched_by_the_press(offline, rings):
    offline.accepted_invoice(), offline.accepted_invoice()

    assert offline.export().launched_at is not None
    assert (tasks.launch_run, ExportRun.objects.get().pk) not in rings


def test_every_job_carries_the_trace_of_the_press(offline, rings):
    for _ in range(3):
        offline.accepted_invoice()

    trace.begin("the-press")
    run = offline.export()
    trace.begin("a-worker")
    launch(run.pk)

    assert list(ExportJob.objects.values_list("trace", flat=True)) == ["the-press"] * 3
    assert trace.current() == "a-worker"


def test_what_is_undone_before_its_turn_stays_and_the_run_says_why(offline, rings):
    invoices = [offline.accepted_invoice() for _ in range(3)]
    run = offline.export()

    actions.undo_accept(invoices[2].pk, actor=offline.approver)
    launch(run.pk)

    run.refresh_from_db()
    assert list(run.skipped) == [str(invoices[2].pk)]
    assert (statuses()[2], progress_of(run)["total"]) == (ErpStatus.READY_TO_EXPORT, 2)


def test_what_is_accepted_after_the_press_is_not_part_of_it(offline, rings):
    for _ in range(3):
        offline.accepted_invoice()
    run = offline.export()
    offline.accepted_invoice()

    while launch(run.pk):
        pass

    assert statuses() == [ErpStatus.EXPORTING] * 3 + [ErpStatus.ACCEPTED]


def test_a_second_press_meanwhile_finds_the_run_and_starts_none(offline, rings):
    for _ in range(5):
        offline.accepted_invoice()

    runs = [offline.export(), offline.export()]

    assert runs[0] == runs[1]
    assert statuses().count(ErpStatus.EXPORTING) == 4


def test_two_never_launch_one_run_at_once(offline, rings):
    for _ in range(3):
        offline.accepted_invoice()
    run = offline.export()

    with as_owner() as colleague:
        colleague.execute("SELECT pg_advisory_lock(%s::int, %s::int)", [locks.LAUNCH, run.pk])
        assert not launch(run.pk)
        assert statuses().count(ErpStatus.EXPORTING) == 2

        colleague.execute("SELECT pg_advisory_unlock(%s::int, %s::int)", [locks.LAUNCH, run.pk])
        launch(run.pk)
        assert statuses() == [ErpStatus.EXPORTING] * 3


def test_the_sweeper_rings_for_a_launch_that_nobody_goes_on_with(offline, rings, monkeypatch):
    """The web process was killed before the first turn."""
    for _ in range(2):
        offline.accepted_invoice()
    with monkeypatch.context() as killed:
        killed.setattr(launching, "_join", _die)
        with pytest.raises(SystemExit):
            offline.export()
    run = ExportRun.objects.get()

    sweeper.sweep()

    assert (tasks.launch_run, run.pk) in rings
    tasks.launch_run(run.pk)
    assert statuses() == [ErpStatus.EXPORTING] * 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("joined_before", [0, 2])
def test_without_a_broker_the_sweeper_launches_and_exports(erp, monkeypatch, joined_before):
    accounting = connected_company(erp.url)
    monkeypatch.setattr(doorbell, "ring", lambda *_: False)
    for _ in range(5):
        accounting.accepted_invoice()
    if joined_before:
        accounting.export()
    else:
        ExportRun.objects.create(
            company=accounting.company,
            number=1,
            started_by=accounting.approver,
            invoice_ids=list(OwnerInvoice.objects.order_by("pk").values_list("pk", flat=True)),
        )

    sweeper.sweep_without_broker()

    assert statuses() == [ErpStatus.SYNCED] * 5
    assert len(erp.json("/ledger")) == 5
    assert ExportRun.objects.get().finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_where_no_worker_answers_the_sweeper_launches_after_a_while(erp, rings, clock):
    accounting = connected_company(erp.url)
    for _ in range(3):
        accounting.accepted_invoice()
    accounting.export()
    sweeper.sweep_without_broker()
    assert statuses().count(ErpStatus.ACCEPTED) == 1

    clock.advance(minutes=2)
    sweeper.sweep_without_broker()

    assert statuses() == [ErpStatus.SYNCED] * 3


def _die(*_):
    raise SystemExit
