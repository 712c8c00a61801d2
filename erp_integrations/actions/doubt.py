"""What a person answers about an export whose outcome is unknown; each answer is held against what the ERP says."""

from django.db import transaction
from django.utils import timezone

from directory import audit
from erp_integrations import tasks
from erp_integrations.actions.bearing_out import (
    agreed,
    complete,
    found,
    numbers_in,
    refuse,
    refuse_removed,
    under_our_reference,
)
from erp_integrations.exceptions import AnswerRefused, FiguresChanged, NotReadyForErp
from erp_integrations.export import seeking
from erp_integrations.export.answers import found_since, open_next_generation, prepare_next_generation
from erp_integrations.export.calls import figures_of
from erp_integrations.export.questions import ask, drop, open_question, settle
from erp_integrations.models import Outcome
from erp_integrations.readiness import readiness
from invoicing import lifecycle
from invoicing.states import COMPLETE, FAIL, RESUME, ErpStatus

DOUBT = ErpStatus.NEEDS_CHECK


def answer_there(invoice_id, *, number, actor, version=None):
    """*It is there*: Synced, when the ERP has that number for us with the figures that were sent.

    Raises AnswerRefused with the sentence for the field, or what came in between.
    """
    question = open_question(invoice_id, COMPLETE, status=DOUBT, actor=actor, version=version)
    numbers = numbers_in(number)
    answer = ask(question, lambda adapter: seeking.seek(adapter, question.job, numbers))
    agreed(question, answer, numbers)
    under_our_reference(question, answer)
    return settle(question, answer, lambda: complete(question, answer, actor, "Found in the ERP"))


def answer_absent(invoice_id, *, reason, actor, version=None):
    """*It is not there*: the ERP is asked once more, then the invoice is sent again under a new key."""
    question = open_question(invoice_id, RESUME, status=DOUBT, actor=actor, version=version)
    answer = ask(question, lambda adapter: seeking.lacks(adapter, question.job))
    if answer.outcome != Outcome.ABSENT:
        refuse(question, answer)
    ready = readiness([question.invoice])[invoice_id]
    if not ready:
        drop(question, answer)
        raise NotReadyForErp(question.invoice, ready.problems)
    return settle(question, answer, lambda: _send_again(question, actor, reason))


def _send_again(question, actor, reason):
    _refuse_if_found_meanwhile(question)
    invoice = lifecycle.move(question.invoice.pk, RESUME, actor=actor, note=f"Not in the ERP: {reason}")
    job = open_next_generation(invoice, question.job)
    tasks.ring_on_commit(job.connection)
    return invoice


def accept_difference(invoice_id, *, number, seen, reason, actor, version=None):
    """*It differs*, and that is accepted: Synced with the ERP's figures, which must be those that the person saw."""
    question = open_question(invoice_id, COMPLETE, status=DOUBT, actor=actor, version=version)
    answer = ask(question, lambda adapter: seeking.seek(adapter, question.job, numbers_in(number)))
    found(question, answer, numbers_in(number))
    if figures_of(answer.documents) != seen:
        drop(question, answer)
        raise FiguresChanged(figures_of(answer.documents))
    note = f"Difference accepted: {reason} The ERP has"
    return settle(question, answer, lambda: complete(question, answer, actor, note))


def answer_removed(invoice_id, *, number, reason, actor, version=None):
    """*It was removed in the ERP*: Failed to Export, when the ERP says that it is gone; then retried or rejected."""
    question = open_question(invoice_id, FAIL, status=DOUBT, actor=actor, version=version)
    numbers = numbers_in(number)
    gone = _named_by_the_erp(question.job, numbers)
    answer = ask(question, lambda adapter: seeking.lost(adapter, question.job, gone))
    if answer.outcome != Outcome.ABSENT:
        refuse_removed(question, answer, numbers)
    return settle(question, answer, lambda: _fail(question, actor, reason))


def _named_by_the_erp(job, numbers):
    """All that the ERP named for this job, if the numbers typed are of them: another's absence proves nothing."""
    return job.numbers_told if set(numbers) <= set(job.numbers_told) else []


def _fail(question, actor, reason):
    _refuse_if_found_meanwhile(question)
    invoice = lifecycle.move(question.invoice.pk, FAIL, actor=actor, note=f"Removed in the ERP: {reason}")
    prepare_next_generation(invoice, question.job, code="REMOVED")
    return invoice


def _refuse_if_found_meanwhile(question):
    """An absence does not outweigh what somebody else was shown since it was asked for."""
    if found_since(question.attempt):
        raise AnswerRefused("Somebody else was just shown it by the ERP. Reload, then look again.")


@transaction.atomic
def leave_in_doubt(invoice_id, *, actor):
    """*Leave it*: nothing changes but the record that somebody has looked."""
    invoice = lifecycle.lock(invoice_id)
    audit.record(invoice.company_id, actor=actor, action="export.leave", subject=invoice.number, at=timezone.now())
    return invoice
