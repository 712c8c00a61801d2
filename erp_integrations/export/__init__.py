"""The export engine: what a worker does with one job, in four short steps.

claim (one short transaction) → look up, when in doubt → create (no transaction open) → finish (one fenced transaction).
"""

from erp_integrations.export.breaker import probe_now
from erp_integrations.export.jobs import cancel_job, open_job, reopen_job, try_now
from erp_integrations.export.launching import launch
from erp_integrations.export.runs import close_run
from erp_integrations.export.totals import add_up
from erp_integrations.export.withdrawal import withdraw, withdraw_stranded
from erp_integrations.export.work import export_due, export_next

__all__ = [
    "add_up",
    "cancel_job",
    "close_run",
    "export_due",
    "export_next",
    "launch",
    "open_job",
    "probe_now",
    "reopen_job",
    "try_now",
    "withdraw",
    "withdraw_stranded",
]
