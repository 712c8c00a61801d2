"""What happened to an application, and when: what people and the engine did, as data."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.demo.contracts import FAILED, REJECTED, SYNCED, WAITING
from invoicing import states

ZONE = ZoneInfo("America/New_York")
REASONS = (
    "Line 7 (less previous certificates) does not match line 6 of the last application. Please correct it.",
    "The lien waivers of this period are missing. Please attach them and send it again.",
    "The owner's representative certified less on line 09. Please bill what was certified.",
    "The billing date lies in the month after. Please bill it for this period.",
)
CONCRETE = "Line 03 bills 1,388.89 of concrete that the owner's engineer did not accept. Please take it off."
BACKUP = "Backup for stored materials is missing. Please attach the bills of sale."
DUPLICATE = "DUPLICATE_NUMBER"


@dataclass(frozen=True)
class Move:
    """One line of an application's history; `what` is a transition of the tables, or "created", "edited"."""

    at: datetime
    what: states.Transition | str
    actor: str = ""  # a name; "" is the engine
    note: str = ""


@dataclass(frozen=True)
class Cast:
    """Who acts on a job: who prepares and sends, and who decides."""

    sender: str
    approver: str


def after_period(period_end, days, hour=10, minute=0):
    return datetime.combine(period_end + timedelta(days=days), time(hour, minute), ZONE)


def synced(period_end, cast, *, rejected_first=False):
    """The whole way into the ERP, within a week of the period's end."""
    moves = _prepared(after_period(period_end, 3, 9), cast)
    if rejected_first:
        reason = REASONS[period_end.month % len(REASONS)]
        moves += _rejected(after_period(period_end, 4, 15), cast, reason)
        moves += _corrected(after_period(period_end, 5, 11), cast)
    return moves + _exported(after_period(period_end, 6, 16), cast)


def corrected_late(now, cast):
    """Came back when the next application was approved already, was corrected, and then went through."""
    return [
        *_prepared(now - timedelta(hours=90), cast),
        *_rejected(now - timedelta(hours=46), cast, CONCRETE),
        *_corrected(now - timedelta(hours=28), cast),
        *_exported(now - timedelta(hours=27), cast),
    ]


def ending(job, now, period_end, cast):
    """How the last application of a job came to stand where it stands."""
    if job.ends == SYNCED:
        return synced(period_end, cast)
    sent_at = now - timedelta(hours=job.hours)
    moves = _prepared(sent_at, cast)
    if job.ends == WAITING:
        return moves
    if job.ends == REJECTED:
        return moves + _rejected(sent_at + timedelta(hours=5), cast, BACKUP)
    assert job.ends == FAILED
    return moves + _failed(sent_at + timedelta(hours=3), cast, job.failure)


def _prepared(sent_at, cast):
    return [
        Move(sent_at - timedelta(hours=9), "created", cast.sender),
        Move(sent_at - timedelta(hours=7), "edited", cast.sender),
        *_sent(sent_at, cast),
    ]


def _corrected(sent_at, cast):
    return [Move(sent_at - timedelta(hours=5), "edited", cast.sender), *_sent(sent_at, cast)]


def _sent(at, cast):
    return [
        Move(at - timedelta(hours=4), states.SUBMIT, cast.sender),
        Move(at - timedelta(hours=1), states.APPROVE, cast.sender),
        Move(at, states.SEND, cast.sender),
    ]


def _rejected(at, cast, reason):
    return [
        Move(at, states.REJECT, cast.approver, reason),
        Move(at, states.RETURN, cast.approver, reason),
    ]


def _exported(at, cast):
    return [
        *_started(at, cast),
        Move(at + timedelta(minutes=3, seconds=20), states.COMPLETE),
    ]


def _failed(at, cast, failure):
    """A refusal fails at once; a duplicate only once the ERP was asked and does not have the reference."""
    doubted = [Move(at + timedelta(minutes=3, seconds=20), states.DOUBT)] if failure == DUPLICATE else []
    return [*_started(at, cast), *doubted, Move(at + timedelta(minutes=4), states.FAIL)]


def _started(at, cast):
    return [
        Move(at, states.ACCEPT, cast.approver),
        Move(at + timedelta(minutes=3), states.EXPORT, cast.approver),
    ]
