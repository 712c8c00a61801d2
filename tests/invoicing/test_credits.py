"""A credit application leaves the project only where its contract allows one."""

from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.credits import why_credit_refused
from invoicing.exceptions import CreditNotAllowed
from invoicing.models import OwnerInvoice, PrimeContract
from invoicing.policies import can_send
from invoicing.states import ErpStatus
from tests.factories import OwnerInvoiceFactory
from tests.invoicing.forms import contract_form
from tests.invoicing.pages import address, page_of, signed_in, words

REFUSED = (
    "Line 8 is −54.00, a credit to the owner. PC-011 does not allow credit invoices."
    " An Admin switches them on under Edit there."
)


@pytest.fixture(scope="module")
def made(once):
    """A deduction of 60.00, less a tenth, and nothing else."""
    invoice = OwnerInvoiceFactory(contract__number="PC-011", contract__lines=["1000.00", "-100.00"], work=None)
    deducted = {invoice.lines.last().pk: LineEntry(work_this_period=Decimal("-60.00"))}
    actions.save_lines(invoice.pk, deducted, actor=invoice.created_by)
    return invoice


@pytest.fixture(scope="module")
def admin(made):
    return signed_in(made.company, project_staff=True)


@pytest.fixture
def invoice(made, db):
    return fresh(made)


def fresh(invoice):
    return OwnerInvoice.objects.select_related("contract__project", "company").get(pk=invoice.pk)


def approve(invoice):
    actions.submit_invoice(invoice.pk, actor=invoice.created_by)
    actions.approve_invoice(invoice.pk, actor=invoice.created_by)
    return fresh(invoice)


def contract_page(invoice):
    return address("contract_edit", invoice.contract.project, contract_id=invoice.contract_id)


def test_a_credit_is_refused_with_the_place_to_allow_it_then_sent(admin, invoice):
    assert REFUSED in words(admin.get(page_of(invoice)))
    invoice = approve(invoice)
    assert REFUSED in can_send(admin.user, invoice).reason

    refused = admin.post(page_of(invoice, "invoice_send"), {"version": invoice.version}, follow=True)
    assert REFUSED in words(refused)
    assert fresh(invoice).erp_status == ErpStatus.NOT_SENT

    switched = contract_form(invoice.contract.owner, credits_allowed="on", version=invoice.contract.version)
    assert admin.post(contract_page(invoice), switched).status_code == 302
    admin.post(page_of(invoice, "invoice_send"), {"version": invoice.version})
    assert fresh(invoice).erp_status == ErpStatus.READY_TO_EXPORT
    history = words(admin.get(address("contract_history", invoice.contract.project, contract_id=invoice.contract_id)))
    assert "Credit invoices No Yes" in history


def test_only_an_admin_switches_it(invoice):
    staff = signed_in(invoice.company, project_editor=True)
    form = contract_form(invoice.contract.owner, credits_allowed="on", version=invoice.contract.version)

    staff.post(contract_page(invoice), form)

    assert not PrimeContract.objects.get(pk=invoice.contract_id).credits_allowed
    assert "An Admin switches it." in words(staff.get(contract_page(invoice)))


def test_the_action_itself_refuses(invoice):
    approve(invoice)

    with pytest.raises(CreditNotAllowed, match="Line 8 is"):
        actions.send_to_erp(invoice.pk, actor=invoice.created_by)


@pytest.mark.parametrize(
    ("due", "billed", "allowed", "told"),
    [
        ("0.00", "0.00", False, ""),
        ("100.00", "90.00", False, ""),
        ("-0.01", "5.00", False, "Line 8 is −0.01, a credit to the owner."),
        ("10.00", "-5.00", False, "It bills −5.00 this period, a credit to the owner."),
        ("-10.00", "-5.00", True, ""),
    ],
)
def test_what_counts_as_a_credit(due, billed, allowed, told):
    contract = PrimeContract(number="PC-1", credits_allowed=allowed)
    invoice = OwnerInvoice(contract=contract, current_payment_due=Decimal(due), billed_this_period=Decimal(billed))

    assert why_credit_refused(invoice).startswith(told)
    assert bool(why_credit_refused(invoice)) == bool(told)
