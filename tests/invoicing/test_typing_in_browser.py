"""The editor of an application in a real browser: many lines at once, quantities, a doubled press, what axe says."""

from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import ScheduleEntry
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OwnerInvoiceFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.invoicing.pages import page_of
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_previews_are_usable_by_everyone_and_a_doubled_press_bills_once(page):
    company = CompanyFactory(slug="harbor")
    priya = MembershipFactory(company=company, project_staff=True).user
    invoice = OwnerInvoiceFactory(contract__project=ProjectFactory(company=company), contract__lines=3, work=None)
    sign_in(page, priya)
    page.goto(page_of(invoice, "invoice_bulk_edit"))
    page.get_by_label("Complete to date, percent").fill("25")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change the lines").wait_for()
    faults = accessibility_faults(page)
    page.get_by_role("button", name="Change the lines").click()
    page.get_by_text("3 lines changed.").first.wait_for()
    page.get_by_role("link", name="Bill by balance").click()
    page.get_by_label("How much").fill("100")
    page.get_by_role("button", name="Preview").click()
    faults += accessibility_faults(page)
    page.get_by_role("button", name="Bill", exact=True).dblclick()
    page.get_by_role("heading", name="Continuation sheet").wait_for()

    assert faults == []
    assert sum(row.work_this_period for row in invoice.lines.all()) == sum(
        row.scheduled_value / 4 for row in invoice.lines.all()
    ) + Decimal(100)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_quantities_and_amounts_follow_each_other_as_one_types(page):
    company = CompanyFactory(slug="harbor")
    priya = MembershipFactory(company=company, project_staff=True).user
    contract = PrimeContractFactory(project=ProjectFactory(company=company), accounting_method="unit")
    manholes = ScheduleEntry(
        "04", "Manholes", Decimal(16740), quantity=Decimal(9), unit="each", unit_price=Decimal(1860)
    )
    actions.save_schedule(contract.pk, [manholes], actor=contract.created_by)
    invoice = OwnerInvoiceFactory(contract=contract, work=None)
    sign_in(page, priya)
    page.goto(page_of(invoice))
    work = page.get_by_label("E, work this period, line 04")
    page.get_by_label("Quantity this period, line 04").fill("2.5")
    followed = [work.input_value(), page.get_by_label("Quantity to date, line 04").input_value()]
    work.fill("50%")
    work.press("Tab")
    followed += [work.input_value(), page.get_by_label("Quantity this period, line 04").input_value()]
    page.get_by_label("Quantity to date, line 04").fill("3")
    page.get_by_text("5,022.00").first.wait_for()
    faults = accessibility_faults(page)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("was saved.").first.wait_for()

    assert followed == ["4,650.00", "2.5", "8,370.00", "4.5"]
    assert faults == []
    assert invoice.lines.get().work_this_period == 5580
