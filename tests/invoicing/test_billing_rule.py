"""Billing periods that follow a monthly rule: their days, and that each opens once."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from invoicing import actions
from invoicing.billing_calendar import month_after, month_around, months_until
from invoicing.models import BillingPeriod, BillingRule
from invoicing.rounds import open_billing_periods
from tests.factories import BillingPeriodFactory, ProjectFactory
from tests.invoicing.pages import address, error_at, signed_in, value_of, words

DAYS = st.dates(date(1999, 1, 1), date(2101, 1, 1))
LAST_DAYS = st.integers(1, 31)


@given(day=DAYS, last_day=LAST_DAYS)
def test_months_of_billing_meet_without_gap_or_overlap(day, last_day):
    start, end = month_around(day, last_day)

    assert start <= day <= end
    assert 27 <= (end - start).days <= 30
    assert month_after(end, last_day) == month_around(end + timedelta(days=1), last_day)
    assert month_around(start, last_day) == month_around(end, last_day) == (start, end)


@given(last=DAYS, ahead=st.integers(1, 3_000), last_day=LAST_DAYS)
def test_what_is_due_reaches_today_and_no_further(last, ahead, last_day):
    today = last + timedelta(days=ahead)

    months = list(months_until(last, today, last_day, most=24))

    assert months[-1][0] <= today <= months[-1][1]
    assert len(months) == 24 or months[0][0] == last + timedelta(days=1)
    assert all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(months))
    assert list(months_until(months[-1][1], today, last_day, most=24)) == []


@pytest.mark.parametrize(
    ("day", "last_day", "expected"),
    [
        (date(2027, 2, 10), 31, (date(2027, 2, 1), date(2027, 2, 28))),
        (date(2028, 2, 29), 30, (date(2028, 1, 31), date(2028, 2, 29))),
        (date(2026, 11, 25), 25, (date(2026, 10, 26), date(2026, 11, 25))),
        (date(2026, 11, 26), 25, (date(2026, 11, 26), date(2026, 12, 25))),
        (date(2027, 3, 1), 29, (date(2027, 3, 1), date(2027, 3, 29))),
    ],
)
def test_months_of_28_to_31_days(day, last_day, expected):
    assert month_around(day, last_day) == expected


@pytest.fixture
def project(db):
    return ProjectFactory()


def rule(project, today, **changes):
    kept = actions.PeriodRule(**({"automatic": True, "last_day": 25, "due_days": 30} | changes))
    return actions.set_period_rule(project.pk, kept, actor=None, today=today)


def periods(project):
    return list(BillingPeriod.objects.filter(project=project).order_by("start").values_list("start", "end", "status"))


def test_what_is_due_opens_once_and_only_the_last_is_open(project):
    BillingPeriodFactory(project=project, start=date(2026, 8, 1), end=date(2026, 8, 31), status="open")

    opened = rule(project, date(2026, 10, 3))
    again = actions.open_due_periods(project.pk, today=date(2026, 10, 25))

    assert periods(project) == [
        (date(2026, 8, 1), date(2026, 8, 31), "closed"),
        (date(2026, 9, 1), date(2026, 9, 25), "closed"),
        (date(2026, 9, 26), date(2026, 10, 25), "open"),
    ]
    assert (len(opened), opened[-1].due, again) == (2, date(2026, 11, 24), [])


def test_the_round_opens_what_is_automatic_and_leaves_the_rest(project):
    by_hand = ProjectFactory(company=project.company)
    rule(project, date(2026, 10, 3))
    rule(by_hand, date(2026, 10, 3), automatic=False)

    with time_machine.travel("2026-10-26 12:00Z", tick=False):
        open_billing_periods()
        open_billing_periods()

    assert [end for _, end, _ in periods(project)] == [date(2026, 10, 25), date(2026, 11, 25)]
    assert periods(by_hand) == []


def test_two_periods_of_a_project_cannot_overlap_whoever_writes_them(project):
    BillingPeriodFactory(project=project, start=date(2026, 1, 1), end=date(2026, 1, 31))
    BillingPeriodFactory(start=date(2026, 1, 31), end=date(2026, 2, 27))

    with pytest.raises(IntegrityError, match="billing_periods_do_not_overlap"), transaction.atomic():
        BillingPeriodFactory(project=project, start=date(2026, 1, 31), end=date(2026, 2, 27))


def test_the_rule_is_typed_and_the_next_period_follows_it(project):
    priya = signed_in(project.company, project_staff=True)
    BillingPeriodFactory(project=project, start=date(2026, 1, 1), end=date(2026, 1, 31))
    here = address("period_rule", project)

    wrong = priya.post(here, {"last_day": "32", "due_days": "soon"})
    saved = priya.post(here, {"last_day": "20", "due_days": "10"}, follow=True)
    proposed = priya.get(address("period_new", project))
    far = priya.post(address("period_new", project), {"start": "9999-12-01", "end": "9999-12-31", "due": "9999-12-31"})

    assert (wrong.status_code, error_at(wrong, "id_due_days")) == (422, "Enter a whole number of days, such as 25.")
    assert "less than or equal to 31" in error_at(wrong, "id_last_day")
    assert "Monthly through day 20, due 10 days after" in words(saved)
    assert [value_of(proposed, f"id_{name}") for name in ("start", "end", "due")] == [
        "2026-02-01",
        "2026-02-20",
        "2026-03-02",
    ]
    assert (far.status_code, error_at(far, "id_end")) == (422, "Enter a date between 1900 and 2199.")
    assert BillingRule.objects.get(project=project).automatic is False
