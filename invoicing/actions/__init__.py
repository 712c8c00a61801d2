"""What people decide about contracts, billing periods and applications for payment.

Every function takes ids and answers fresh objects; who may call it is up to `invoicing.policies`.
"""

from invoicing.actions.change_orders import (
    ChangeOrderDetails,
    add_change_orders,
    create_change_order,
    move_change_order,
    save_change_order,
)
from invoicing.actions.codes import create_cost_code, create_owner, create_project
from invoicing.actions.contracts import create_contract, update_contract
from invoicing.actions.erp import recall_invoice, send_to_erp
from invoicing.actions.invoices import create_invoice, delete_invoice, restore_invoice
from invoicing.actions.lines import InvoiceDetails, LineEntry, save_lines
from invoicing.actions.numbers import next_change_order_number, next_contract_number
from invoicing.actions.periods import (
    PeriodRule,
    close_period,
    create_period,
    open_due_periods,
    open_period,
    set_period_rule,
    update_period,
)
from invoicing.actions.review import approve_invoice, ask_to_revise, reopen_invoice, submit_invoice, void_invoice
from invoicing.actions.schedule import (
    BECOMES,
    ScheduleEntry,
    save_schedule,
    schedule_changes,
    schedule_problems,
)
from invoicing.actions.schedule_import import import_schedule

__all__ = [
    "BECOMES",
    "ChangeOrderDetails",
    "InvoiceDetails",
    "LineEntry",
    "PeriodRule",
    "ScheduleEntry",
    "add_change_orders",
    "approve_invoice",
    "ask_to_revise",
    "close_period",
    "create_change_order",
    "create_contract",
    "create_cost_code",
    "create_invoice",
    "create_owner",
    "create_period",
    "create_project",
    "delete_invoice",
    "import_schedule",
    "move_change_order",
    "next_change_order_number",
    "next_contract_number",
    "open_due_periods",
    "open_period",
    "recall_invoice",
    "reopen_invoice",
    "restore_invoice",
    "save_change_order",
    "save_lines",
    "save_schedule",
    "schedule_changes",
    "schedule_problems",
    "send_to_erp",
    "set_period_rule",
    "submit_invoice",
    "update_contract",
    "update_period",
    "void_invoice",
]
