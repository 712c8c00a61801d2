"""Transactions that meet head-on: whoever comes second waits, and both end well."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from erp_integrations import actions
from erp_integrations.adapters.base import Snapshot
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import CodeKind, ErpDocument, JobState, Outcome
from tests.erp_integrations.accounting import connected_company
from tests.real.databases import as_owner
from tests.real.processes import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Nobody is called in these tests.
NO_ERP = "http://127.0.0.1:9"
CREATED = Answer(Outcome.CREATED, (Snapshot("7", number="RI-7"),))


@pytest.fixture
def accounting():
    return connected_company(NO_ERP)


def somebody_waits():
    with as_owner() as owner:
        return owner.execute(
            "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        ).fetchone()


def before_commit(first, second):
    """Do `second`, elsewhere, when `first` has done everything but commit; what both returned."""
    is_about_to_commit = threading.Event()

    def hold_open():
        try:
            with transaction.atomic():
                result = first()
                is_about_to_commit.set()
                wait_for(lambda: follower.done() or somebody_waits(), what="the second transaction")
            return result
        finally:
            connection.close()

    def follow():
        is_about_to_commit.wait(10)
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        follower = pool.submit(follow)
        leader = pool.submit(hold_open)
        return leader.result(20), follower.result(20)


def map_owner(accounting):
    return actions.map_code(
        accounting.connection.pk,
        kind=CodeKind.OWNER,
        subject_id=accounting.owner.pk,
        erp_id="C-1002",
        actor=accounting.approver,
    )


def connect(accounting):
    return actions.connect_erp(
        accounting.company.pk, adapter="demo", settings={"url": NO_ERP}, secrets={"token": "new"}
    )


@pytest.mark.parametrize("change", [map_owner, connect])
def test_a_connection_changed_while_a_worker_writes_its_document_down(accounting, change):
    accounting.accepted_invoice()
    accounting.export()
    claim = claim_next(accounting.connection.pk)

    held, changed = before_commit(lambda: finish(claim, CREATED), lambda: change(accounting))

    assert held is True
    assert changed.pk is not None
    assert ErpDocument.objects.get().erp_id == "7"


def test_a_job_that_somebody_holds_does_not_keep_a_worker_from_the_next(accounting):
    held, free = accounting.accepted_invoice(), accounting.accepted_invoice()
    accounting.export()

    _, claim = before_commit(
        lambda: actions.try_now(held.pk, actor=accounting.approver), lambda: claim_next(accounting.connection.pk)
    )

    assert claim.job.invoice_id == free.pk


def test_a_worker_that_finishes_late_while_another_wants_its_job(accounting, clock):
    accounting.accepted_invoice()
    accounting.export()
    late = claim_next(accounting.connection.pk)
    clock.advance(minutes=3)

    held, claim = before_commit(lambda: finish(late, CREATED), lambda: claim_next(accounting.connection.pk))

    late.job.refresh_from_db()
    assert (held, claim) == (True, None)
    assert late.job.state == JobState.SUCCEEDED
