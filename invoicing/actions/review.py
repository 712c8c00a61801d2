from django.db import transaction

from invoicing import lifecycle
from invoicing.actions.chain import lock_present, refresh_figures
from invoicing.exceptions import FieldRefused, NotTheLatest
from invoicing.states import APPROVE, REOPEN, REVISE, SUBMIT, VOID


@transaction.atomic
def submit_invoice(invoice_id, *, actor, version=None):
    """Draft or Revise & Resubmit to Under Review, with figures carried afresh."""
    return _move_with_fresh_figures(invoice_id, SUBMIT, actor=actor, version=version)


@transaction.atomic
def approve_invoice(invoice_id, *, actor, version=None):
    """Under Review to Approved; from here on the figures stand as they are."""
    return _move_with_fresh_figures(invoice_id, APPROVE, actor=actor, version=version)


def _move_with_fresh_figures(invoice_id, transition, *, actor, version):
    """The figures are final in the database once approved, so they are brought up to date before the move."""
    invoice, later = lock_present(invoice_id)
    if invoice.is_editable and invoice.status in transition.sources:
        lifecycle.refuse_stale(invoice, version)
        refresh_figures(invoice, later, actor=actor)
        version = None
    return lifecycle.move(invoice_id, transition, actor=actor, version=version)


@transaction.atomic
def ask_to_revise(invoice_id, *, actor, reason, version=None):
    """Under Review to Revise & Resubmit, with the reason."""
    if not reason.strip():
        raise FieldRefused("reason", "Enter a reason. The project team needs to know what to change.")
    lock_present(invoice_id)
    return lifecycle.move(invoice_id, REVISE, actor=actor, note=reason.strip(), version=version)


@transaction.atomic
def reopen_invoice(invoice_id, *, actor, version=None):
    """Approved to Draft; it follows its predecessor again, and later drafts follow it."""
    _, later = lock_present(invoice_id)
    invoice = lifecycle.move(invoice_id, REOPEN, actor=actor, version=version)
    refresh_figures(invoice, later, actor=actor)
    return invoice


@transaction.atomic
def void_invoice(invoice_id, *, actor, reason="", version=None):
    """Void the latest application of a contract; the next one takes its position and carries on before it."""
    _, later = lock_present(invoice_id)
    if later:
        raise NotTheLatest(f"{later[-1].display_number} comes after it. Void that one first.")
    return lifecycle.move(invoice_id, VOID, actor=actor, note=reason.strip(), version=version)
