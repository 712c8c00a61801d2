"""What a person wants to know from the ERP: what stands there for us, what under this number, is it gone? Reads only.

An absence that these answers tell of is proof, as a worker's is: conclusive, and asked for late enough.
"""

from dataclasses import replace

from erp_integrations.adapters.base import ErpError, Rendered, Snapshot
from erp_integrations.export import calls
from erp_integrations.export.calls import Answer
from erp_integrations.export.evidence import has_settled
from erp_integrations.export.work import look_up
from erp_integrations.models import Outcome

NOT_OFFERED, NOT_SEEN, NO_SUCH_NUMBER = "NO_LOOKUP", "NOT_YET_VISIBLE", "NO_SUCH_NUMBER"
ABSENT = Answer(Outcome.ABSENT)


def seek(adapter, job, numbers=()):
    """What the ERP has under our reference; where it shows nothing there, what it has under `numbers` of its own."""
    found = look_up(adapter, job)
    shows_nothing = found.outcome == Outcome.ABSENT or found.code in (NOT_OFFERED, NOT_SEEN)
    if not numbers or not shows_nothing:
        return found
    if not adapter.offers("read"):
        return found if adapter.capabilities.lookup else _on_a_persons_word(job, numbers)
    return _asked(lambda: _under(adapter, job, numbers))


def lacks(adapter, job):
    """Absent, when the ERP proves it; when it cannot tell, once the doubted calls have ended and had their time."""
    settled = has_settled(job, adapter.capabilities.lookup_delay_s if adapter.capabilities.lookup else 0)
    answer = look_up(adapter, job)
    return ABSENT if settled and answer.code in (NOT_OFFERED, NOT_SEEN) else answer


def lost(adapter, job, erp_ids):
    """Absent, when documents that stood in the ERP are gone from there, and nothing else is under our reference."""
    if not erp_ids or not adapter.offers("read"):
        return look_up(adapter, job)
    return _asked(lambda: _gone(adapter, job, erp_ids))


def _gone(adapter, job, erp_ids):
    left = [document for document in map(adapter.read, erp_ids) if document is not None]
    if left:
        return Answer(Outcome.FOUND, tuple(left))
    answer = look_up(adapter, job)
    return ABSENT if answer.code in (NOT_OFFERED, NOT_SEEN) else answer


def _on_a_persons_word(job, numbers):
    """An ERP that can be asked nothing leaves only what a person read off its screen."""
    return _compared([Snapshot(number, number) for number in numbers], job)


def _under(adapter, job, numbers):
    """The documents under these numbers, held against what was sent."""
    read = [adapter.read(number) for number in numbers]
    return Answer(Outcome.UNKNOWN, code=NO_SUCH_NUMBER) if None in read else _compared(read, job)


def _compared(read, job):
    """Documents that a person named, in the roles that an export gives them one after the other."""
    roles = [each.role for each in Rendered.from_payload(job.payload).expected]
    named = [replace(document, role=role) for document, role in zip(read, roles, strict=False)]
    return calls.compare(Outcome.FOUND, (*named, *read[len(named) :]), job)


def _asked(call):
    """A read that failed proves nothing."""
    try:
        return call()
    except ErpError as error:
        return Answer(Outcome.UNKNOWN, code="LOOKUP_FAILED", technical=error.technical)
    except Exception as error:  # an adapter's bug must not pass for an answer
        return Answer(Outcome.UNKNOWN, code="LOOKUP_FAILED", technical=repr(error)[:500])
