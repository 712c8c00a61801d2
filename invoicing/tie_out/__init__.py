"""Tie-out checks 1 to 5: do an application's stored figures agree with its lines, its contract, its predecessor?

Pure figures, no database. Check 6, ready for the ERP, belongs to erp_integrations.
"""

from invoicing.tie_out.results import Certificate, Check, ContractFigures, Place, ScheduledLine, TieOut
from invoicing.tie_out.rules import dollars, sums_of, tie_out

__all__ = [
    "Certificate",
    "Check",
    "ContractFigures",
    "Place",
    "ScheduledLine",
    "TieOut",
    "dollars",
    "sums_of",
    "tie_out",
]
