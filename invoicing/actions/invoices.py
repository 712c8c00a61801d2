from django.db import transaction
from django.utils import timezone

from invoicing.actions import history
from invoicing.actions.chain import (
    GENERATED,
    carried_from,
    drop_withdrawn_changes,
    follow,
    lock_chain,
    lock_contract,
    new_row,
    previous_of,
)
from invoicing.actions.numbers import refuse_taken_number
from invoicing.exceptions import (
    ApplicationExists,
    ContractNotBillable,
    FieldRefused,
    InvoiceLocked,
    NotTheLatest,
)
from invoicing.figures import summary_of, write_summary
from invoicing.lifecycle import refuse_stale
from invoicing.models import BillingPeriod, OwnerInvoice, OwnerInvoiceLine
from invoicing.policies import why_not_billable, why_not_deletable


@transaction.atomic
def create_invoice(contract_id, period_id, *, actor, billing_date=None, number=None, position=None):
    """The next application of a contract, prefilled from the last: column D, stored materials, retainage held.

    `position`, where given, is the one the person's page promised: when it is taken, the same form came twice and
    `ApplicationExists` is raised. Also `ContractNotBillable`, `FieldRefused`.
    """
    contract = lock_contract(contract_id)
    period = _period_of(contract, period_id)
    last = OwnerInvoice.objects.latest_of(contract)
    _refuse_repeated(contract, position)
    lines = _billable_lines(contract, last)
    invoice = OwnerInvoice(
        company_id=contract.company_id,
        contract=contract,
        position=last.position + 1 if last else 1,
        period=period,
        billing_date=billing_date or period.end,
        created_by=actor,
    )
    invoice.number = number or f"{contract.number}-{invoice.position}"
    refuse_taken_number(contract.company_id, invoice.number)
    _write_first_figures(invoice, lines, carried_from(last))
    history.record(invoice, "created", actor=actor)
    return invoice


def _period_of(contract, period_id):
    period = BillingPeriod.objects.filter(pk=period_id, project=contract.project_id).first()
    if period is None:
        raise FieldRefused("period", "Choose a billing period of this project.")
    return period


def _refuse_repeated(contract, position):
    if position is None:
        return
    taken = OwnerInvoice.objects.standing().filter(contract=contract, position=position).first()
    if taken:
        taken.contract = contract
        raise ApplicationExists(taken)


def _billable_lines(contract, last):
    """The schedule in force, with what the last application billed beyond it; refuses where nothing can be billed."""
    reason = why_not_billable(contract)
    if reason:
        raise ContractNotBillable(reason)
    lines = list(contract.lines.in_force())
    billed = last.lines.values("contract_line") if last else []
    lines += contract.lines.filter(pk__in=billed).exclude(pk__in=[line.pk for line in lines])
    return lines


def _write_first_figures(invoice, lines, before):
    rows = [new_row(invoice, line, before.get(line.pk)) for line in lines]
    write_summary(invoice, summary_of(rows))
    invoice.save()
    OwnerInvoiceLine.objects.bulk_create(rows, batch_size=500)
    invoice.refresh_from_db(fields=GENERATED)


@transaction.atomic
def delete_invoice(invoice_id, *, actor, version=None):
    """Hide the latest application of a contract; its number and position are free again."""
    invoice, later = lock_chain(invoice_id)
    if invoice.deleted_at:
        return invoice
    refuse_stale(invoice, version)
    reason = why_not_deletable(invoice)
    if reason:
        raise InvoiceLocked(reason)
    if later:
        raise NotTheLatest(f"{later[-1].display_number} comes after it. Delete that one first.")
    invoice.deleted_at, invoice.version = timezone.now(), invoice.version + 1
    invoice.save(update_fields=["deleted_at", "version"])
    history.record(invoice, "deleted", actor=actor)
    return invoice


@transaction.atomic
def restore_invoice(invoice_id, *, actor, version=None):
    """Bring a deleted draft back while its position is free; it follows the application before it."""
    invoice, _ = lock_chain(invoice_id)
    if invoice.deleted_at is None:
        return invoice
    refuse_stale(invoice, version)
    standing = OwnerInvoice.objects.standing().filter(contract=invoice.contract)
    taken = standing.filter(position__gte=invoice.position).order_by("position").first()
    if taken or (not standing.filter(position=invoice.position - 1).exists() and invoice.position > 1):
        raise NotTheLatest(f"Position {invoice.position} is no longer free. Create the next application instead.")
    refuse_taken_number(invoice.company_id, invoice.number)
    invoice.deleted_at, invoice.version = None, invoice.version + 1
    invoice.save(update_fields=["deleted_at", "version"])
    if invoice.is_editable:
        drop_withdrawn_changes(invoice, actor=actor)
        follow(invoice, previous_of(invoice), actor=actor)
    history.record(invoice, "restored", actor=actor)
    return invoice
