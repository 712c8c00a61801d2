"""The pages where figures of an application are changed, reduced, released and told, looked at with axe."""

from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import LineEntry, adjusting, reducing
from invoicing.payment_application import RELEASE
from tests.factories import MembershipFactory, OwnerInvoiceFactory
from tests.invoicing.pages import address, page_of
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(transactional_db):
    """The second application, of figures that need room: work, stored material, a release, and lower rates proposed."""
    first = OwnerInvoiceFactory(contract__lines=["38650000.00", "-2000000.00", "5000000.00"], approved=True)
    contract, by = first.contract, first.created_by
    contract.lines.filter(position=3).update(group="Steel", description="Structural steel, fabricated and erected")
    values = {"at_percent": Decimal(50), "work_percent": Decimal(5), "materials_percent": None, "whole": True}
    reducing.add_reduction(contract.pk, values, actor=by)
    draft = OwnerInvoiceFactory(contract=contract, work=None)
    entry = LineEntry(work_this_period=Decimal("27000000.00"), materials_stored=Decimal("5000000.50"))
    actions.save_lines(draft.pk, {draft.lines.first().pk: entry}, actor=by)
    adjusting.adjust(draft.pk, adjusting.Asked(RELEASE, percent=Decimal(5)), actor=by)
    return draft


@pytest.fixture
def rejected(draft):
    """One of another contract that came back, and was changed since."""
    invoice = OwnerInvoiceFactory(contract__project=draft.contract.project, rejected=True)
    row = invoice.lines.first()
    actions.save_lines(invoice.pk, {row.pk: LineEntry(work_this_period=Decimal("123.45"))}, actor=invoice.created_by)
    return invoice


@pytest.fixture
def priya(page, web, draft):
    person = MembershipFactory(company=draft.company, project_staff=True).user
    return sign_in(page, person)


def looked_at(page, *paths):
    """What is wrong with each page, opened one after the other."""
    faults = []
    for path in paths:
        page.goto(path)
        faults += accessibility_faults(page)
    return faults


def test_what_is_told_can_be_used_by_everyone(priya, draft, rejected):
    project, contract = draft.contract.project, draft.contract
    deleted = OwnerInvoiceFactory(contract=rejected.contract)
    actions.delete_invoice(deleted.pk, actor=deleted.created_by)

    faults = looked_at(
        priya,
        page_of(draft),
        page_of(draft, "figure_history"),
        page_of(draft, "invoice_void"),
        page_of(rejected),
        page_of(rejected, "figure_history"),
        page_of(deleted),
        address("contracts", project),
        address("contract_edit", project, contract_id=contract.pk),
        address("contract_invoices", project, contract_id=rejected.contract_id),
        address("contract_history", project, contract_id=contract.pk),
        address("period_edit", project, period_id=draft.period_id),
        address("contract_cash_flow", project, contract_id=contract.pk),
        address("project_cash_flow", project),
    )

    assert faults == []


def test_what_changes_figures_can_be_used_by_everyone(priya, draft):
    rules = address("reductions", draft.contract.project, contract_id=draft.contract_id)
    faults = looked_at(priya, page_of(draft, "invoice_reduce"), rules)
    priya.get_by_role("button", name="Add", exact=True).click()
    priya.get_by_role("group", name="Not saved yet").wait_for()
    faults += accessibility_faults(priya)

    for name, too_much, words in (
        ("invoice_release", "99,999,999.00", "Release"),
        ("invoice_take_back", "99,999,999.00", "Take back"),
        ("invoice_install", "99,999,999.00", "Install"),
    ):
        faults += looked_at(priya, page_of(draft, name))
        priya.get_by_label("How much").fill(too_much)
        priya.get_by_role("button", name="Preview").click()
        priya.get_by_text(f"{too_much} cannot be").first.wait_for()
        faults += accessibility_faults(priya)
        priya.get_by_label("How much").fill("50%")
        priya.get_by_role("button", name="Preview").click()
        priya.get_by_role("button", name=words, exact=True).wait_for()
        faults += accessibility_faults(priya)

    assert faults == []
