"""The pages of payments in a real browser: a doubled press, and what axe says."""

import pytest
from django.urls import reverse

from invoicing.models import Payment
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OwnerInvoiceFactory,
    PaymentFactory,
    PrimeContractFactory,
    ProjectFactory,
)
from tests.invoicing.pages import address, page_of
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_payments_are_usable_by_everyone_and_a_doubled_press_records_once(page):
    company = CompanyFactory(slug="harbor")
    priya = MembershipFactory(company=company, project_staff=True).user
    contract = PrimeContractFactory(project=ProjectFactory(company=company), created_by=priya, lines=3)
    invoice = OwnerInvoiceFactory(contract=contract, approved=True)
    payment = PaymentFactory(invoice=invoice)

    sign_in(page, priya)
    page.goto(page_of(invoice, "payment_new"))
    page.get_by_label("Amount received").fill("100")
    page.get_by_role("button", name="Record payment").dblclick()
    page.get_by_role("row", name="Outstanding 160.00").wait_for()
    faults = []
    for url in (
        page_of(invoice),
        page_of(invoice, "payment_new"),
        address("contract_payments", contract.project, contract_id=contract.pk),
        address("payment_reverse", contract.project, payment_id=payment.pk),
        address("project_receivables", contract.project),
        address("contract_cash_flow", contract.project, contract_id=contract.pk),
        address("project_cash_flow", contract.project),
        reverse("projects:receivables", args=["harbor"]),
    ):
        page.goto(url)
        faults += accessibility_faults(page)

    assert faults == []
    assert Payment.objects.filter(amount=100).count() == 1
