"""The one source of everything that is printed of an application."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from invoicing.figures import stored_summary
from invoicing.models import OwnerInvoice, OwnerInvoiceLine
from invoicing.money import ZERO
from invoicing.payment_application import Summary
from invoicing.printing.sections import Section, sections_of, totals_of
from invoicing.printing.words import day, plain
from invoicing.states import BillingStatus

SUMMARY = (
    ("1", "Original contract sum", "original_sum"),
    ("2", "Net change by change orders", "change_order_sum"),
    ("3", "Contract sum to date (1 + 2)", "contract_sum_to_date"),
    ("4", "Completed and stored to date (column G)", "completed_and_stored"),
    ("5a", "Retainage on completed work", "retainage_on_work"),
    ("5b", "Retainage on stored material", "retainage_on_materials"),
    ("5", "Total retainage (5a + 5b)", "total_retainage"),
    ("6", "Earned less retainage (4 \N{MINUS SIGN} 5)", "earned_less_retainage"),
    ("7", "Less previous certificates", "less_previous_certificates"),
    ("8", "Current payment due (6 \N{MINUS SIGN} 7)", "current_payment_due"),
    ("9", "Balance to finish, with retainage (3 \N{MINUS SIGN} 6)", "balance_to_finish"),
)
_MARKS = {BillingStatus.APPROVED: "", BillingStatus.VOID: "Void"}


@dataclass(frozen=True)
class Changes:
    """The change orders that add to the contract and those that deduct from it."""

    title: str
    additions: Decimal
    deductions: Decimal

    @property
    def net(self):
        return self.additions + self.deductions


@dataclass(frozen=True)
class Printed:
    """An application as it stood when it was read. `mark` says why it is no claim, "" when it is one."""

    title: str
    mark: str
    facts: tuple[tuple[str, str], ...]
    contract_number: str
    position: int
    currency: str
    summary: Summary
    changes: tuple[Changes, ...]
    sections: tuple[Section, ...]
    signatures: tuple[tuple[str, str, str], ...]

    @property
    def summary_rows(self):
        return [(number, label, getattr(self.summary, name)) for number, label, name in SUMMARY]

    @property
    def lines(self):
        return [line for section in self.sections for line in section.lines]

    @cached_property
    def totals(self):
        return totals_of(self.lines)


def printed(invoice, terms):
    """Read an application, with its contract, owner, period and company at hand, in the words of `terms`."""
    rows = list(invoice.lines.select_related("contract_line__change_order"))
    contract, company = invoice.contract, invoice.company
    contractor = plain(contract.contractor) or plain(company.name)
    return Printed(
        title=f"{terms.owner_invoice} {plain(invoice.number)}",
        mark="Deleted" if invoice.deleted_at else _MARKS.get(invoice.status, "Draft"),
        facts=tuple((label, text) for label, text in _facts(invoice, contractor, terms) if text),
        contract_number=plain(contract.number),
        position=invoice.position,
        currency=company.currency,
        summary=stored_summary(invoice),
        changes=_changes(invoice, rows),
        sections=sections_of(rows, terms.prime_contract_change_order),
        signatures=_signatures(contractor, contract, terms),
    )


def _facts(invoice, contractor, terms):
    contract = invoice.contract
    yield "Project", plain(contract.project.name)
    yield str(terms.prime_contract), plain(contract)
    yield "Contract date", day(contract.contract_date)
    yield str(terms.owner_client), plain(contract.owner.name)
    yield "Contractor", contractor
    yield "Architect or engineer", plain(contract.architect)
    yield "Application", str(invoice.position)
    yield "Invoice number", plain(invoice.number)
    yield "Billing period", f"{day(invoice.period.start)} to {day(invoice.period.end)}"
    yield "Billing date", day(invoice.billing_date)
    yield "Due", day(invoice.period.due)
    yield "Status", "Deleted" if invoice.deleted_at else invoice.get_status_display()
    yield "Amounts in", invoice.company.currency


def _changes(invoice, rows):
    """Each change order counts once, by its net: with the application that carried it first."""
    nets: dict = {}
    for row in rows:
        order = row.contract_line.change_order
        if order:
            nets[order.pk] = nets.get(order.pk, ZERO) + row.scheduled_value
    earlier = _carried_before(invoice) if nets else set()
    return (
        _in("On earlier applications", (net for order, net in nets.items() if order in earlier)),
        _in("New on this application", (net for order, net in nets.items() if order not in earlier)),
        _in("All change orders", nets.values()),
    )


def _carried_before(invoice):
    """Ids of the change orders that the application before it has."""
    before = OwnerInvoice.objects.before(invoice.contract_id, invoice.position)[:1]
    lines = OwnerInvoiceLine.objects.filter(invoice=before, contract_line__change_order__isnull=False)
    return set(lines.values_list("contract_line__change_order", flat=True))


def _in(title, nets: Iterable[Decimal]):
    nets = list(nets)
    return Changes(title, sum((n for n in nets if n > 0), ZERO), sum((n for n in nets if n < 0), ZERO))


def _signatures(contractor, contract, terms):
    return (
        ("For the contractor", contractor, "The work and materials billed here are in place or stored as stated."),
        ("For the architect or engineer", plain(contract.architect), "The progress stated here was reviewed."),
        (f"For the {terms.owner_client.lower}", plain(contract.owner.name), "The amount on line 8 may be paid."),
    )
