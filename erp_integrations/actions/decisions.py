"""Accept, undo and reject: one invoice at a time, one transaction each, also in bulk."""

from django.db import transaction

from erp_integrations import export, policies
from erp_integrations.actions.rejection_mail import tell_of_rejection
from erp_integrations.actions.several import each_of
from erp_integrations.exceptions import NotReadyForErp, OutcomeUnknown
from erp_integrations.export.evidence import in_doubt
from erp_integrations.models import ExportJob
from erp_integrations.readiness import readiness
from invoicing import lifecycle
from invoicing.reconciliation import tie_outs
from invoicing.states import ACCEPT, REJECT, RETURN, UNDO


@transaction.atomic
def accept_invoice(invoice_id, *, actor, version=None):
    """Mark a sent invoice accepted for export, with the warnings it was accepted over.

    Raises NotReadyForErp when check 6 fails; TransitionNotAllowed and StaleVersion when somebody was faster.
    """
    invoice = lifecycle.lock(invoice_id)
    warnings = tie_outs([invoice])[invoice_id].warnings
    lifecycle.move_locked(invoice, ACCEPT, actor=actor, version=version, note=_accepted_over(warnings))
    ready = readiness([invoice])[invoice_id]
    if not ready:
        raise NotReadyForErp(invoice, ready.problems)
    return invoice


def undo_accept(invoice_id, *, actor, version=None):
    """Take an acceptance back; possible until the export starts."""
    return lifecycle.move(invoice_id, UNDO, actor=actor, version=version)


@transaction.atomic
def reject_invoice(invoice_id, *, actor, reason, version=None):
    """Send an invoice back to the project, editable again, and mail its creator the reason.

    Raises OutcomeUnknown while the ERP may have it. Locks: invoice, job, audit chain.
    """
    invoice = lifecycle.lock(invoice_id)
    job = ExportJob.objects.live().select_for_update(of=("self",), no_key=True).filter(invoice=invoice_id).first()
    lifecycle.move_locked(invoice, REJECT, actor=actor, note=reason, version=version)
    if job is not None:
        if in_doubt(job):
            raise OutcomeUnknown(invoice)
        export.cancel_job(job)
    lifecycle.move_locked(invoice, RETURN, actor=actor, note=reason)
    tell_of_rejection(invoice, actor=actor, reason=reason)
    return invoice


def accept_invoices(company_id, picks, *, actor):
    """Accept several as `several.each_of` has it: what changed since it was shown is told, not accepted."""

    def accept(invoice, version):
        return accept_invoice(invoice.pk, actor=actor, version=version)

    return each_of(company_id, picks, policies.can_accept, actor, accept)


def undo_accepts(company_id, picks, *, actor):
    """Take several acceptances back, as far as their exports have not started."""

    def undo(invoice, version):
        return undo_accept(invoice.pk, actor=actor, version=version)

    return each_of(company_id, picks, policies.can_undo, actor, undo)


def reject_invoices(company_id, picks, *, actor, reason):
    """Reject several with one reason."""

    def reject(invoice, version):
        return reject_invoice(invoice.pk, actor=actor, reason=reason, version=version)

    return each_of(company_id, picks, policies.can_reject, actor, reject)


def _accepted_over(warnings):
    if not warnings:
        return ""
    counted = "1 warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
    return f"Accepted with {counted}: {' '.join(check.sentence for check in warnings)}"
