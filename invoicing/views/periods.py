from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.web.paging import keyset_page
from invoicing import actions
from invoicing.billing_calendar import month_after, month_around
from invoicing.exceptions import FieldRefused
from invoicing.forms.invoices import PeriodForm, PeriodRuleForm, periods_of
from invoicing.models import BillingRule
from invoicing.policies import can_edit_contracts
from invoicing.views.answers import page_status, refuse
from invoicing.views.fetch import period_or_404, project_page, terms_on
from invoicing.views.navigation import project_tabs, url_of


@require_safe
def periods(request, company, project):
    """The project's billing periods, latest first."""
    project = project_page(request, company, project)
    values = {
        "page": keyset_page(periods_of(project), request.GET.get("cursor", ""), key="start", descending=True),
        "tabs": project_tabs(project, terms_on(request, project), "periods"),
        "can_edit": can_edit_contracts(request.user, project),
        "new_url": url_of("period_new", project),
        "rule": _rule_of(project),
        "rule_url": url_of("period_rule", project),
    }
    return render(request, "invoicing/periods.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def period_new(request, company, project):
    project = project_page(request, company, project, can_edit_contracts)
    form = PeriodForm(request.POST or None, initial=_next_month(project))
    if form.is_valid():
        try:
            period = actions.create_period(project.pk, actor=request.user, **form.cleaned_data)
        except FieldRefused as error:
            refuse(form, error)
        else:
            messages.success(request, f"Billing period {period} is open.")
            return redirect(url_of("periods", project))
    return render(request, "invoicing/period_new.html", {"form": form}, status=page_status(form))


def _next_month(project):
    """What follows the last period by the project's rule, else the month of billing that today is in."""
    rule, last = _rule_of(project), periods_of(project).first()
    today = timezone.localdate()
    start, end = month_after(last.end, rule.last_day) if last else month_around(today, rule.last_day)
    return {"start": start, "end": end, "due": end + timedelta(days=rule.due_days)}


def _rule_of(project):
    """The project's rule; until one is kept, calendar months that somebody creates by hand."""
    return BillingRule.objects.filter(project=project).first() or BillingRule(project=project)


@require_http_methods(["GET", "HEAD", "POST"])
def period_rule(request, company, project):
    """How billing periods follow each other, and whether they open by themselves."""
    project = project_page(request, company, project, can_edit_contracts)
    rule = _rule_of(project)
    initial = {"automatic": rule.automatic, "last_day": rule.last_day, "due_days": rule.due_days}
    form = PeriodRuleForm(request.POST or None, initial=initial)
    if form.is_valid():
        kept = actions.PeriodRule(**form.cleaned_data)
        opened = actions.set_period_rule(project.pk, kept, actor=request.user, today=timezone.localdate())
        also = f" Billing period {opened[-1]} is open." if opened else ""
        messages.success(request, f"The rule was saved.{also}")
        return redirect(url_of("periods", project))
    return render(request, "invoicing/period_rule.html", {"form": form}, status=page_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def period_edit(request, company, project, period_id):
    project = project_page(request, company, project, can_edit_contracts)
    period = period_or_404(project, period_id)
    form = PeriodForm(request.POST or None, initial={"start": period.start, "end": period.end, "due": period.due})
    if form.is_valid():
        try:
            period = actions.update_period(period.pk, actor=request.user, **form.cleaned_data)
        except FieldRefused as error:
            refuse(form, error)
        else:
            messages.success(request, f"Billing period {period} was saved.")
            return redirect(url_of("periods", project))
    return render(request, "invoicing/period_edit.html", {"form": form, "period": period}, status=page_status(form))


@require_POST
def period_open(request, company, project, period_id):
    return _turn(request, company, project, period_id, actions.open_period, "is open. The one before is closed")


@require_POST
def period_close(request, company, project, period_id):
    return _turn(request, company, project, period_id, actions.close_period, "is closed")


def _turn(request, company, project, period_id, act, result):
    project = project_page(request, company, project, can_edit_contracts)
    period = act(period_or_404(project, period_id).pk, actor=request.user)
    messages.success(request, f"Billing period {period} {result}.")
    return redirect(url_of("periods", project))
