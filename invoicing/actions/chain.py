"""The applications of one contract: locked together, each carrying what the one before it left.

Lock order: the contract, then its applications in id order, then (by lifecycle and history) the audit chain.
"""

from invoicing.actions import history
from invoicing.actions.figure_record import before_saving, record_figures
from invoicing.actions.rows import update_rows
from invoicing.exceptions import InvoiceLocked
from invoicing.figures import (
    LINE_COLUMNS,
    SUMMARY_COLUMNS,
    carried,
    follows,
    summary_of,
    write_line,
    write_summary,
)
from invoicing.models import OwnerInvoice, OwnerInvoiceLine, PrimeContract
from invoicing.payment_application import LineFigures
from invoicing.policies import why_locked
from invoicing.states import ChangeOrderStatus

GENERATED = (
    "contract_sum_to_date",
    "total_retainage",
    "earned_less_retainage",
    "current_payment_due",
    "balance_to_finish",
)
WRITTEN_PER_STATEMENT = 500


def lock_contract(contract_id):
    """The contract, locked against every other change of its schedule and figures, not against readers of its key."""
    locked = PrimeContract.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("company", "project", "owner").get(pk=contract_id)


def lock_chain(invoice_id):
    """Lock the contract of an application, then it and the standing ones after it.

    Returns the application and the later ones by position. A void or deleted one has nothing after it.
    """
    contract_id, position = OwnerInvoice.objects.values_list("contract_id", "position").get(pk=invoice_id)
    contract = lock_contract(contract_id)
    following = OwnerInvoice.objects.standing().filter(contract=contract, position__gt=position)
    wanted = following | OwnerInvoice.objects.filter(pk=invoice_id)
    rows = list(wanted.order_by("pk").select_for_update(of=("self",), no_key=True).select_related("company", "period"))
    for row in rows:
        row.contract = contract
    invoice = next(row for row in rows if row.pk == invoice_id)
    return invoice, sorted((row for row in rows if row is not invoice), key=lambda row: row.position)


def lock_present(invoice_id):
    """`lock_chain`, and the certainty that it was not deleted meanwhile."""
    invoice, later = lock_chain(invoice_id)
    if invoice.deleted_at:
        raise InvoiceLocked(why_locked(invoice))
    return invoice, later


def lock_for_edit(invoice_id):
    """`lock_chain`, and the certainty that the figures may be changed; the caller checks a stale version."""
    invoice, later = lock_chain(invoice_id)
    if not invoice.is_editable:
        raise InvoiceLocked(why_locked(invoice))
    return invoice, later


def previous_of(invoice):
    """The last standing application before this one, or None."""
    before = OwnerInvoice.objects.standing().filter(contract=invoice.contract_id, position__lt=invoice.position)
    return before.order_by("-position").first()


def lines_of(invoice):
    return list(invoice.lines.select_related("contract_line"))


def carried_from(previous):
    """What each schedule line had in the application before, by the line's id."""
    if previous is None:
        return {}
    rows = previous.lines.order_by().values_list("contract_line_id", *LINE_COLUMNS)
    return {key: LineFigures(*figures) for key, *figures in rows}


def new_rows(invoice, known, before):
    """Unsaved rows for schedule lines the application does not have yet: the original ones, and what `before` has."""
    lines = invoice.contract.lines.in_force().exclude(pk__in=known)
    wanted = [line for line in lines if line.change_order_id is None or line.pk in before]
    return [new_row(invoice, line, before.get(line.pk)) for line in wanted]


def new_row(invoice, contract_line, previous):
    """A row that carries `previous` (figures or None) at the contract's rates; nothing billed yet."""
    row = OwnerInvoiceLine(
        company_id=invoice.company_id,
        invoice=invoice,
        contract_line=contract_line,
        materials_stored=previous.materials_stored if previous else 0,
        retainage_percent=invoice.contract.work_retainage_percent,
        materials_retainage_percent=invoice.contract.materials_retainage_percent,
    )
    write_line(row, carried(row, previous))
    return row


def drop_withdrawn_changes(invoice, *, actor):
    """Take the lines of change orders off a restored draft that were approved when it was deleted and no longer are."""
    orders = invoice.lines.exclude(contract_line__change_order=None)
    gone = orders.exclude(contract_line__change_order__status=ChangeOrderStatus.APPROVED)
    record_figures(invoice, ({}, {}), (), (), (), actor=actor, removed=list(gone))
    gone.delete()


def save_figures(invoice, changed, added=(), header=(), *, actor):
    """Write changed and added rows, the header's sums, which are always the sums of the rows, and `header` fields.

    The one way that figures are written: what changed from what to what is kept with it.
    """
    stood = before_saving(changed, header, invoice)
    update_rows(changed)
    OwnerInvoiceLine.objects.bulk_create(added, batch_size=WRITTEN_PER_STATEMENT)
    invoice.save(update_fields=[*SUMMARY_COLUMNS, *header, "version"])
    invoice.refresh_from_db(fields=GENERATED)
    record_figures(invoice, stood, changed, added, header, actor=actor)


def follow(invoice, previous, *, actor):
    """Carry the predecessor's figures into an editable application; tell whether anything changed.

    The version moves on when something did; telling of it is up to the caller.
    """
    rows, before = lines_of(invoice), carried_from(previous)
    moved = [row for row in rows if not follows(row, before.get(row.contract_line_id))]
    changed = [row for row in moved if write_line(row, carried(row, before.get(row.contract_line_id)))]
    added = new_rows(invoice, [row.contract_line_id for row in rows], before)
    rest = write_summary(invoice, summary_of([*rows, *added]))
    if not (changed or added or rest):
        return False
    invoice.version += 1
    save_figures(invoice, changed, added, actor=actor)
    return True


def refresh_figures(invoice, later, *, actor):
    """Carry the predecessor's figures into an editable application, and its own onwards."""
    if follow(invoice, previous_of(invoice), actor=actor):
        roll_forward(invoice, later, actor=actor)


def roll_forward(previous, later, *, actor):
    """Let the applications after a changed one follow, up to the first that keeps its figures."""
    for invoice in later:
        if not invoice.is_editable:
            return
        if not follow(invoice, previous, actor=actor):
            return
        history.record(invoice, "updated", actor=actor, note=f"It follows {previous.display_number}.")
        previous = invoice
