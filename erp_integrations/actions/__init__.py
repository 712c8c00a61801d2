"""What people can do on the accounting side."""

from erp_integrations.actions.causes import retry_cause, shared_causes
from erp_integrations.actions.checking import check_connection
from erp_integrations.actions.connections import connect_erp, seen_of, try_connection
from erp_integrations.actions.decisions import (
    accept_invoice,
    accept_invoices,
    reject_invoice,
    reject_invoices,
    undo_accept,
    undo_accepts,
)
from erp_integrations.actions.doubt import (
    accept_difference,
    answer_absent,
    answer_removed,
    answer_there,
    leave_in_doubt,
)
from erp_integrations.actions.exports import (
    dismiss_run,
    retry_export,
    retry_exports,
    start_export,
    try_now,
    withdraw_export,
)
from erp_integrations.actions.linking import compare_with_erp, link_to_erp, unlink
from erp_integrations.actions.mappings import map_code
from erp_integrations.actions.outside import book_outside, take_back_booking

__all__ = [
    "accept_difference",
    "accept_invoice",
    "accept_invoices",
    "answer_absent",
    "answer_removed",
    "answer_there",
    "book_outside",
    "check_connection",
    "compare_with_erp",
    "connect_erp",
    "dismiss_run",
    "leave_in_doubt",
    "link_to_erp",
    "map_code",
    "reject_invoice",
    "reject_invoices",
    "retry_cause",
    "retry_export",
    "retry_exports",
    "seen_of",
    "shared_causes",
    "start_export",
    "take_back_booking",
    "try_connection",
    "try_now",
    "undo_accept",
    "undo_accepts",
    "unlink",
    "withdraw_export",
]
