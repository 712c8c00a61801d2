"""Every component on one page, to look at and to check; the page does not exist outside the demo and DEBUG."""

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.badges import BADGES
from directory.policies import deny
from directory.web.paging import KeysetPage

TABS = [
    {"label": "Owner Invoices", "url": "#tabs", "current": True, "count": 11, "priority": 1},
    {"label": "Mappings", "url": "#tabs", "count": 1, "priority": 2},
    {"label": "Sync Events", "url": "#tabs", "priority": 2},
    {"label": "Settings", "url": "#tabs", "priority": 3},
]
FILTERS = [
    {"label": "Ready to Export", "url": "#filters", "count": 11, "current": True},
    {"label": "Exporting", "url": "#filters", "count": 0},
    {"label": "Failed to Export", "url": "#filters", "count": 2, "bad": True},
]
SUMMARY = [("Project", "Mill Race Apartments, Phase 2"), ("Contract", "PC-011"), ("Application", "9")]


class SampleForm(forms.Form):
    title = forms.CharField(help_text="As it stands on the contract.")
    value = forms.DecimalField(label="Scheduled value")
    status = forms.ChoiceField(choices=[("draft", "Draft"), ("approved", "Approved")])
    level = forms.ChoiceField(choices=[("0", "None"), ("1", "Read Only"), ("2", "Standard")], widget=forms.RadioSelect)
    digest = forms.BooleanField(label="Subscribe to ERP digest emails", required=False)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)


@login_not_required
@require_safe
def styleguide(request):
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    now = timezone.now()
    values = {
        "form": SampleForm({"value": "12,50x", "level": "1"}),
        "badges": list(BADGES),
        "tabs": TABS,
        "filters": FILTERS,
        "summary": SUMMARY,
        "refusal": deny("Accepting needs ‘Can Push to Accounting’. Dana Reyes and Tom Okafor can grant it."),
        "start": date(2026, 10, 1),
        "end": date(2026, 10, 31),
        "ages": [now, now - timedelta(minutes=5), now - timedelta(days=4), now - timedelta(days=6)],
        "amounts": [Decimal("42185.75"), Decimal("-19430.00"), Decimal("22755.75")],
        "page": KeysetPage([1], "next", "previous"),
    }
    return render(request, "styleguide.html", values)
