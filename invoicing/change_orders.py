"""Change orders: what they are worth, which application carries them, and what may be done to one just now."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from directory.policies import unless
from invoicing.figures import total
from invoicing.models import ChangeOrder, ContractLine, OwnerInvoice, OwnerInvoiceLine
from invoicing.policies import can_administer_contracts, can_edit_contracts
from invoicing.states import CHANGE_ORDER_MOVES, ChangeOrderStatus

EDITABLE = (ChangeOrderStatus.DRAFT, ChangeOrderStatus.PENDING)


def with_amounts(orders):
    """Annotate change orders with `amount`, and with `first_billed`, the position of the application they joined."""
    lines = ContractLine.objects.filter(change_order=OuterRef("pk")).order_by().values("change_order")
    carried = OwnerInvoice.objects.standing().filter(lines__contract_line__change_order=OuterRef("pk"))
    first = carried.order_by("position").values("position")[:1]
    return orders.annotate(amount=total(lines, "scheduled_value"), first_billed=Subquery(first))


def offered_to(invoice):
    """Approved change orders that an application does not carry yet, if it is the latest one and open; with amounts."""
    if not invoice.is_editable:
        return ChangeOrder.objects.none()
    later = OwnerInvoice.objects.standing().filter(contract=invoice.contract_id, position__gt=invoice.position)
    return with_amounts(missing_from(invoice).exclude(Exists(later)))


def waiting_on(contract):
    """The latest application of a contract and the orders that it is offered, for the banner; (None, []) without."""
    latest = OwnerInvoice.objects.latest_of(contract)
    if latest is None:
        return None, []
    latest.contract = contract
    return latest, list(offered_to(latest))


def missing_from(invoice):
    """Approved change orders with a line that the application does not have."""
    has_it = OwnerInvoiceLine.objects.filter(invoice=invoice, contract_line=OuterRef("pk"))
    without = ContractLine.objects.filter(change_order=OuterRef("pk")).exclude(Exists(has_it))
    approved = ChangeOrder.objects.filter(contract=invoice.contract_id, status=ChangeOrderStatus.APPROVED)
    return approved.filter(Exists(without))


def missing_approval(invoice, order_ids):
    """Whether none of the orders is an approved one of the contract by now."""
    approved = ChangeOrder.objects.filter(contract=invoice.contract_id, status=ChangeOrderStatus.APPROVED)
    return not approved.filter(pk__in=order_ids).exists()


@dataclass(frozen=True)
class OfferedMove:
    """A button of a change order's page: the move's key, the button's label, and whether it may be pressed."""

    key: str
    label: str
    allowed: object


def moves_of(user, order):
    """The moves that start from where a change order is, each with its decision."""
    return [
        OfferedMove(key, move.label, can_move(user, order, key))
        for key, move in CHANGE_ORDER_MOVES.items()
        if order.status in move.sources
    ]


def can_move(user, order, key):
    may = can_administer_contracts if CHANGE_ORDER_MOVES[key].for_admins else can_edit_contracts
    return unless(may(user, order.contract.project), why_not_moved(order, key))


def can_edit_order(user, order):
    return unless(can_edit_contracts(user, order.contract.project), why_fixed(order))


def why_fixed(order):
    """Why a change order's figures cannot change, or ""."""
    if order.status in EDITABLE:
        return ""
    again = "" if order.status == ChangeOrderStatus.VOID else " Put it back to draft to change it."
    return f"It is {order.get_status_display()}.{again}"


def why_not_moved(order, key):
    """Why a move cannot be made now, or ""."""
    move = CHANGE_ORDER_MOVES[key]
    if order.status not in move.sources:
        return f"{order.number} is {order.get_status_display()}."
    if key in ("submit", "approve") and not order.lines.exists():
        return "It has no lines yet."
    if order.status == ChangeOrderStatus.APPROVED:
        return why_carried(order)
    return ""


def why_carried(order):
    """The standing application that carries an approved change order, in a sentence; "" while none does."""
    carried = OwnerInvoice.objects.standing().filter(lines__contract_line__change_order=order)
    first = carried.order_by("position").first()
    if first is None:
        return ""
    first.contract = order.contract
    return f"It is on {first.display_number}. A new change order can take its amount back."
