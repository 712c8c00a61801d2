"""Word, icon and colour of each status; never the colour alone."""

from dataclasses import dataclass

from invoicing.states import BillingStatus, ChangeOrderStatus, ContractStatus, ErpStatus


@dataclass(frozen=True)
class Badge:
    """`kind` is a class of the chip: ok, warn, bad, busy, or nothing for a neutral one."""

    word: str
    icon: str
    kind: str = ""


_LOOKS = {
    "accepted": ("check", "ok"),
    "approved": ("check", "ok"),
    "booked_outside": ("lock", ""),
    "complete": ("lock", ""),
    "draft": ("dot", ""),
    "exporting": ("sync", "busy"),
    "failed": ("x", "bad"),
    "needs_check": ("alert", "warn"),
    "not_sent": ("dot", ""),
    "out_for_signature": ("clock", ""),
    "pending": ("clock", ""),
    "ready_to_export": ("clock", ""),
    "recalled": ("back", ""),
    "rejected": ("x", "bad"),
    "revise_and_resubmit": ("back", "warn"),
    "synced": ("check", "ok"),
    "terminated": ("x", ""),
    "under_review": ("clock", ""),
    "void": ("x", ""),
}
BADGES = {
    status.value: Badge(status.label, *_LOOKS[status.value])
    for statuses in (BillingStatus, ErpStatus, ContractStatus, ChangeOrderStatus)
    for status in statuses
}
