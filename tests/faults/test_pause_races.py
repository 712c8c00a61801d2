"""Claims, answers, withdrawals and hurry at the same moment, where connections pause and applications wait."""

from functools import partial

import pytest

from erp_integrations import actions, export
from erp_integrations.exceptions import AlreadyTried
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import Claim, claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ErpConnection, ExportJob, JobState, Outcome
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications.clock import TieoutNow
from tests.erp_integrations.accounting import connected_company

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 50
DOWN = Answer(Outcome.NOT_SENT, code="UNREACHABLE", trouble="UNREACHABLE")
REFUSED = Answer(Outcome.REFUSED, code="PERIOD_CLOSED")


@pytest.fixture
def accounting():
    return connected_company("http://127.0.0.1:9")


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def test_withdraw_against_a_claim_has_one_winner(accounting, at_once):
    invoice = accounting.accepted_invoice()
    won = set()

    for _ in range(ROUNDS):
        accounting.export()
        claim, withdrawn = at_once(
            lambda: claim_next(accounting.connection.pk),
            lambda: actions.withdraw_export(invoice.pk, actor=accounting.approver),
        )

        if claim is None:
            assert (withdrawn, status_of(invoice)) == (None, ErpStatus.ACCEPTED)
            won.add("withdraw")
        else:
            assert isinstance(withdrawn, AlreadyTried)
            assert status_of(invoice) == ErpStatus.EXPORTING
            finish(claim, REFUSED)
            won.add("claim")
            ExportJob.objects.filter(invoice=invoice).update(state=JobState.CANCELLED)
            OwnerInvoice.objects.filter(pk=invoice.pk).update(erp_status=ErpStatus.ACCEPTED)

    assert won


def test_of_many_claims_of_a_paused_connection_one_is_the_probe(accounting, at_once):
    for _ in range(4):
        accounting.accepted_invoice()
    accounting.export()
    paused = ErpConnection.objects.filter(pk=accounting.connection.pk)
    paused.update(paused_at=TieoutNow(), paused_because="UNREACHABLE", probe_at=TieoutNow())

    for _ in range(ROUNDS // 5):
        claims = at_once(*[lambda: claim_next(accounting.connection.pk)] * 4)

        (probe,) = [each for each in claims if isinstance(each, Claim)]
        finish(probe, DOWN)
        paused.update(probe_at=TieoutNow())


def test_answers_that_pause_and_open_meet_people_without_a_deadlock(accounting, at_once):
    contract = accounting.contract()
    first, second = accounting.accepted_invoice(contract), accounting.accepted_invoice(contract)
    other = accounting.accepted_invoice()
    accounting.export()
    connection = ErpConnection.objects.filter(pk=accounting.connection.pk)

    for number in range(ROUNDS // 2):
        connection.update(troubles=4, paused_at=None, probe_at=None)
        ExportJob.objects.filter(state__in=["retry_wait", "unknown"]).update(next_attempt_at=TieoutNow())
        claims = [claim_next(accounting.connection.pk) for _ in range(2)]
        answers = (DOWN, REFUSED) if number % 5 == 4 else (DOWN, DOWN)
        at_once(
            *[partial(finish, each, answer) for each, answer in zip(claims, answers, strict=True) if each],
            lambda: actions.try_now(second.pk, actor=accounting.approver),
            lambda: actions.withdraw_export(second.pk, actor=accounting.approver),
        )
        export.withdraw_stranded()
        for each in (first, second, other):
            if status_of(each) == ErpStatus.FAILED:
                actions.retry_export(each.pk, actor=accounting.approver)
        if status_of(second) == ErpStatus.ACCEPTED:
            accounting.export()

    assert {status_of(each) for each in (first, second, other)} == {ErpStatus.EXPORTING}
