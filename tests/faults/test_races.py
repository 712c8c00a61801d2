"""People and workers at the same moment, on the real database; a control shows what the lock prevents."""

import threading

import pytest

from erp_integrations import actions, export
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ExportJob, ExportRun, JobState, Outcome
from invoicing import lifecycle
from invoicing.exceptions import TransitionNotAllowed
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import BillingStatus, ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 50
# Nobody is called in these tests.
NO_ERP = "http://127.0.0.1:9"


@pytest.fixture
def accounting():
    return connected_company(NO_ERP)


@pytest.fixture
def second_approver(accounting):
    user = UserFactory(name="Marta Lund")
    MembershipFactory(company=accounting.company, user=user, approver=True)
    return user


def queue_again(invoice, run):
    """Put an invoice that is somewhere by now back to Exporting, with a fresh job that is due."""
    ExportJob.objects.filter(invoice=invoice).update(state=JobState.CANCELLED)
    OwnerInvoice.objects.filter(pk=invoice.pk).update(status=BillingStatus.APPROVED, erp_status=ErpStatus.EXPORTING)
    return export.open_job(invoice, run.company.erp_connection, run)


def test_of_two_approvers_one_wins_and_the_other_is_told_who_and_when(accounting, second_approver, at_once):
    invoice = accounting.sent_invoice()

    for _ in range(ROUNDS):
        results = at_once(
            lambda: actions.accept_invoice(invoice.pk, actor=accounting.approver),
            lambda: actions.accept_invoice(invoice.pk, actor=second_approver),
        )

        (loser,) = [each for each in results if isinstance(each, TransitionNotAllowed)]
        winner = OwnerInvoice.objects.get(pk=invoice.pk).accepted_by
        assert str(loser).startswith(f"{winner.name} accepted this at ")
        assert str(loser).endswith("PC-001 #1 is Accepted. Nothing was changed.")
        actions.undo_accept(invoice.pk, actor=accounting.approver)

    assert InvoiceEvent.objects.filter(invoice=invoice, move="accept").count() == ROUNDS


def test_without_the_lock_both_approvers_win(accounting, second_approver, at_once, monkeypatch):
    """The control: what the row lock prevents."""
    invoice = accounting.sent_invoice()
    both_have_looked, look = threading.Barrier(2), lifecycle._refuse_unless_allowed

    def look_and_wait(*args):
        look(*args)
        both_have_looked.wait(timeout=10)

    monkeypatch.setattr(
        lifecycle, "lock", lambda pk: OwnerInvoice.objects.select_related("contract", "company").get(pk=pk)
    )
    monkeypatch.setattr(lifecycle, "_refuse_unless_allowed", look_and_wait)

    at_once(
        lambda: actions.accept_invoice(invoice.pk, actor=accounting.approver),
        lambda: actions.accept_invoice(invoice.pk, actor=second_approver),
    )

    assert InvoiceEvent.objects.filter(invoice=invoice, move="accept").count() == 2


def test_accept_against_reject_has_one_winner(accounting, second_approver, at_once):
    for _ in range(ROUNDS // 5):
        invoice = accounting.sent_invoice()

        at_once(
            lambda pk=invoice.pk: actions.accept_invoice(pk, actor=accounting.approver),
            lambda pk=invoice.pk: actions.reject_invoice(pk, actor=second_approver, reason="Wrong period", version=3),
        )

        moves = set(InvoiceEvent.objects.filter(invoice=invoice).values_list("move", flat=True))
        assert len(moves & {"accept", "reject"}) == 1


def test_retry_against_finish_against_reject_never_deadlocks(accounting, at_once):
    invoice = accounting.accepted_invoice()
    run = accounting.export()

    for _ in range(ROUNDS):
        job = queue_again(invoice, run)
        claim = claim_next(accounting.connection.pk)

        at_once(
            lambda claim=claim: finish(claim, Answer(Outcome.REFUSED, code="PERIOD_CLOSED")),
            lambda: actions.retry_export(invoice.pk, actor=accounting.approver),
            lambda: actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong period"),
        )

        job.refresh_from_db()
        status = OwnerInvoice.objects.get(pk=invoice.pk).erp_status
        assert (status, job.state) in {
            (ErpStatus.FAILED, JobState.FAILED),
            (ErpStatus.EXPORTING, JobState.QUEUED),
            (ErpStatus.REJECTED, JobState.CANCELLED),
        }


def test_two_presses_of_export_are_one_run_with_one_job_per_invoice(accounting, second_approver, at_once):
    for _ in range(5):
        invoices = [accounting.accepted_invoice() for _ in range(3)]

        first, second = at_once(
            lambda: actions.start_export(accounting.company.pk, actor=accounting.approver),
            lambda: actions.start_export(accounting.company.pk, actor=second_approver),
        )

        assert first.pk == second.pk
        assert ExportJob.objects.filter(invoice__in=[each.pk for each in invoices]).count() == 3
        assert ExportRun.objects.get(pk=first.pk).skipped == {}
        ExportJob.objects.update(state=JobState.CANCELLED)
        ExportRun.objects.update(finished_at=first.started_at)


def test_two_workers_never_claim_the_same_job(accounting, at_once):
    for _ in range(4):
        accounting.accepted_invoice()
    accounting.export()

    claims = at_once(*[lambda: claim_next(accounting.connection.pk)] * 4)

    claimed = [claim.job.pk for claim in claims if claim is not None]
    assert len(claimed) == len(set(claimed)) == 2
