"""Steps two and three: asking and telling the ERP. No transaction is open here; every answer becomes one `Answer`."""

from dataclasses import dataclass, field, replace

from erp_integrations.adapters.base import (
    Ambiguous,
    AuthFailed,
    Created,
    Duplicate,
    ErpError,
    Found,
    NotFound,
    NotSent,
    PartlyDone,
    Refused,
    Rendered,
    Throttled,
)
from erp_integrations.export import fail_points
from erp_integrations.models import Outcome


@dataclass(frozen=True)
class Answer:
    """What one call to the ERP came to. `documents` are adapter Snapshots; `code` and `params` feed the catalogue."""

    outcome: Outcome
    documents: tuple = ()
    code: str = ""
    params: dict = field(default_factory=dict)
    technical: str = ""
    retry_after: float | None = None
    unfinished: str = ""
    is_conclusive: bool = True
    # What ails the connection, where the call came to nothing but that: a code of the catalogue.
    trouble: str = ""
    is_locked_out: bool = False  # a person has to reconnect
    was_asked: bool = True  # False: nothing went out, so that nothing is known of the connection


OUTCOME_OF_ERROR = {
    NotSent: Outcome.NOT_SENT,
    Throttled: Outcome.THROTTLED,
    AuthFailed: Outcome.AUTH_FAILED,
    Refused: Outcome.REFUSED,
    Duplicate: Outcome.DUPLICATE,
    PartlyDone: Outcome.PARTLY_DONE,
}


def look_up(adapter, job):
    """Ask for what carries the job's reference. A look-up that failed proves nothing: Unknown."""
    try:
        found = adapter.find(job.reference)
    except ErpError as error:
        return _failed_look_up(error)
    except Exception as error:  # an adapter's bug must not pass for an answer
        return Answer(Outcome.UNKNOWN, code="LOOKUP_FAILED", technical=repr(error)[:500])
    return _found(found, job)


def write(adapter, job):
    """Create the job's document, with the frozen bytes and its key, and read it back."""
    fail_points.reach(fail_points.AFTER_ATTEMPT_ROW)
    rendered = Rendered.from_payload(job.payload)
    return _told(lambda: adapter.create(rendered, str(job.idempotency_key)), adapter, job)


def finish_document(adapter, job, erp_id, step):
    """Do the one step that a found document still lacks."""
    return _told(lambda: adapter.finish(erp_id, step), adapter, job)


def _told(call, adapter, job):
    try:
        created = call()
        fail_points.reach(fail_points.AFTER_RESPONSE)
    except ErpError as error:
        return _failed_write(error)
    except Exception as error:  # sent or not, nobody knows: look before anything else
        return Answer(Outcome.UNKNOWN, code="TIMEOUT", technical=repr(error)[:500])
    try:
        documents = _read_back(adapter, created)
    except ErpError as error:  # whatever it was, the document stands: no error of a read may pass for one of the write
        return _failed_look_up(error)
    except Exception as error:
        return Answer(Outcome.UNKNOWN, code="LOOKUP_FAILED", technical=repr(error)[:500])
    return compare(Outcome.CREATED, documents, job)


def _read_back(adapter, created: Created):
    """What the ERP really stored; where it cannot be read, what it said."""
    if not adapter.offers("read"):
        return created.documents
    return tuple(_stored(adapter, told) for told in created.documents)


def _stored(adapter, told):
    """An ERP's document knows nothing of the role it plays for us."""
    read = adapter.read(told.erp_id)
    return replace(read, role=told.role) if read else told


def _found(found, job):
    if isinstance(found, NotFound):
        return Answer(Outcome.ABSENT, is_conclusive=found.conclusive)
    if isinstance(found, Ambiguous):
        return Answer(Outcome.AMBIGUOUS, found.documents, code="TWO_MATCHES", params=_figures(found.documents, job))
    assert isinstance(found, Found)
    if found.unfinished:
        return Answer(Outcome.PARTLY_DONE, found.documents, unfinished=found.unfinished)
    return compare(Outcome.FOUND, found.documents, job)


def compare(outcome, documents, job):
    """Hold untaxed totals and dates against what was sent; a document that differs is for a person to judge."""
    expected = {each.role: each for each in Rendered.from_payload(job.payload).expected}
    agree = len(documents) == len(expected) and all(_agrees(each, expected.get(each.role)) for each in documents)
    if agree:
        return Answer(outcome, tuple(documents))
    return Answer(Outcome.DIFFERS, tuple(documents), code="AMOUNT_MISMATCH", params=_figures(documents, job))


def _agrees(document, expected):
    return expected is not None and document.total in (None, expected.total) and document.date in (None, expected.date)


def _figures(documents, job):
    """Both sides' figures, as text, for the page that shows the difference."""
    expected = Rendered.from_payload(job.payload).expected
    return {
        "ours": ", ".join(f"{each.total:,} on {each.date}" for each in expected),
        **_theirs(documents),
    }


def _theirs(documents):
    """The ERP's side: its figures as text, and what it calls each document."""
    return {"theirs": figures_of(documents), "numbers": [each.number or each.erp_id for each in documents]}


def figures_of(documents):
    """ "RI-7 9,000.00 on 2026-10-31", for every document."""
    return ", ".join(_figure(each) for each in documents)


def _figure(document):
    total = "" if document.total is None else f" {document.total:,}"
    date = "" if document.date is None else f" on {document.date}"
    return f"{document.number or document.erp_id}{total}{date}"


def _failed_look_up(error):
    return Answer(
        Outcome.UNKNOWN,
        code="LOOKUP_FAILED",
        technical=error.technical,
        **_trouble_of(error),
    )


def _failed_write(error):
    outcome = next((each for kind, each in OUTCOME_OF_ERROR.items() if isinstance(error, kind)), Outcome.UNKNOWN)
    return Answer(
        outcome,
        code=error.code,
        params=_params_of(error),
        technical=error.technical,
        **_trouble_of(error),
    )


def _trouble_of(error):
    """What the error says of the connection, which is no fault of any invoice."""
    return {
        "trouble": error.code if isinstance(error, (NotSent, Throttled, AuthFailed)) else "",
        "is_locked_out": isinstance(error, AuthFailed),
        "retry_after": getattr(error, "retry_after", None),
    }


def _params_of(error):
    """What the catalogue's sentences are to name: of a refusal its first problem, of a duplicate what stands there."""
    if isinstance(error, Refused):
        return dict(error.problems[0].params)
    if isinstance(error, Duplicate) and error.existing:
        return _theirs(error.existing)
    return {}
