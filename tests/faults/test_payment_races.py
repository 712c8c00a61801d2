"""Money for one application from several hands at once: never more than is due, and one press books one payment."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from directory import audit
from invoicing import actions
from invoicing.actions.payments import record_payment, reverse_payment
from invoicing.exceptions import FieldsRefused, InvoiceLocked, PaymentExists
from invoicing.models import ContractChange, InvoiceEvent, OwnerInvoice, Payment
from invoicing.models.events import PAYMENT, REVERSAL
from tests.factories import OwnerInvoiceFactory, PaymentFactory
from tests.faults.test_billing_races import at_once, kinds
from tests.real.databases import as_owner

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


def paying(invoice, amount, **form):
    paid = {"amount": Decimal(amount), "received_on": invoice.billing_date, "actor": invoice.created_by}
    return lambda: record_payment(invoice.pk, **paid, **form)


def reversing(payment):
    return lambda: reverse_payment(payment.pk, reason="Bounced", actor=payment.recorded_by)


def received(invoice):
    return Payment.objects.filter(invoice=invoice).aggregate(sum=Sum("amount"))["sum"]


def assert_each_told_once(invoice):
    """In the application's history, in the contract's, and in an audit chain that still holds."""
    count = Payment.objects.filter(invoice=invoice).count()
    assert InvoiceEvent.objects.filter(invoice=invoice, move__in=(PAYMENT, REVERSAL)).count() == count
    assert ContractChange.objects.filter(contract=invoice.contract, subject__startswith="Payment for").count() == count
    assert audit.first_break(invoice.company_id) is None


def test_two_payments_at_once_never_exceed_what_is_due():
    for _ in range(ROUNDS):
        invoice = OwnerInvoiceFactory(approved=True)  # 270.00 are due

        results = at_once(paying(invoice, "200.00"), paying(invoice, "200.00"))

        assert kinds(results) == [FieldsRefused.__name__, Payment.__name__]
        assert received(invoice) == Decimal("200.00")
        assert_each_told_once(invoice)


def test_two_parts_at_once_are_both_taken_when_both_fit():
    invoice = OwnerInvoiceFactory(approved=True)

    results = at_once(paying(invoice, "100.00"), paying(invoice, "170.00"))

    assert kinds(results) == [Payment.__name__] * 2
    assert received(invoice) == invoice.current_payment_due
    assert_each_told_once(invoice)


def test_a_press_too_many_books_one():
    for _ in range(ROUNDS):
        invoice, key = OwnerInvoiceFactory(approved=True), uuid4()

        results = at_once(*[paying(invoice, "100.00", form_key=key)] * 3)

        assert kinds(results) == [Payment.__name__, *[PaymentExists.__name__] * 2]
        assert received(invoice) == Decimal("100.00")
        assert_each_told_once(invoice)


def test_two_reversals_at_once_undo_it_once():
    for _ in range(ROUNDS):
        invoice = OwnerInvoiceFactory(approved=True)
        payment = paying(invoice, "100.00")()

        results = at_once(*[reversing(payment)] * 2)

        assert kinds(results) == [InvoiceLocked.__name__, Payment.__name__]
        assert received(invoice) == 0
        assert_each_told_once(invoice)


def test_a_payment_meets_a_reopening():
    """Paid and approved, or reopened and unpaid."""
    for _ in range(ROUNDS):
        invoice = OwnerInvoiceFactory(approved=True)

        at_once(
            paying(invoice, "100.00"),
            lambda invoice=invoice: actions.reopen_invoice(invoice.pk, actor=invoice.created_by),
        )

        status = OwnerInvoice.objects.get(pk=invoice.pk).status
        assert (status, received(invoice)) in {("approved", Decimal("100.00")), ("draft", None)}


def spoil(statement, *values):
    """Change payments behind the product's back, as the database's owner with its triggers off."""
    with as_owner() as owner:
        owner.execute("ALTER TABLE invoicing_payment DISABLE TRIGGER USER")
        owner.execute(statement, values)
        owner.execute("ALTER TABLE invoicing_payment ENABLE TRIGGER USER")


def broken():
    with pytest.raises(CommandError) as told:
        call_command("tie_out")
    return str(told.value).splitlines()


def test_a_payment_changed_behind_the_products_back_is_named():
    payment = PaymentFactory()
    sound = PaymentFactory()
    where = f"{payment.invoice.company}, {payment.invoice.display_number}"

    call_command("tie_out")
    spoil("UPDATE invoicing_payment SET amount = 270.01 WHERE id = %s", payment.pk)

    assert broken() == [f"{where}: payments is 270.01, recomputed 270.00"]
    assert sound.invoice.display_number not in "".join(broken())


def test_a_reversal_that_is_not_its_payment_s_mirror_is_named():
    payment = PaymentFactory()
    reversal = reversing(payment)()
    where = f"{payment.invoice.company}, {payment.invoice.display_number}"

    spoil("UPDATE invoicing_payment SET amount = -9 WHERE id = %s", reversal.pk)

    assert broken() == [f"{where}: reversal of a payment is -9.00, recomputed -10.00"]


def test_money_for_an_application_that_is_not_approved_is_named():
    payment = PaymentFactory()
    with as_owner() as owner:
        owner.execute("ALTER TABLE invoicing_ownerinvoice DISABLE TRIGGER USER")
        owner.execute("UPDATE invoicing_ownerinvoice SET status = 'draft' WHERE id = %s", [payment.invoice_id])
        owner.execute("ALTER TABLE invoicing_ownerinvoice ENABLE TRIGGER USER")

    assert broken()[0].endswith(": payments is 10.00, recomputed 0.00")
