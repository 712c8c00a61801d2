"""The only writer of a company's tamper-evident history."""

import hashlib
import json
from datetime import UTC

from django.db import transaction

from directory.models import AuditChainHead, AuditEvent

FIRST_HASH = "0" * 64


def record(company_id, *, actor, action, subject, at, detail=None):
    """Append one event to the company's chain, inside the caller's transaction; call it last before commit.

    Locks the chain's head, so that two writers of one company queue up here and nowhere later.
    """
    told = {"actor": actor, "action": action, "subject": subject, "at": at, "detail": detail}
    (event,) = record_all(company_id, [told])
    return event


def record_all(company_id, entries):
    """Append many events, each given as the keywords of `record`, in their order."""
    assert transaction.get_connection().in_atomic_block, "an audit event commits together with what it tells of"
    head = _locked_head(company_id)
    events = [_next_event(head, entry) for entry in entries]
    AuditEvent.objects.bulk_create(events)
    head.save(update_fields=["sequence", "hash"])
    return events


def _locked_head(company_id):
    """The chain's head, locked; made with the company's first event."""
    head = AuditChainHead.objects.select_for_update().filter(company_id=company_id).first()
    if head is not None:
        return head
    AuditChainHead.objects.get_or_create(company_id=company_id, defaults={"hash": FIRST_HASH})
    return AuditChainHead.objects.select_for_update().get(company_id=company_id)


def _next_event(head, entry):
    """The entry as the chain's next event; moves the head on."""
    told = entry | {"detail": entry.get("detail") or {}, "at": entry["at"].astimezone(UTC)}
    event = AuditEvent(company_id=head.company_id, sequence=head.sequence + 1, previous_hash=head.hash, **told)
    event.hash = event_hash(event)
    head.sequence, head.hash = event.sequence, event.hash
    return event


def event_hash(event):
    """SHA-256, in hex, over the event's fields and the hash of the event before it."""
    told = [
        event.company_id,
        event.sequence,
        event.at.isoformat(),
        event.actor_id,
        event.action,
        event.subject,
        event.detail,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_break(company_id):
    """Return the first event whose hash or link does not hold, or None when the whole chain does."""
    previous_hash = FIRST_HASH
    events = AuditEvent.objects.filter(company_id=company_id).order_by("sequence")
    for sequence, event in enumerate(events.iterator(), start=1):
        if (event.sequence, event.previous_hash, event.hash) != (sequence, previous_hash, event_hash(event)):
            return event
        previous_hash = event.hash
    return None
