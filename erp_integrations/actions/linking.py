"""Link to ERP for what the ERP has already, and Unlink for what it has no longer."""

from dataclasses import dataclass

from django.db.models import Max

from directory.models import AuditEvent
from erp_integrations.actions.bearing_out import agreed, complete, found, numbers_in, refuse, sent_figures
from erp_integrations.exceptions import AnswerRefused
from erp_integrations.export import seeking
from erp_integrations.export.answers import unbook
from erp_integrations.export.calls import Answer, figures_of
from erp_integrations.export.questions import ask, drop, open_question, settle
from erp_integrations.models import ErpDocument, Outcome
from erp_integrations.order import refuse_while_later_ones_move
from invoicing import lifecycle
from invoicing.states import COMPLETE, UNLINK, ErpStatus


@dataclass(frozen=True)
class Comparison:
    """Both sides' figures as text, and whether they agree, so that the two may be linked."""

    ours: str
    theirs: str
    agree: bool


def compare_with_erp(invoice_id, *, number, actor):
    """What the ERP has under a number, beside what was sent; raises AnswerRefused when it cannot be this invoice."""
    question = open_question(invoice_id, COMPLETE, status=ErpStatus.FAILED, actor=actor)
    numbers = numbers_in(number)
    answer = ask(question, lambda adapter: seeking.seek(adapter, question.job, numbers))
    found(question, answer, numbers)
    drop(question, answer)
    return Comparison(sent_figures(question.job), figures_of(answer.documents), agree=answer.outcome != Outcome.DIFFERS)


def link_to_erp(invoice_id, *, number, actor, version=None):
    """Synced, when the ERP has under this number what was sent; it is asked at the moment of linking."""
    question = open_question(invoice_id, COMPLETE, status=ErpStatus.FAILED, actor=actor, version=version)
    numbers = numbers_in(number)
    answer = ask(question, lambda adapter: seeking.seek(adapter, question.job, numbers))
    agreed(question, answer, numbers)
    return settle(question, answer, lambda: complete(question, answer, actor, "Linked to"))


def unlink(invoice_id, *, reason, actor, version=None):
    """Ready to Export again, under a new reference, when the ERP says that the invoice's documents are gone."""
    question = open_question(invoice_id, UNLINK, status=ErpStatus.SYNCED, actor=actor, version=version)
    documents = ErpDocument.objects.filter(job=question.job, detached_at__isnull=True)
    erp_ids = list(documents.order_by("pk").values_list("erp_id", flat=True))
    _refuse_at_another_address(question, documents)
    answer = ask(question, lambda adapter: seeking.lost(adapter, question.job, erp_ids))
    if answer.outcome != Outcome.ABSENT:
        refuse(question, answer)
    return settle(question, answer, lambda: _let_go(question, actor, reason))


def _refuse_at_another_address(question, documents):
    """What another ERP lacks proves nothing: the connection must be the one under which the documents were booked."""
    connection, booked_at = question.job.connection, documents.aggregate(at=Max("attached_at"))["at"]
    told = AuditEvent.objects.filter(company=question.invoice.company_id, action="erp.connect", at__lte=booked_at)
    then = told.order_by("-sequence").first()
    if then is not None and (then.subject, then.detail["settings"]) != (connection.adapter, connection.settings):
        drop(question, Answer(Outcome.UNKNOWN))
        raise AnswerRefused("The ERP connection has changed since this was booked. Nobody can ask the ERP of then.")


def _let_go(question, actor, reason):
    refuse_while_later_ones_move(question.invoice)
    invoice = lifecycle.move(question.invoice.pk, UNLINK, actor=actor, note=f"Gone from the ERP: {reason}")
    unbook(question.job)
    return invoice
