"""Reducing retainage: the contract's rules, and what they propose for an application. A person applies it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from invoicing.actions import history
from invoicing.actions.chain import carried_from, lines_of, lock_contract, lock_for_edit, previous_of
from invoicing.actions.contract_history import record_changes
from invoicing.actions.contracts import refuse_stale_contract
from invoicing.actions.lines import InvoiceDetails, LineEntry, save_lines
from invoicing.exceptions import FieldRefused
from invoicing.figures import carried
from invoicing.lifecycle import refuse_stale
from invoicing.models import RetainageReduction
from invoicing.money import format_percent, format_share, percentage
from invoicing.payment_application import Reduction, reached, reduced, reduced_rates

MOST_RULES = 12


@dataclass(frozen=True, slots=True)
class Proposal:
    """The rates that the contract reduces to, and since when; `why` says it to people."""

    work: Decimal
    materials: Decimal
    whole: bool
    at: Decimal
    why: str

    @property
    def note(self):
        return f"Reduced to {_rates(self.work, self.materials)} at {format_percent(self.at)} complete, by the contract."


def said(rule):
    """A rule in words."""
    stored = "" if rule.materials_percent is None else f", {format_percent(rule.materials_percent)} on stored materials"
    scope = "all work to date" if rule.whole else "work from then on"
    return f"From {format_percent(rule.at_percent)} complete: {format_percent(rule.work_percent)} on {scope}{stored}."


@transaction.atomic
def add_reduction(contract_id, values, *, actor, version=None):
    """Add a rule; `values` by its columns. Raises `FieldRefused`, `ContractChanged`."""
    contract = lock_contract(contract_id)
    refuse_stale_contract(contract, version)
    rules = list(contract.reductions.all())
    if any(rule.at_percent == values["at_percent"] for rule in rules):
        raise FieldRefused("at_percent", "There is a rule from this percentage on. Remove that one first.")
    if len(rules) >= MOST_RULES:
        raise FieldRefused("", f"A contract can have at most {MOST_RULES} of these rules.")
    rule = RetainageReduction.objects.create(company_id=contract.company_id, contract=contract, **values)
    _tell(contract, "", said(rule), actor)
    return rule


@transaction.atomic
def remove_reduction(contract_id, rule_id, *, actor, version=None):
    """Remove a rule; one that is gone already changes nothing. Raises `ContractChanged`."""
    contract = lock_contract(contract_id)
    rule = contract.reductions.filter(pk=rule_id).first()
    if rule is None:
        return
    refuse_stale_contract(contract, version)
    _tell(contract, said(rule), "", actor)
    rule.delete()


def _tell(contract, before, after, actor):
    contract.version += 1
    contract.save(update_fields=["version"])
    record_changes(contract, [("Reducing retainage", "", before, after)], actor=actor)
    history.record_of(contract, "contract.edited", actor=actor, detail={"fields": ["reducing retainage"]})


def proposal_for(invoice):
    """What the contract's rules propose for an application as it is saved; None while nothing is to change."""
    contract = invoice.contract
    rules = [
        Reduction(rule.at_percent, rule.work_percent, rule.materials_percent, rule.whole)
        for rule in contract.reductions.all()
    ]
    completed, total = invoice.completed_and_stored, invoice.contract_sum_to_date
    steps = reached(rules, completed, total)
    if not steps:
        return None
    work, materials = reduced_rates(contract.work_retainage_percent, contract.materials_retainage_percent, steps)
    above = Q(retainage_percent__gt=work) | Q(materials_retainage_percent__gt=materials)
    if not invoice.lines.filter(above).exists():
        return None
    last = steps[-1]
    complete = format_share(percentage(completed, total))
    why = f"{complete} complete: the contract reduces retainage to {_rates(work, materials)} "
    why += f"from {format_percent(last.at)} on, for {'all work to date' if last.whole else 'work from then on'}."
    return Proposal(work, materials, last.whole, last.at, why)


def plan_reduction(invoice, proposal):
    """The rows that are above the proposed rates, each with its figures before and after; nothing is written."""
    before = carried_from(previous_of(invoice))
    planned = []
    for row in lines_of(invoice):
        rates = _lower(row, proposal)
        if rates != (row.retainage_percent, row.materials_retainage_percent):
            figures = carried(row, before.get(row.contract_line_id))
            planned.append((row, figures, reduced(figures, *rates, whole=proposal.whole)))
    return planned


@transaction.atomic
def apply_reduction(invoice_id, *, actor, version=None):
    """Do what the rules propose, and say so in the note; without a proposal nothing changes.

    Later drafts follow. Raises `InvoiceLocked`, `StaleVersion`, `FiguresRefused`.
    """
    invoice, _ = lock_for_edit(invoice_id)
    refuse_stale(invoice, version)
    proposal = proposal_for(invoice)
    if proposal is None:
        return invoice
    entries = {}
    for row, _, after in plan_reduction(invoice, proposal):
        work, materials = _lower(row, proposal)
        released = after.retainage_released
        entries[row.pk] = LineEntry(
            retainage_percent=work, materials_retainage_percent=materials, retainage_released=released
        )
    details = InvoiceDetails(retainage_note=invoice.retainage_note or proposal.note)
    return save_lines(invoice.pk, entries, actor=actor, version=version, details=details, note=proposal.note)


def _lower(row, proposal):
    """A row's rates after it: one that is lower already stays."""
    return (
        min(row.retainage_percent, proposal.work),
        min(row.materials_retainage_percent, proposal.materials),
    )


def _rates(work, materials):
    if work == materials:
        return format_percent(work)
    return f"{format_percent(work)} on work and {format_percent(materials)} on stored materials"
