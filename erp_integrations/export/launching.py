"""How the invoices of a run join it: each with its job, one after the other, over as many turns as the list is long.

A press of Export to ERP takes the first turn and workers take the others, so that it answers as soon for a thousand
invoices as for fifty, and a process that dies on the way costs a turn and no more.
"""

from django.db import transaction

from erp_integrations.exceptions import ExportError, NotReadyForErp
from erp_integrations.export.jobs import open_job
from erp_integrations.export.runs import close_run, leave_run
from erp_integrations.models import ExportJob, ExportRun
from erp_integrations.order import refuse_out_of_turn
from erp_integrations.readiness import readiness
from invoicing import lifecycle
from invoicing.exceptions import InvoicingError
from invoicing.models import OwnerInvoice
from invoicing.states import EXPORT
from notifications import locks, trace
from notifications.clock import TieoutNow

A_TURN = 50  # invoices; one takes about 30 ms


def launch(run_id, turns=1):
    """Have the run's next invoices join; whether some are left, and nobody else is at them.

    An invoice that cannot join stays accepted; the run says why.
    """
    with locks.alone(locks.LAUNCH, run_id) as is_ours:
        return is_ours and not _go_on(run_id, turns * A_TURN)


def _go_on(run_id, at_most):
    """Whether the list has been gone through."""
    run = ExportRun.objects.select_related("started_by").get(pk=run_id)
    left = run.left_to_join()
    with trace.during(trace=_click(run)):
        for invoice_id in left[:at_most]:
            _join(run, invoice_id)
    if len(left) > at_most:
        return False
    ExportRun.objects.filter(pk=run_id, launched_at__isnull=True).update(launched_at=TieoutNow())
    close_run(run_id)  # nothing joined, or all ended meanwhile
    return True


def _click(run):
    """The trace of the press, in whichever process its turn comes."""
    joined = ExportJob.objects.filter(run=run).values_list("trace", flat=True)
    return next(iter(joined[:1]), None) or trace.current()


def _join(run, invoice_id):
    """Move one invoice to Exporting and queue its job, together; or note why it stays."""
    try:
        with transaction.atomic():
            invoice = lifecycle.move(invoice_id, EXPORT, actor=run.started_by, note=f"Export {run.number}")
            ready = readiness([invoice])[invoice_id]
            if not ready:
                raise NotReadyForErp(invoice, ready.problems)
            refuse_out_of_turn(invoice)
            open_job(invoice, invoice.company.erp_connection, run)
    except (ExportError, InvoicingError, OwnerInvoice.DoesNotExist) as error:
        leave_run(run.pk, invoice_id, str(error))
