"""What is written beside every change that is not a move: the invoice's history and the company's audit chain."""

from django.utils import timezone

from directory import audit
from invoicing.models import InvoiceEvent


def record(invoice, past, *, actor, note="", detail=None):
    """Tell that `actor` "created", "edited"… the invoice. Call it last before commit: it locks the audit chain."""
    event = event_of(invoice, past, actor=actor, at=timezone.now(), note=note)
    event.save(force_insert=True)
    audit.record(invoice.company_id, **audit_entry(event, detail))


def event_of(invoice, past, *, actor, at, note=""):
    """The event of such a change, not saved."""
    return InvoiceEvent(
        company_id=invoice.company_id,
        invoice=invoice,
        at=at,
        actor=actor,
        move=past,
        source=invoice.status,
        target=invoice.status,
        note=note,
        version=invoice.version,
        payment_due=invoice.current_payment_due,
    )


def audit_entry(event, detail=None):
    """What a company's audit chain says of it."""
    return {
        "actor": event.actor,
        "action": f"invoice.{event.move}",
        "subject": event.invoice.number,
        "at": event.at,
        "detail": {"note": event.note, "version": event.version, **(detail or {})},
    }


def record_of(subject, action, *, actor, detail=None):
    """Tell of a change to a contract, schedule or period in the audit chain of its company."""
    audit.record(
        subject.company_id,
        actor=actor,
        action=action,
        subject=str(subject)[:120],
        at=timezone.now(),
        detail=detail,
    )
