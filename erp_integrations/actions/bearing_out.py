"""Whether what the ERP says bears out what a person says; if not, in words for the field."""

from erp_integrations.adapters.base import Rendered
from erp_integrations.exceptions import AnswerRefused
from erp_integrations.export.answers import attached_elsewhere, book
from erp_integrations.export.calls import figures_of
from erp_integrations.export.questions import drop
from erp_integrations.export.seeking import NO_SUCH_NUMBER, NOT_OFFERED, NOT_SEEN
from erp_integrations.models import Outcome
from invoicing import lifecycle
from invoicing.states import COMPLETE

OUR_REFERENCES = "OI-"


def numbers_in(text):
    """The numbers that a person typed, with commas between them where an export makes several documents."""
    return [each.strip() for each in text.split(",") if each.strip()]


def sent_figures(job):
    """What we sent, as the ERP's side is told: "PC-001-4 9,000.00 on 2026-10-31"."""
    expected = Rendered.from_payload(job.payload).expected
    return ", ".join(f"{job.invoice.number} {each.total:,} on {each.date}" for each in expected)


def found(question, answer, numbers=()):
    """Refuse unless the ERP has the one export's documents, all of them ours, finished, and those that were named."""
    problem = _not_there(question, answer) or _not_ours(question, answer) or _not_named(answer, numbers)
    if problem:
        drop(question, answer)
        raise AnswerRefused(problem, "number")


def agreed(question, answer, numbers):
    """The same, and the figures must be those that were sent."""
    found(question, answer, numbers)
    if answer.outcome == Outcome.DIFFERS:
        drop(question, answer)
        raise AnswerRefused(
            f"The ERP has {figures_of(answer.documents)}. We sent {sent_figures(question.job)}. They must agree.",
            "number",
        )


def under_our_reference(question, answer):
    """Refuse what somebody marked as something else: that it is ours is then a difference to accept."""
    strange = [each for each in answer.documents if each.reference not in ("", question.job.reference)]
    if strange:
        drop(question, answer)
        raise AnswerRefused(
            f"{figures_of(strange)} carries the reference {strange[0].reference}, we sent {question.job.reference}.",
            "number",
        )


def refuse(question, answer):
    """The ERP does not say that it has nothing: tell what it says."""
    drop(question, answer)
    if answer.documents:
        raise AnswerRefused(f"The ERP has it: {figures_of(answer.documents)}. Nothing was sent.")
    raise AnswerRefused(_untold(question, answer) or "The ERP does not say. Nothing was sent.")


def refuse_removed(question, answer, numbers):
    """Nothing shows that it was removed: tell why."""
    if answer.code != NOT_OFFERED:
        refuse(question, answer)
    drop(question, answer)
    raise AnswerRefused(_nothing_shows_it(question.job, numbers), "number")


def _nothing_shows_it(job, numbers):
    """Where the ERP cannot be searched, the absence of what it has named itself is the only proof."""
    erp, told = job.connection.adapter_label, ", ".join(job.numbers_told)
    if not told:
        return f"{erp} never named a document for this invoice. If it has none now, choose It is not there."
    if set(numbers) <= set(job.numbers_told):
        return f"{erp} cannot be asked whether {told} is gone. If it is, choose It is not there."
    return f"{erp} called it {told}, not {', '.join(numbers)}. That another number is not there proves nothing."


def complete(question, answer, actor, note):
    """Synced, with the documents that the ERP showed."""
    invoice = lifecycle.move(
        question.invoice.pk, COMPLETE, actor=actor, note=f"{note} {figures_of(answer.documents)}".strip()
    )
    book(question.job, answer.documents)
    return invoice


def _not_there(question, answer):
    if answer.outcome == Outcome.AMBIGUOUS:
        several = figures_of(answer.documents)
        return f"The ERP has more than one document for this invoice: {several}. Remove all but one there first."
    if answer.outcome == Outcome.PARTLY_DONE:
        return f"{figures_of(answer.documents)} is a draft in the ERP. Press Check now, and Tieout finishes it."
    if not answer.documents:
        return _untold(question, answer) or "The ERP has no document with this number for us. Check the number."
    return ""


def _untold(question, answer):
    """Why the ERP's answer settles nothing."""
    erp = question.job.connection.adapter_label
    return {
        NO_SUCH_NUMBER: f"{erp} has no document with this number. Check it in {erp}.",
        NOT_SEEN: f"{erp} does not show it, but may yet. Look again in some minutes.",
        NOT_OFFERED: f"{erp} cannot be asked just now whether it is there. Look again in some minutes.",
        "LOOKUP_FAILED": f"{erp} could not be asked just now. Nothing was changed. Try again in a minute.",
        "AUTH_EXPIRED": f"{erp} does not accept our sign-in. Nothing was changed. An ERP Admin must reconnect.",
    }.get(answer.code, "")


def _not_ours(question, answer):
    """Another reference of Tieout's is another invoice; one that somebody else wrote is no proof either way."""
    job = question.job
    strange = [each for each in answer.documents if each.reference.startswith(OUR_REFERENCES)]
    strange = [each for each in strange if each.reference != job.reference]
    if strange:
        return f"{figures_of(strange)} carries the reference {strange[0].reference}, this invoice is {job.reference}."
    elsewhere = attached_elsewhere(job, answer.documents)
    if elsewhere:
        return f"{figures_of(answer.documents)} is linked to {elsewhere} already."
    if len(answer.documents) != job.expected_documents:
        have, want = len(answer.documents), job.expected_documents
        return f"The ERP has {have} of {want} documents for this invoice. Name all of them, with commas between."
    return ""


def _not_named(answer, numbers):
    known = {name for each in answer.documents for name in (each.number, each.erp_id)}
    wrong = [number for number in numbers if number not in known]
    if wrong:
        return f"The ERP has {figures_of(answer.documents)} for this invoice, not {', '.join(wrong)}."
    return ""
