"""What was typed and not saved, through a lost connection, a closed tab, a stranger's sign-in: in a real browser."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from invoicing import actions
from invoicing.models import ContractLine, OwnerInvoice
from tests.factories import PASSWORD, MembershipFactory, OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing.pages import address, page_of
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NOTHING_KEPT = "() => !Object.keys(localStorage).some((key) => key.startsWith('typed '))"
KEPT = NOTHING_KEPT.replace("!", "")
PASTE = """(field, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def contract(transactional_db):
    return PrimeContractFactory(lines=3)


@pytest.fixture
def invoice(contract):
    return OwnerInvoiceFactory(contract=contract, work=Decimal(0))


@pytest.fixture
def priya(contract):
    return MembershipFactory(company=contract.company, project_staff=True, user__name="Priya Nair").user


def work(page, row):
    """The cell of column E in a row of the editor."""
    return page.locator("[data-line]").nth(row - 1).locator('input[data-col="work"]')


def billed(invoice):
    lines = OwnerInvoice.objects.get(pk=invoice.pk).lines.order_by("contract_line__position")
    return [line.work_this_period for line in lines]


def test_a_lost_connection_loses_nothing_and_leaves_the_page_where_it_is(page, web, priya, invoice):
    sign_in(page, priya)
    page.goto(page_of(invoice))
    work(page, 1).fill("12.50")

    page.context.set_offline(True)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#unreached")).to_contain_text("Not saved: the server cannot be reached.")
    assert accessibility_faults(page) == []
    expect(work(page, 1)).to_have_value("12.50")
    expect(page.get_by_text("Not saved yet")).to_be_visible()

    page.context.set_offline(False)
    expect(page.locator("#unreached")).to_contain_text("The connection is back.")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("was saved.").wait_for()

    assert billed(invoice)[0] == Decimal("12.50")
    page.wait_for_function(NOTHING_KEPT)


def test_a_closed_tab_is_offered_again_and_overwrites_nobody(page, web, priya, invoice):
    sign_in(page, priya)
    page.goto(page_of(invoice))
    work(page, 1).fill("5%")
    work(page, 2).fill("77.00")
    page.wait_for_function(KEPT)
    page.close()
    second = invoice.lines.order_by("contract_line__position")[1]
    actions.save_lines(invoice.pk, {second.pk: actions.LineEntry(work_this_period=Decimal("3.00"))}, actor=priya)

    again = page.context.new_page()
    again.goto(page_of(invoice))
    offer = again.locator("#kept-offer")
    expect(offer).to_contain_text(
        re.compile("What you typed here on .* was not saved: 2 fields. 1 field was changed since")
    )
    assert accessibility_faults(again) == []
    again.get_by_role("button", name="Put it back").click()
    expect(offer).to_be_hidden()
    expect(work(again, 2)).to_have_value("3.00")
    expect(again.get_by_text("You typed 77.00")).to_be_visible()
    again.get_by_role("button", name="Save draft").click()
    again.get_by_text("was saved.").wait_for()

    scheduled = ContractLine.objects.filter(contract=invoice.contract).order_by("position")[0].scheduled_value
    assert billed(invoice)[:2] == [scheduled / 20, Decimal("3.00")]
    again.wait_for_function(NOTHING_KEPT)


def test_only_who_typed_it_is_offered_it_and_signing_out_forgets_it(page, web, priya, invoice):
    other = MembershipFactory(company=invoice.company, project_staff=True, user__name="Tom Okafor").user
    sign_in(page, priya)
    page.goto(page_of(invoice))
    work(page, 1).fill("9.00")
    page.wait_for_function(KEPT)

    page.context.clear_cookies(name="sessionid")  # the session has ended
    sign_in(page, other)
    page.goto(page_of(invoice))
    expect(page.get_by_role("button", name="Save draft")).to_be_visible()
    expect(page.locator("#kept-offer")).to_be_hidden()

    page.context.clear_cookies(name="sessionid")
    sign_in(page, priya)
    page.goto(page_of(invoice))
    expect(page.locator("#kept-offer")).to_be_visible()

    page.get_by_role("button", name=priya.name).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_function(NOTHING_KEPT)


def test_after_a_new_sign_in_the_same_press_saves_and_forgets(page, web, priya, invoice):
    sign_in(page, priya)
    page.goto(page_of(invoice))
    work(page, 1).fill("8.00")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Save draft").click()
    page.get_by_label("Email").fill(priya.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Look at it on its page first").click()
    page.get_by_role("button", name="Put it back").click()
    page.goto("/signin/unsent/")
    page.get_by_role("button", name="Send it now").click()
    page.get_by_text("was saved.").wait_for()

    assert billed(invoice)[0] == Decimal("8.00")
    page.wait_for_function(NOTHING_KEPT)


def test_lines_pasted_into_a_schedule_come_back_beyond_its_blank_rows(page, web, priya, contract):
    sign_in(page, priya)
    schedule = address("schedule", contract.project, contract_id=contract.pk)
    page.goto(schedule)
    rows = "\n".join(f"N{n}\tNew line {n}\t\t\t10.00" for n in range(1, 21))
    page.get_by_label("Item, new line 1", exact=True).evaluate(PASTE, rows)
    page.wait_for_function(KEPT)

    page.goto("about:blank")
    page.goto(schedule)
    expect(page.get_by_label("Item, new line 20", exact=True)).to_have_value("")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Item, new line 20", exact=True)).to_have_value("N20")

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was saved.").wait_for()
    assert contract.lines.count() == 23
    page.wait_for_function(NOTHING_KEPT)
