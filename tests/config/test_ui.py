"""The components' HTML: what page authors and screen readers rely on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone

from config.badges import BADGES
from directory.policies import ALLOW, deny
from directory.web.paging import KeysetPage
from invoicing.states import BillingStatus, ChangeOrderStatus, ContractStatus, ErpStatus

NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
REFUSAL = deny("Accepting needs ‘Can Push to Accounting’.")


def draw(source, **values):
    return Template(source).render(Context(values)).strip()


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea, help_text="Say what to change.")
    digest = forms.BooleanField(required=False)


@pytest.mark.parametrize("status", [*BillingStatus, *ErpStatus, *ContractStatus, *ChangeOrderStatus])
def test_every_status_has_a_word_and_an_icon(status):
    badge = BADGES[status.value]

    assert (badge.word, bool(badge.icon)) == (status.label, True)


def test_a_button_that_works():
    drawn = draw(
        '{% button "Accept" kind="accept" label="Accept invoice PC-016 #4" because=yes data_key="a" %}', yes=ALLOW
    )

    expected = (
        '<button type="submit" class="btn accept" aria-label="Accept invoice PC-016 #4" data-key="a">Accept</button>'
    )
    assert drawn == expected


def test_a_greyed_button_keeps_its_place_in_the_tab_order_and_says_why():
    drawn = draw('{% button "Accept" because=no name="decision" value="yes" id="accept-3" %}', no=REFUSAL)

    mark = drawn.split('aria-describedby="')[1].split('"')[0]
    assert drawn == (
        '<span class="with-reason"><button type="button" class="btn" aria-disabled="true" '
        f'aria-describedby="{mark}" id="accept-3">Accept</button>'
        f'<span class="why" id="{mark}">{REFUSAL.reason}</span></span>'
    )


def test_fifty_greyed_buttons_may_share_one_reason():
    drawn = draw('{% button "Accept" because=no reason_id="why" %}{% reason no "why" %}', no=REFUSAL)

    assert drawn.count(REFUSAL.reason) == 1
    assert 'aria-describedby="why"' in drawn


def test_what_people_typed_is_escaped():
    drawn = draw("{% button words label=words %}{% note %}{{ words }}{% endnote %}{% chip words %}", words='<b a="1">')

    assert "<b " not in drawn


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (Decimal("411355.75"), "USD", "$411,355.75"),
        (Decimal("-1250"), "USD", "−$1,250.00"),
        (Decimal("1250"), "CHF", "1,250.00 CHF"),
    ],
)
def test_an_amount_with_its_currency(value, currency, expected):
    drawn = draw("{{ value|amount:currency }}", value=value, currency=currency)

    assert drawn == expected


def test_an_amount_in_a_column():
    drawn = draw("{{ less|money }} {{ none|money }}", less=Decimal("-19430"), none=None)

    assert drawn == "−19,430.00"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), "Oct 1 – 31, 2026"),
        (date(2026, 9, 15), date(2026, 10, 14), "Sep 15 – Oct 14, 2026"),
        (date(2026, 12, 15), date(2027, 1, 14), "Dec 15, 2026 – Jan 14, 2027"),
        (date(2026, 10, 1), date(2026, 10, 1), "Oct 1, 2026"),
    ],
)
def test_a_billing_period(start, end, expected):
    drawn = draw("{% period start end %}", start=start, end=end)

    assert drawn == f'<span class="nowrap">{expected}</span>'


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=4), "4 days ago"),
    ],
)
def test_an_age(age, expected):
    with time_machine.travel(NOW, tick=False):
        drawn = draw("{% ago moment %}", moment=NOW - age)

    words = drawn.split(">", 1)[1].removesuffix("</time>")
    assert words == expected


def test_an_age_turns_amber_at_five_days_and_tells_the_full_time():
    with time_machine.travel(NOW, tick=False), timezone.override("America/New_York"):
        drawn = draw("{% ago moment %}", moment=NOW - timedelta(days=5))

    assert 'title="Oct 31, 2026, 11:00 AM"' in drawn
    assert '<span class="chip warn">' in drawn


def test_a_field_is_tied_to_its_hint_and_its_error():
    form = ReasonForm({"reason": ""})

    drawn = draw("{% field form.reason %}", form=form)

    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in drawn
    assert '<span class="hint" id="id_reason_helptext">Say what to change.</span>' in drawn
    assert '<span class="err" id="id_reason_error">This field is required.</span>' in drawn


def test_forms_look_the_same_without_the_tag():
    form = ReasonForm()

    assert str(form["reason"].as_field_group()).strip() == draw("{% field form.reason %}", form=form)


def test_the_error_summary_links_each_error_to_its_field():
    form = ReasonForm({"reason": ""})

    drawn = draw("{% error_summary form %}", form=form)

    assert '<li><a href="#id_reason">Reason: This field is required.</a></li>' in drawn
    assert draw("{% error_summary form %}", form=ReasonForm({"reason": "Wrong period."})) == ""


def test_more_lists_every_tab_and_the_current_one_never_folds():
    tabs = [
        {"label": "Owner Invoices", "url": "/a", "priority": 1},
        {"label": "Mappings", "url": "/b", "priority": 3, "current": True},
    ]

    drawn = draw('{% tabs tabs "ERP Integrations" %}', tabs=tabs)

    shown, menu = drawn.split("popover class=")
    assert 'class="p3"' not in shown
    assert menu.count("<a ") == 2
    assert '<a href="/b" aria-current="page">Mappings</a>' in menu


def test_pages_keep_the_rest_of_the_address(rf):
    request = rf.get("/list/?status=ready&cursor=old")

    drawn = draw("{% pagination page %}", page=KeysetPage([], "on", ""), request=request)

    link = drawn.split('href="?')[1].split('"')[0].replace("&amp;", "&")
    assert QueryDict(link).dict() == {"status": "ready", "cursor": "on"}
    assert "Previous" not in drawn


def test_a_post_button_carries_the_version_and_the_token(rf):
    drawn = draw('{% post_button "/undo/" "Undo" version=7 target="#inv-3" %}', request=rf.get("/"))

    assert '<form method="post" action="/undo/" hx-post="/undo/" hx-target="#inv-3" hx-swap="outerHTML">' in drawn
    assert '<input type="hidden" name="version" value="7">' in drawn
    assert 'name="csrfmiddlewaretoken" value=""' not in drawn


def test_a_post_button_that_may_not_be_pressed_is_no_form(rf):
    drawn = draw('{% post_button "/undo/" "Undo" because=no %}', no=REFUSAL, request=rf.get("/"))

    assert "<form" not in drawn
    assert REFUSAL.reason in drawn
