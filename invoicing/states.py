"""The two lifecycles of an owner invoice, as tables: billing (the project's) and ERP (accounting's).

`invoicing.lifecycle.move` is the only code that carries a move out. The README's diagram is drawn from here.
"""

from dataclasses import dataclass, field

from django.db.models import TextChoices


class BillingStatus(TextChoices):
    DRAFT = "draft", "Draft"
    UNDER_REVIEW = "under_review", "Under Review"
    REVISE_AND_RESUBMIT = "revise_and_resubmit", "Revise & Resubmit"
    APPROVED = "approved", "Approved"
    VOID = "void", "Void"


class ErpStatus(TextChoices):
    NOT_SENT = "not_sent", "Not sent"
    READY_TO_EXPORT = "ready_to_export", "Ready to Export"
    ACCEPTED = "accepted", "Accepted"
    EXPORTING = "exporting", "Exporting"
    NEEDS_CHECK = "needs_check", "Needs check"
    FAILED = "failed", "Failed to Export"
    SYNCED = "synced", "Synced"
    REJECTED = "rejected", "Rejected"
    RECALLED = "recalled", "Recalled"
    BOOKED_OUTSIDE = "booked_outside", "Booked outside Tieout"


class ContractStatus(TextChoices):
    DRAFT = "draft", "Draft"
    OUT_FOR_SIGNATURE = "out_for_signature", "Out for Signature"
    APPROVED = "approved", "Approved"
    COMPLETE = "complete", "Complete"
    TERMINATED = "terminated", "Terminated"


class AccountingMethod(TextChoices):
    AMOUNT = "amount", "Amount based"
    UNIT = "unit", "Unit and quantity based"


class ChangeOrderStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    VOID = "void", "Void"


@dataclass(frozen=True)
class ChangeOrderMove:
    """One permitted move of a change order; `label` is the button's, `for_admins` whether it takes an Admin."""

    label: str
    sources: frozenset
    target: ChangeOrderStatus
    for_admins: bool = True


_CO = ChangeOrderStatus
CHANGE_ORDER_MOVES = {
    "submit": ChangeOrderMove("Submit", frozenset({_CO.DRAFT}), _CO.PENDING, for_admins=False),
    "approve": ChangeOrderMove("Approve", frozenset({_CO.DRAFT, _CO.PENDING}), _CO.APPROVED),
    "reject": ChangeOrderMove("Reject", frozenset({_CO.PENDING}), _CO.REJECTED),
    "reopen": ChangeOrderMove("Back to draft", frozenset({_CO.PENDING, _CO.APPROVED, _CO.REJECTED}), _CO.DRAFT),
    "void": ChangeOrderMove("Void", frozenset({_CO.DRAFT, _CO.PENDING, _CO.APPROVED, _CO.REJECTED}), _CO.VOID),
}


@dataclass(frozen=True)
class Transition:
    """One permitted move of one status field; `while_billing` and `while_erp` hold what else must be true."""

    status_field: str
    name: str
    sources: frozenset
    target: str
    past: str  # "accepted": for "Ana Whitfield accepted this at 9:41 AM"
    while_billing: frozenset = field(default=frozenset(BillingStatus))
    while_erp: frozenset = field(default=frozenset(ErpStatus))


B, E = BillingStatus, ErpStatus

# With the project: not locked by the ERP side.
WITH_PROJECT = frozenset({E.NOT_SENT, E.REJECTED, E.RECALLED})
# Editable figures: with the project, and not approved.
OPEN_BILLING = frozenset({B.DRAFT, B.UNDER_REVIEW, B.REVISE_AND_RESUBMIT})
# Booked, here or elsewhere: the next application of the contract may follow. A void one counts for nothing.
SETTLED = frozenset({E.SYNCED, E.BOOKED_OUTSIDE})
# Moved by the engine; every other status is a rest state.
IN_MOTION = frozenset({E.EXPORTING, E.NEEDS_CHECK})


def _billing(name, sources, target, past):
    return Transition("status", name, frozenset(sources), target, past, while_erp=WITH_PROJECT)


def _erp(name, sources, target, past, while_billing=frozenset(BillingStatus)):
    return Transition("erp_status", name, frozenset(sources), target, past, while_billing=frozenset(while_billing))


SUBMIT = _billing("submit", {B.DRAFT, B.REVISE_AND_RESUBMIT}, B.UNDER_REVIEW, "submitted")
APPROVE = _billing("approve", {B.UNDER_REVIEW}, B.APPROVED, "approved")
REVISE = _billing("revise", {B.UNDER_REVIEW}, B.REVISE_AND_RESUBMIT, "asked to revise")
REOPEN = _billing("reopen", {B.APPROVED}, B.DRAFT, "reopened")
VOID = _billing("void", {*OPEN_BILLING, B.APPROVED}, B.VOID, "voided")
# Rejecting is two moves in one transaction; this one lands while the ERP side has just become Rejected.
RETURN = _billing("return", {B.APPROVED}, B.REVISE_AND_RESUBMIT, "returned")

SEND = _erp("send", WITH_PROJECT, E.READY_TO_EXPORT, "sent", while_billing={B.APPROVED})
RECALL = _erp("recall", {E.READY_TO_EXPORT}, E.RECALLED, "recalled")
ACCEPT = _erp("accept", {E.READY_TO_EXPORT}, E.ACCEPTED, "accepted")
UNDO = _erp("undo", {E.ACCEPTED}, E.READY_TO_EXPORT, "took back the acceptance of")
REJECT = _erp("reject", {E.READY_TO_EXPORT, E.ACCEPTED, E.FAILED}, E.REJECTED, "rejected")
EXPORT = _erp("export", {E.ACCEPTED}, E.EXPORTING, "started to export")
WITHDRAW = _erp("withdraw", {E.EXPORTING}, E.ACCEPTED, "withdrew")
DOUBT = _erp("doubt", {E.EXPORTING}, E.NEEDS_CHECK, "could not tell whether the ERP has")
RESUME = _erp("resume", {E.NEEDS_CHECK}, E.EXPORTING, "resumed the export of")
COMPLETE = _erp("complete", {E.EXPORTING, E.NEEDS_CHECK, E.FAILED}, E.SYNCED, "synced")
FAIL = _erp("fail", {E.EXPORTING, E.NEEDS_CHECK}, E.FAILED, "failed to export")
RETRY = _erp("retry", {E.FAILED}, E.EXPORTING, "retried")
SETTLE = _erp(
    "settle", {*WITH_PROJECT, E.FAILED}, E.BOOKED_OUTSIDE, "booked outside Tieout", while_billing={B.APPROVED}
)
UNSETTLE = _erp("unsettle", {E.BOOKED_OUTSIDE}, E.RECALLED, "took back the booking outside Tieout of")
UNLINK = _erp("unlink", {E.SYNCED}, E.READY_TO_EXPORT, "unlinked")

BILLING_MOVES = (SUBMIT, APPROVE, REVISE, REOPEN, VOID, RETURN)
ERP_MOVES = (
    SEND,
    RECALL,
    ACCEPT,
    UNDO,
    REJECT,
    EXPORT,
    WITHDRAW,
    DOUBT,
    RESUME,
    COMPLETE,
    FAIL,
    RETRY,
    SETTLE,
    UNSETTLE,
    UNLINK,
)
MOVES = {move.name: move for move in (*BILLING_MOVES, *ERP_MOVES)}
