"""Billing periods, as a browser without scripts uses them."""

from datetime import date

import pytest

from tests.factories import BillingPeriodFactory, ProjectFactory
from tests.invoicing.pages import address, error_at, signed_in, value_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory(company__slug="harborvine", slug="mill-race")


@pytest.fixture
def priya(project):
    return signed_in(project.company, project_staff=True, user__name="Priya Nair")


class TestPeriods:
    def test_the_next_month_is_proposed(self, priya, project):
        BillingPeriodFactory(project=project, start=date(2026, 1, 1), end=date(2026, 1, 31), due=date(2026, 2, 25))

        page = priya.get(address("period_new", project))

        proposed = [value_of(page, f"id_{name}") for name in ("start", "end", "due")]
        assert proposed == ["2026-02-01", "2026-02-28", "2026-03-25"]

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("start", "", "This field is required."),
            ("start", "2026-01-15", "Billing period Jan 15 – Feb 28, 2026 overlaps Jan 1 – 31, 2026."),
            ("end", "2026-01-15", "The period ends before it starts."),
            ("due", "9999999-01-01", "Enter a date, such as 2026-10-31."),
            ("due", "2026-02-15", "The due date is before the period ends."),
        ],
    )
    def test_bad_dates_get_a_message_beside_them(self, priya, project, name, value, message):
        BillingPeriodFactory(project=project)
        form = {"start": "2026-02-01", "end": "2026-02-28", "due": "2026-03-25", name: value}

        response = priya.post(address("period_new", project), form)

        assert (response.status_code, error_at(response, f"id_{name}")) == (422, message)

    def test_periods_are_edited_opened_and_closed(self, priya, project):
        period = BillingPeriodFactory(project=project)
        press = {name: address(f"period_{name}", project, period_id=period.pk) for name in ("open", "close", "edit")}

        opened = priya.post(press["open"], follow=True)
        priya.post(press["close"])
        priya.post(press["edit"], {"start": "2026-01-01", "end": "2026-01-30", "due": "2026-02-20"})

        assert "is open." in words(opened)
        period.refresh_from_db()
        assert (period.status, period.end) == ("closed", date(2026, 1, 30))
