"""What comes in between while the ERP is asked for a person's answer; controls show what the checks prevent."""

from decimal import Decimal

import pytest

from erp_integrations import actions
from erp_integrations.adapters.base import NotFound, Snapshot
from erp_integrations.adapters.demo import DemoErp
from erp_integrations.exceptions import AnswerRefused, BeingAsked, ConnectionInDoubt
from erp_integrations.export import questions
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import AttemptOutcome, ErpDocument, ExportJob, JobState, Outcome
from invoicing.exceptions import InvoicingError, StaleVersion
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory, UserFactory
from tests.faults.test_races import NO_ERP

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

UNANSWERED = Answer(Outcome.UNKNOWN, code="TIMEOUT")
REFUSED = Answer(Outcome.REFUSED, code="PERIOD_CLOSED")
WHY = "Looked in the ledger, nothing there."


@pytest.fixture
def accounting():
    return connected_company(NO_ERP, personality="lookup")


@pytest.fixture
def colleague(accounting):
    user = UserFactory(name="Marta Lund")
    MembershipFactory(company=accounting.company, user=user, approver=True)
    return user


@pytest.fixture
def meanwhile(monkeypatch):
    """An ERP that shows nothing by reference and AR-7 by number; `meanwhile(act)` acts while it is first asked."""
    waiting = []

    def find(adapter, reference):
        while waiting:
            waiting.pop()()
        return NotFound()

    def read(adapter, erp_id):
        if erp_id != "AR-7":
            return None
        billed_on = OwnerInvoice.objects.latest("pk").billing_date
        return Snapshot("7", number="AR-7", total=Decimal("9000.00"), date=billed_on)

    monkeypatch.setattr(DemoErp, "find", find)
    monkeypatch.setattr(DemoErp, "read", read)
    return waiting.append


def ended(accounting, answer):
    """An invoice whose one write ended with this answer."""
    invoice = accounting.accepted_invoice()
    accounting.export()
    finish(claim_next(accounting.connection.pk), answer)
    return invoice


def there(invoice, actor):
    return actions.answer_there(invoice.pk, number="AR-7", actor=actor)


def absent(invoice, actor):
    return actions.answer_absent(invoice.pk, reason=WHY, actor=actor)


def removed(invoice, actor):
    return actions.answer_removed(invoice.pk, number="", reason=WHY, actor=actor)


def link(invoice, actor):
    return actions.link_to_erp(invoice.pk, number="AR-7", actor=actor)


def stands(invoice):
    """ERP status and states of all its jobs."""
    jobs = ExportJob.objects.filter(invoice=invoice).order_by("pk")
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status, list(jobs.values_list("state", flat=True))


SYNCED = (ErpStatus.SYNCED, [JobState.SUCCEEDED])
SENT_AGAIN = (ErpStatus.EXPORTING, [JobState.CANCELLED, JobState.QUEUED])
FAILED = (ErpStatus.FAILED, [JobState.CANCELLED, JobState.FAILED])


@pytest.mark.parametrize(
    ("slow", "quick", "left"),
    [(there, absent, SENT_AGAIN), (absent, there, SYNCED), (there, removed, FAILED), (absent, absent, SENT_AGAIN)],
)
def test_of_two_answers_the_first_counts_and_the_second_is_told(accounting, colleague, meanwhile, slow, quick, left):
    invoice = ended(accounting, UNANSWERED)
    meanwhile(lambda: quick(invoice, colleague))

    with pytest.raises(StaleVersion, match=r"Marta Lund .* this at"):
        slow(invoice, accounting.approver)

    assert stands(invoice) == left
    assert AttemptOutcome.objects.filter(stale=True).count() == 1


def test_two_answers_at_the_same_moment_have_one_winner(accounting, colleague, meanwhile, at_once):
    for _ in range(15):
        invoice = ended(accounting, UNANSWERED)

        results = at_once(lambda i=invoice: there(i, accounting.approver), lambda i=invoice: absent(i, colleague))

        losers = [each for each in results if isinstance(each, InvoicingError | AnswerRefused)]
        assert len(losers) == 1, results
        assert stands(invoice) in (SYNCED, SENT_AGAIN)
        ErpDocument.objects.update(detached_at=invoice.sent_at)
        ExportJob.objects.update(state=JobState.CANCELLED)


@pytest.mark.parametrize("answer", [there, absent, removed])
def test_an_answer_loses_to_a_workers_finish_in_between(accounting, meanwhile, clock, answer):
    invoice = ended(accounting, UNANSWERED)

    def work():
        clock.advance(hours=1)
        finish(claim_next(accounting.connection.pk), Answer(Outcome.CREATED, (Snapshot("8", number="AR-8"),)))

    meanwhile(work)

    with pytest.raises(StaleVersion):
        answer(invoice, accounting.approver)

    assert stands(invoice) == SYNCED
    assert ErpDocument.objects.get().number == "AR-8"


def claimed_between(accounting, clock, claims):
    clock.advance(hours=1)
    claims.append(claim_next(accounting.connection.pk))


@pytest.mark.parametrize("is_over", [False, True])
def test_a_claim_in_between_counts_even_when_it_changes_nothing_people_see(accounting, meanwhile, clock, is_over):
    invoice, claims = ended(accounting, UNANSWERED), []

    def work():
        claimed_between(accounting, clock, claims)
        if is_over:
            finish(claims[0], UNANSWERED)

    meanwhile(work)

    with pytest.raises(BeingAsked):
        absent(invoice, accounting.approver)

    assert is_over or finish(claims[0], UNANSWERED)
    assert stands(invoice) == (ErpStatus.NEEDS_CHECK, [JobState.UNKNOWN])


def test_without_the_check_an_answer_takes_the_job_from_the_worker_that_holds_it(
    accounting, meanwhile, clock, monkeypatch
):
    """The control."""
    invoice, claims = ended(accounting, UNANSWERED), []
    meanwhile(lambda: claimed_between(accounting, clock, claims))
    monkeypatch.setattr(questions, "_still_holds", lambda question: True)

    absent(invoice, accounting.approver)

    assert finish(claims[0], UNANSWERED) is False
    assert stands(invoice) == SENT_AGAIN


def test_what_another_was_shown_outweighs_an_absence(accounting, colleague, meanwhile):
    invoice = ended(accounting, UNANSWERED)

    def look():
        with pytest.raises(AnswerRefused):
            actions.accept_difference(invoice.pk, number="AR-7", seen="", reason=WHY, actor=colleague)

    meanwhile(look)

    with pytest.raises(AnswerRefused, match="Somebody else was just shown it"):
        absent(invoice, accounting.approver)

    assert stands(invoice) == (ErpStatus.NEEDS_CHECK, [JobState.UNKNOWN])


@pytest.mark.parametrize("is_claimed", [False, True])
def test_link_loses_to_a_retry(accounting, colleague, meanwhile, clock, is_claimed):
    invoice = ended(accounting, REFUSED)

    def retry():
        actions.retry_export(invoice.pk, actor=colleague)
        if is_claimed:
            claim_next(accounting.connection.pk)

    meanwhile(retry)

    with pytest.raises(StaleVersion, match=r"Marta Lund retried this at"):
        link(invoice, accounting.approver)

    assert OwnerInvoice.objects.get(pk=invoice.pk).erp_status == ErpStatus.EXPORTING
    assert not ErpDocument.objects.exists()


def test_link_loses_to_a_retry_that_has_failed_again(accounting, colleague, meanwhile):
    invoice = ended(accounting, REFUSED)

    def retry():
        actions.retry_export(invoice.pk, actor=colleague)
        finish(claim_next(accounting.connection.pk), REFUSED)

    meanwhile(retry)

    with pytest.raises(StaleVersion):
        link(invoice, accounting.approver)

    assert OwnerInvoice.objects.get(pk=invoice.pk).erp_status == ErpStatus.FAILED


def test_link_does_not_outlive_a_change_of_the_address(accounting, meanwhile):
    invoice = ended(accounting, REFUSED)
    elsewhere = {"url": "http://127.0.0.1:10", "personality": "lookup"}
    meanwhile(
        lambda: actions.connect_erp(accounting.company.pk, adapter="demo", settings=elsewhere, secrets={"token": "t"})
    )

    with pytest.raises(BeingAsked):
        link(invoice, accounting.approver)

    assert OwnerInvoice.objects.get(pk=invoice.pk).erp_status == ErpStatus.FAILED


def test_the_address_cannot_change_while_a_worker_calls(accounting):
    accounting.accepted_invoice()
    accounting.export()
    claim_next(accounting.connection.pk)

    with pytest.raises(ConnectionInDoubt):
        actions.connect_erp(accounting.company.pk, adapter="demo", settings={"url": NO_ERP + "0"}, secrets={})


def test_two_links_at_the_same_moment_are_one(accounting, colleague, meanwhile, at_once):
    for _ in range(10):
        invoice = ended(accounting, REFUSED)

        at_once(lambda i=invoice: link(i, accounting.approver), lambda i=invoice: link(i, colleague))

        assert InvoiceEvent.objects.filter(invoice=invoice, move="complete").count() == 1
        ErpDocument.objects.update(detached_at=invoice.sent_at)
        ExportJob.objects.update(state=JobState.CANCELLED)
