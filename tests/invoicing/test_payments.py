"""Payments from the form to the database's own rules, as a browser without scripts uses them."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from directory import audit
from erp_integrations import actions as accounting
from invoicing import actions
from invoicing.actions.payments import record_payment, reverse_payment
from invoicing.exceptions import FormUsed, InvoiceLocked, PaymentExists, PaymentsReceived
from invoicing.models import BillingPeriod, OwnerInvoice, Payment, PrimeContract
from invoicing.receivables import ageing_by_contract, with_receivables
from tests.factories import OwnerInvoiceFactory, PaymentFactory, PrimeContractFactory, ProjectFactory
from tests.invoicing.pages import address, error_at, page_of, signed_in, words

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 5)


@pytest.fixture(scope="module")
def contract(once):
    """3,000.00, of which two applications bill 270.00 each, less retainage; the first was billed on Jan 31, 2026."""
    project = ProjectFactory(company__slug="harborvine", slug="mill-race")
    contract = PrimeContractFactory(project=project, number="PC-11", title="Shell", lines=3)
    for _ in range(2):
        OwnerInvoiceFactory(contract=contract, approved=True)
    return contract


@pytest.fixture(scope="module")
def priya(contract):
    return signed_in(contract.company, project_staff=True, user__name="Priya Nair")


@pytest.fixture
def invoice(contract, db):
    found = OwnerInvoice.objects.select_related("contract__project", "company", "period")
    return found.get(contract=contract, position=1)


def paid(invoice, amount="100.00", **given):
    given = {"received_on": DAY, "actor": invoice.created_by} | given
    return record_payment(invoice.pk, amount=Decimal(amount), **given)


def form(amount="100.00", day="2026-02-05", **given):
    return {"amount": amount, "received_on": day, "check_number": "1042", "key": str(uuid4())} | given


def refused(change, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        change()
    return True


def test_a_payment_is_recorded_once_and_told_everywhere(priya, invoice):
    url, sent = page_of(invoice, "payment_new"), form("100.00")

    first = priya.post(url, sent, follow=True)
    again = priya.post(url, sent, follow=True)
    other = priya.post(url, sent | {"amount": "5.00"})

    assert "A payment of 100.00 for PC-11 #1 was recorded." in words(first)
    assert "Received 100.00 Outstanding 170.00" in words(first)
    assert "Priya Nair recorded a payment for this" in words(first)
    assert "The payment of 100.00 is recorded already. Nothing was recorded twice." in words(again)
    assert "This form has recorded 100.00 already." in words(other)
    assert (other.status_code, sent["key"] in other.content.decode()) == (422, False)
    assert Payment.objects.get().recorded_by == priya.user
    tab = words(priya.get(address("contract_payments", invoice.contract.project, contract_id=invoice.contract_id)))
    assert "All approved invoices 540.00 100.00 440.00" in tab
    assert "Total received (USD) 100.00" in tab
    history = words(priya.get(address("contract_history", invoice.contract.project, contract_id=invoice.contract_id)))
    assert "Payment for PC-11 #1, Recorded nothing 100.00 received Feb 5, 2026, check 1042" in history
    assert audit.first_break(invoice.company_id) is None


def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(priya, invoice):
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    both = priya.post(page_of(invoice, "payment_new"), form("270.01", tomorrow))
    typed = priya.post(page_of(invoice, "payment_new"), form("ten", "yesterday", key="no key"))

    assert error_at(both, "id_amount") == "Only 270.00 is outstanding. Enter that or less."
    assert error_at(both, "id_received_on").startswith("This day is still to come.")
    assert 'value="270.01"' in both.content.decode()
    assert 'value="1042"' in both.content.decode()
    assert error_at(typed, "id_amount").startswith("This is not an amount.")
    assert error_at(typed, "id_received_on").startswith("Enter a date")
    assert "Open the form again." in words(typed)
    assert [each.status_code for each in (both, typed)] == [422, 422]
    assert not Payment.objects.exists()


def test_a_reversal_undoes_and_leaves_both_rows(priya, invoice):
    payment = paid(invoice, "270.00")
    url = address("payment_reverse", invoice.contract.project, payment_id=payment.pk)

    full = words(priya.get(page_of(invoice)))
    empty = priya.post(url, {"reason": " "})
    done = words(priya.post(url, {"reason": "The bank returned the check."}, follow=True))
    again = words(priya.post(url, {"reason": "Once more, to be sure."}, follow=True))

    assert "It is paid in full." in full
    assert error_at(empty, "id_reason").startswith("Enter a reason.")
    assert "The payment of 270.00 was reversed." in done
    assert "Reversal: The bank returned the check." in done
    assert "Priya Nair reversed it already." in again
    assert [each.amount for each in Payment.objects.all()] == [Decimal("270.00"), Decimal("-270.00")]
    with pytest.raises(InvoiceLocked, match="a reversal itself"):
        reverse_payment(Payment.objects.last().pk, reason="No, it was right.", actor=priya.user)
    assert paid(invoice, "270.00").pk


def test_only_an_admin_records_and_only_for_what_is_approved(priya, contract, invoice):
    editor = signed_in(contract.company, project_editor=True)
    draft = OwnerInvoiceFactory(contract=contract)

    assert "This needs Admin on Prime Contracts in this project." in words(editor.get(page_of(invoice)))
    assert editor.post(page_of(invoice, "payment_new"), form()).status_code == 403
    said = words(priya.post(page_of(draft, "payment_new"), form()))
    assert "Only an approved invoice takes payments. It is Draft." in said
    with pytest.raises(InvoiceLocked):
        paid(draft)


def test_what_was_paid_stays_approved_until_the_payment_is_reversed(priya, contract):
    latest = OwnerInvoice.objects.get(contract=contract, position=2)
    payment = paid(latest, "1.00", received_on=date(2026, 3, 1))
    said = "1.00 was received for PC-11 #2. Reverse its payments first."

    for act in (actions.void_invoice, actions.reopen_invoice):
        with pytest.raises(PaymentsReceived, match="Reverse its payments first"):
            act(latest.pk, actor=priya.user)
    assert words(priya.get(page_of(latest))).count(said) == 2
    actions.send_to_erp(latest.pk, actor=priya.user)
    with pytest.raises(PaymentsReceived):
        accounting.reject_invoice(latest.pk, actor=priya.user, reason="The waiver is missing.")
    assert OwnerInvoice.objects.get(pk=latest.pk).erp_status == "ready_to_export"
    reverse_payment(payment.pk, reason="Typed for the wrong one.", actor=priya.user)
    actions.recall_invoice(latest.pk, actor=priya.user)
    assert actions.void_invoice(latest.pk, actor=priya.user).status == "void"


def test_a_form_is_known_by_its_key(invoice):
    key = uuid4()
    paid(invoice, form_key=key)

    with pytest.raises(PaymentExists):
        paid(invoice, form_key=key)
    with pytest.raises(FormUsed):
        paid(invoice, "7.00", form_key=key)


def test_the_database_holds_each_rule(contract, invoice):
    def row(**given):
        return lambda: PaymentFactory(invoice=invoice, **given)

    draft = OwnerInvoiceFactory(contract=contract)
    first = PaymentFactory(invoice=invoice, amount=Decimal("270.00"))
    rows = Payment.objects.filter(pk=first.pk)
    mirror = {"amount": Decimal("-270.00"), "reverses": first}

    assert refused(row(amount=Decimal("0.01")), "exceed what is due")
    assert refused(row(amount=Decimal("0.00")), "payment_is_positive")
    assert refused(row(amount=Decimal("-1.00")), "payment_is_positive")
    assert refused(row(**mirror), "payment_is_positive")
    assert refused(row(reason="Wrong", **mirror | {"amount": Decimal("-269.00")}), "not the mirror")
    assert refused(row(received_on=date(2026, 1, 30)), "not billed yet")
    assert refused(row(received_on=timezone.localdate() + timedelta(days=3)), "in the future")
    assert refused(lambda: PaymentFactory(invoice=draft), "not approved")
    assert refused(lambda: OwnerInvoice.objects.filter(pk=invoice.pk).update(status="void"), "stays approved")
    for change in (lambda: rows.update(amount=Decimal("1.00")), rows.delete):
        with pytest.raises(Exception, match=r"permission denied|append-only"), transaction.atomic():
            change()
    assert row(reason="Wrong", **mirror)().pk
    assert refused(row(reason="Twice", **mirror), "reverses_id")


def test_lists_age_and_totals_agree(priya, contract, invoice, django_assert_max_num_queries):
    due = BillingPeriod.objects.get(pk=invoice.period_id).due
    paid(invoice, "100.00")
    other = PrimeContractFactory(project=contract.project, lines=1, number="PC-12")
    PaymentFactory(invoice=OwnerInvoiceFactory(contract=other, approved=True), amount=Decimal("90.00"))
    private = PrimeContractFactory(project=contract.project, lines=1, number="PC-13", private=True)
    OwnerInvoiceFactory(contract=private, approved=True)

    ageings = ageing_by_contract(PrimeContract.objects.filter(project=contract.project), due + timedelta(days=1))
    sums = {each.pk: each for each in with_receivables(PrimeContract.objects.filter(project=contract.project))}
    assert {pk: each.total for pk, each in ageings.items()} == {
        pk: each.outstanding for pk, each in sums.items() if each.outstanding
    }
    assert ageings[contract.pk].to_30 == Decimal("170.00")
    reader = signed_in(contract.company, project_reader=True)
    for url in (address("project_receivables", contract.project), reverse("projects:receivables", args=["harborvine"])):
        with django_assert_max_num_queries(14):
            said = words(reader.get(url))
        assert "PC-13" not in said
        assert "Total (USD) 630.00 190.00" in said
        assert "PC-13" in words(priya.get(url))
    assert "Total (USD) 4,000.00 0.00 4,000.00 700.00 190.00 3,810.00" in words(
        reader.get(address("contracts", contract.project))
    )
