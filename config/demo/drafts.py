"""Applications that project staff are working on."""

from datetime import timedelta
from decimal import Decimal

from config.demo.billed import month_before
from config.demo.contracts import REJECTED
from invoicing import actions as billing
from invoicing.actions.adjusting import Asked, adjust
from invoicing.models import BillingPeriod, PeriodStatus
from invoicing.payment_application import RELEASE


def leave_drafts(settled, all_billed):
    """The next application of some jobs, begun and not sent; those that came back, corrected and not sent again."""
    drafts = [_begin(settled, billed) for billed in all_billed if billed.job.has_draft]
    for draft, work_on in zip(drafts, (_change_scope, _release_some), strict=False):
        work_on(draft, draft.created_by)
    for billed in all_billed:
        if billed.job.ends == REJECTED:
            _correct(billed.invoices[-1], settled.people[billed.job.sender])


# Number, title, days, what it is worth, whether it is approved: offered to the draft, or still with the owner.
CHANGES = (
    ("CO-01", "Owner's lighting upgrade in the lobby", 4, "18750.00", True),
    ("CO-02", "Delete painted bollards", 0, "-2400.00", True),
    ("CO-03", "Second loading dock leveller", 9, "31200.00", False),
)


def _change_scope(draft, staff):
    """Change orders of a job with an open draft, decided since it was begun."""
    for number, title, days, value, is_approved in CHANGES:
        details = billing.ChangeOrderDetails(number, title, dated=draft.billing_date, schedule_days=days)
        order = billing.create_change_order(draft.contract_id, details, actor=staff)
        line = billing.ScheduleEntry(number, title, Decimal(value))
        billing.save_change_order(order.pk, details, [line], actor=staff)
        billing.move_change_order(order.pk, "approve" if is_approved else "submit", actor=staff)


def _release_some(draft, staff):
    """A change order of the job is added to the draft, and half of what a group of lines holds is released."""
    details = billing.ChangeOrderDetails("CO-01", "Tenant signage at the east entry", dated=draft.billing_date)
    order = billing.create_change_order(draft.contract_id, details, actor=staff)
    line = billing.ScheduleEntry("CO-01", details.title, Decimal("14600.00"))
    billing.save_change_order(order.pk, details, [line], actor=staff)
    billing.move_change_order(order.pk, "approve", actor=staff)
    billing.add_change_orders(draft.pk, [order.pk], actor=staff)
    half = Asked(RELEASE, percent=Decimal(50), group="Site and structure")
    adjust(draft.pk, half, actor=staff, note="Site and structure are accepted; half of their retainage is released.")


def _correct(invoice, staff):
    """Less is billed on the line that bills most."""
    row = max(invoice.lines.all(), key=lambda each: each.work_this_period)
    entry = billing.LineEntry(work_this_period=row.work_this_period - Decimal("1250.00"))
    billing.save_lines(invoice.pk, {row.pk: entry}, actor=staff)


def _begin(settled, billed):
    last = billed.invoices[-1].period
    BillingPeriod.objects.filter(project=billed.contract.project_id).update(status=PeriodStatus.CLOSED)
    start, end = month_before(last.end + timedelta(days=1), 0)
    period = BillingPeriod.objects.create(
        company_id=last.company_id, project_id=last.project_id, start=start, end=end, due=end + timedelta(days=30)
    )
    staff = settled.people[billed.job.sender]
    draft = billing.create_invoice(billed.contract.pk, period.pk, actor=staff)
    line = max(draft.lines.all(), key=lambda each: each.scheduled_value - each.work_previous)
    share = (line.scheduled_value / 50).quantize(Decimal(1))
    entry = billing.LineEntry(work_this_period=share, materials_stored=share / 2)
    return billing.save_lines(draft.pk, {line.pk: entry}, actor=staff)
