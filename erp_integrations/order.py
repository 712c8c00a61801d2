"""The order guard: application N of a contract is booked after N-1, docs/decisions/order-guard.md.

`ExportJobQuerySet.in_turn` holds what waits; here is who waits for whom, for the pages and for those who queue.
"""

from django.db.models import OuterRef, Subquery

from erp_integrations.exceptions import OthersMoving, WaitsFor
from erp_integrations.models import MOVING, ExportJob
from invoicing.models import OwnerInvoice
from invoicing.states import SETTLED


def unsettled_before(invoices):
    """By invoice id: the application just before it, where that is not booked yet. One query."""
    before = OwnerInvoice.objects.before(OuterRef("contract"), OuterRef("position"))
    asked = OwnerInvoice.objects.filter(pk__in=[each.pk for each in invoices])
    nearest = asked.annotate(nearest=Subquery(before.values("pk")[:1])).values("nearest")
    found = OwnerInvoice.objects.filter(pk__in=nearest).select_related("contract").order_by("position")
    by_contract = {}
    for each in found:
        by_contract.setdefault(each.contract_id, []).append(each)
    just_before = {each.pk: _last_below(each, by_contract.get(each.contract_id, ())) for each in invoices}
    return {pk: each for pk, each in just_before.items() if each and each.erp_status not in SETTLED}


def _last_below(invoice, applications):
    return next((each for each in reversed(applications) if each.position < invoice.position), None)


def refuse_out_of_turn(invoice):
    """Raise WaitsFor unless the application before it is booked or on its way."""
    before = unsettled_before([invoice]).get(invoice.pk)
    if before is not None and not ExportJob.objects.filter(invoice=before, state__in=MOVING).exists():
        raise WaitsFor(invoice, before)


def refuse_while_later_ones_move(invoice):
    """Raise OthersMoving while a later application is exporting: its turn came because this one is booked."""
    later = OwnerInvoice.objects.filter(contract=invoice.contract_id, position__gt=invoice.position)
    moving = later.filter(export_jobs__state__in=MOVING).select_related("contract").order_by("position").first()
    if moving is not None:
        raise OthersMoving(invoice, moving)
