from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from directory.models import Project
from invoicing.actions import history
from invoicing.billing_calendar import months_until
from invoicing.exceptions import FieldRefused
from invoicing.models import BillingPeriod, BillingRule, OwnerInvoice, PeriodStatus

# A project that nobody looked at for years gets its last months, not all of them.
MOST_MONTHS = 24


@transaction.atomic
def create_period(project_id, *, start, end, due, actor):
    """A billing period of a project, open from now on; the one that was open is closed. Raises `FieldRefused`."""
    project = _lock_project(project_id)
    period = BillingPeriod(company_id=project.company_id, project=project, start=start, end=end, due=due)
    _refuse_overlap(period)
    _close_open_one(project)
    period.save()
    history.record_of(period, "period.created", actor=actor, detail={"project": project.number})
    return period


@transaction.atomic
def update_period(period_id, *, start, end, due, actor):
    """Change a period's dates; once an invoice of it is approved only the due date may change."""
    period = _locked_period(period_id)
    if (start, end) != (period.start, period.end):
        _refuse_billed(period)
    period.start, period.end, period.due = start, end, due
    _refuse_overlap(period)
    period.save()
    history.record_of(period, "period.edited", actor=actor, detail={"project": period.project.number})
    return period


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How a project bills: monthly through `last_day` (31: to the month's end), due `due_days` later."""

    automatic: bool
    last_day: int
    due_days: int


@transaction.atomic
def set_period_rule(project_id, rule, *, actor, today):
    """Keep how a project's periods follow each other; automatic ones that are due are opened at once."""
    project = _lock_project(project_id)
    values = {"automatic": rule.automatic, "last_day": rule.last_day, "due_days": rule.due_days}
    stored, made = BillingRule.objects.get_or_create(
        project=project, defaults={"company_id": project.company_id, **values}
    )
    if made or any(getattr(stored, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save()
        detail = {"project": project.number, **values}
        history.record_of(project, "period_rule.set", actor=actor, detail=detail)
    return open_due_periods(project_id, today=today)


@transaction.atomic
def open_due_periods(project_id, *, today):
    """Make the periods of an automatic project down to the one that `today` is in, which is open then.

    Returns the new ones, none where the rule is off or nothing is due; asking again makes nothing twice.
    """
    project = _lock_project(project_id)
    rule = BillingRule.objects.filter(project=project, automatic=True).first()
    if rule is None:
        return []
    last = BillingPeriod.objects.filter(project=project).order_by("-end").values_list("end", flat=True).first()
    months = list(months_until(last, today, rule.last_day, MOST_MONTHS))
    if not months:
        return []
    _close_open_one(project)
    periods = [_month_of(rule, *month) for month in months]
    periods[-1].status = PeriodStatus.OPEN
    BillingPeriod.objects.bulk_create(periods)
    detail = {"project": project.number, "periods": len(periods)}
    history.record_of(periods[-1], "period.opened", actor=None, detail=detail)
    return periods


def _month_of(rule, start, end):
    due = end + timedelta(days=rule.due_days)
    keys = {"company_id": rule.company_id, "project_id": rule.project_id}
    return BillingPeriod(**keys, start=start, end=end, due=due, status=PeriodStatus.CLOSED)


@transaction.atomic
def open_period(period_id, *, actor):
    """Open a period; the one that was open is closed. Doing it again changes nothing."""
    period = _locked_period(period_id)
    if period.status != PeriodStatus.OPEN:
        _close_open_one(period.project)
        _turn(period, PeriodStatus.OPEN, actor)
    return period


@transaction.atomic
def close_period(period_id, *, actor):
    period = _locked_period(period_id)
    if period.status != PeriodStatus.CLOSED:
        _turn(period, PeriodStatus.CLOSED, actor)
    return period


def _turn(period, status, actor):
    period.status = status
    period.save(update_fields=["status"])
    history.record_of(period, f"period.{status}", actor=actor, detail={"project": period.project.number})


def _lock_project(project_id):
    """Periods of one project are changed one after the other."""
    return Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project_id)


def _locked_period(period_id):
    period = BillingPeriod.objects.get(pk=period_id)
    period.project = _lock_project(period.project_id)
    period.refresh_from_db(fields=["start", "end", "due", "status"])
    return period


def _close_open_one(project):
    BillingPeriod.objects.filter(project=project, status=PeriodStatus.OPEN).update(status=PeriodStatus.CLOSED)


def _refuse_overlap(period):
    if period.end < period.start:
        raise FieldRefused("end", "The period ends before it starts.")
    if period.due < period.end:
        raise FieldRefused("due", "The due date is before the period ends.")
    others = BillingPeriod.objects.filter(project=period.project).exclude(pk=period.pk)
    other = others.filter(start__lte=period.end, end__gte=period.start).first()
    if other:
        raise FieldRefused("start", f"Billing period {period} overlaps {other}.")


def _refuse_billed(period):
    invoices = OwnerInvoice.objects.standing().filter(period=period).select_related("contract")
    billed = next((invoice for invoice in invoices if not invoice.is_editable), None)
    if billed:
        sentence = f"{billed.display_number} is billed for this period and is {billed.get_status_display()}."
        raise FieldRefused("start", f"{sentence} Only the due date can change.")
