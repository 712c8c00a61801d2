from invoicing.models.attachments import Attachment
from invoicing.models.contract_changes import ContractChange
from invoicing.models.contracts import (
    ChangeOrder,
    ContractLine,
    CostCode,
    Owner,
    PrimeContract,
)
from invoicing.models.events import InvoiceEvent
from invoicing.models.figure_changes import FigureChange
from invoicing.models.invoice_lines import OwnerInvoiceLine
from invoicing.models.invoices import OwnerInvoice
from invoicing.models.payments import Payment
from invoicing.models.periods import BillingPeriod, BillingRule, PeriodStatus
from invoicing.models.reductions import RetainageReduction

__all__ = [
    "Attachment",
    "BillingPeriod",
    "BillingRule",
    "ChangeOrder",
    "ContractChange",
    "ContractLine",
    "CostCode",
    "FigureChange",
    "InvoiceEvent",
    "Owner",
    "OwnerInvoice",
    "OwnerInvoiceLine",
    "Payment",
    "PeriodStatus",
    "PrimeContract",
    "RetainageReduction",
]
