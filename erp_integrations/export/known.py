"""What is known about exports in doubt, from their evidence: sent when, asked when, and what the ERP said."""

from dataclasses import dataclass
from datetime import datetime

from erp_integrations.models import CallKind, ExportAttempt

NO_ANSWER = "no answer was written down"


@dataclass
class Known:
    """Of one invoice, over all generations: the last write and the last look-up that were begun."""

    sent_at: datetime | None = None
    write_said: str = ""
    asked_at: datetime | None = None
    look_up_said: str = ""


def known_of(invoice_ids):
    """Known, by invoice id, in one query; invoices that were never sent are left out."""
    attempts = ExportAttempt.objects.filter(job__invoice__in=invoice_ids).order_by("pk")
    told = attempts.select_related("outcome_row", "job")
    known = {}
    for attempt in told:
        _add(known.setdefault(attempt.job.invoice_id, Known()), attempt)
    return known


def _add(known, attempt):
    outcome = getattr(attempt, "outcome_row", None)
    said = outcome.get_outcome_display().lower() if outcome else NO_ANSWER
    if attempt.kind == CallKind.FIND:
        known.asked_at, known.look_up_said = attempt.started_at, said
    else:
        known.sent_at, known.write_said = attempt.started_at, said
