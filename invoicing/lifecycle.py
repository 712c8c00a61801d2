"""The only writer of an invoice's two status fields."""

import secrets

from django.db import transaction
from django.utils import timezone

from directory import audit
from invoicing.exceptions import PaymentsReceived, StaleVersion, TransitionNotAllowed
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ACCEPT, SEND, UNDO, UNLINK

REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@transaction.atomic
def move(invoice_id, transition, *, actor=None, note="", version=None):
    """Lock the invoice, make the move, record it; return the fresh, locked invoice.

    `version`, where given, is the one the person's page showed. Raises `TransitionNotAllowed` when the invoice is
    elsewhere, `StaleVersion` when it changed since, `PaymentsReceived` when it was paid and would leave Approved.
    Locks: invoice, then the company's audit chain.
    """
    return move_locked(lock(invoice_id), transition, actor=actor, note=note, version=version)


def move_locked(invoice, transition, *, actor=None, note="", version=None):
    """`move` for whoever locked the invoice by `lock` in the same transaction. Locks: the company's audit chain."""
    event, changed = carry_out(invoice, transition, actor=actor, at=timezone.now(), note=note, version=version)
    invoice.save(update_fields=changed)
    event.save(force_insert=True)
    audit.record(invoice.company_id, **audit_entry(event))
    return invoice


def carry_out(invoice, transition, *, actor, at, note="", version=None):
    """Make a move on an invoice at hand; return its event, not saved, and the names of the changed fields.

    For whoever writes many at once; everybody else calls `move`, which says what is raised.
    """
    _refuse_unless_allowed(invoice, transition)
    refuse_stale(invoice, version)
    _refuse_paid(invoice, transition)
    source = getattr(invoice, transition.status_field)
    changed = _apply(invoice, transition, actor, at)
    event = InvoiceEvent(
        company_id=invoice.company_id,
        invoice=invoice,
        at=at,
        actor=actor,
        move=transition.name,
        source=source,
        target=transition.target,
        note=note,
        version=invoice.version,
        payment_due=invoice.current_payment_due,
    )
    return event, changed


def audit_entry(event):
    """What a company's audit chain says of a move."""
    return {
        "actor": event.actor,
        "action": f"invoice.{event.move}",
        "subject": event.invoice.number,
        "at": event.at,
        "detail": {"from": event.source, "to": event.target, "note": event.note, "version": event.version},
    }


def lock(invoice_id):
    """The invoice, locked until the transaction ends, with its contract and company; deleted ones are not to be had."""
    return _locked(invoice_id).select_related("contract", "company").get()


def lock_alone(invoice_id):
    """As `lock`, for whoever has no use for the contract and the company."""
    return _locked(invoice_id).get()


def _locked(invoice_id):
    locked = OwnerInvoice.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(pk=invoice_id, deleted_at__isnull=True)


def last_event(invoice):
    return InvoiceEvent.objects.filter(invoice=invoice).select_related("actor").first()


def _refuse_unless_allowed(invoice, transition):
    allowed = (
        getattr(invoice, transition.status_field) in transition.sources
        and invoice.status in transition.while_billing
        and invoice.erp_status in transition.while_erp
    )
    if not allowed:
        raise TransitionNotAllowed(transition, invoice, last_event(invoice))


def _refuse_paid(invoice, transition):
    if transition.status_field == "status" and invoice.stays_approved:
        raise PaymentsReceived(invoice)


def refuse_stale(invoice, version):
    """Raise `StaleVersion` unless the version, where given, is the invoice's."""
    if version is not None and version != invoice.version:
        raise StaleVersion(invoice, last_event(invoice))


def _apply(invoice, transition, actor, now):
    """Set the status and what goes with it; return the names of the changed fields."""
    setattr(invoice, transition.status_field, transition.target)
    invoice.version += 1
    changed = [transition.status_field, "version"]
    if transition.status_field == "erp_status":
        invoice.erp_status_at = now
        changed.append("erp_status_at")
    if transition == SEND:
        invoice.sent_by, invoice.sent_at = actor, now
        invoice.reference = invoice.reference or new_reference()
        changed += ["sent_by", "sent_at", "reference"]
    if transition == UNLINK:  # so that no look-up for the next export meets what was booked for the last
        invoice.reference = new_reference()
        changed.append("reference")
    if transition in (ACCEPT, UNDO, UNLINK):
        invoice.accepted_by, invoice.accepted_at = (actor, now) if transition == ACCEPT else (None, None)
        changed += ["accepted_by", "accepted_at"]
    return changed


def new_reference():
    """`OI-` and ten base-32 digits: 50 random bits that an ERP can search and a person can read over the phone."""
    return "OI-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))
