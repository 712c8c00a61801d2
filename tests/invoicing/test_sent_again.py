"""Who hears that a rejected invoice is back."""

import pytest

from directory.models import Membership
from invoicing import actions
from notifications.models import OutgoingEmail
from tests.factories import MembershipFactory, OwnerInvoiceFactory

pytestmark = pytest.mark.django_db


def send_again(invoice):
    for act in (actions.submit_invoice, actions.approve_invoice, actions.send_to_erp):
        act(invoice.pk, actor=invoice.created_by)


def rejected():
    invoice = OwnerInvoiceFactory(
        approver__name="Ana Whitfield",
        approver__email="ana@harborvine.example",
        contract__number="PC-011",
        contract__created_by__name="Priya Nair",
        reason="Line 7 is off.",
        rejected=True,
    )
    approver = invoice.events.get(move="reject").actor
    MembershipFactory(company=invoice.company, user=approver, approver=True)
    return invoice


def test_the_approver_who_rejected_it_gets_a_mail_at_once():
    invoice = rejected()

    send_again(invoice)

    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.subject) == ("ana@harborvine.example", "Fixed and sent again: PC-011 #1, $270.00")
    for told in ("Priya Nair", "Line 7 is off.", f"/erp/owner-invoices/{invoice.pk}/", invoice.contract.project.name):
        assert told in mail.text


def test_a_first_sending_mails_nobody():
    OwnerInvoiceFactory(sent=True)

    assert OutgoingEmail.objects.count() == 0


def test_each_sending_has_its_own_mail():
    invoice = rejected()
    send_again(invoice)

    actions.recall_invoice(invoice.pk, actor=invoice.created_by)
    actions.send_to_erp(invoice.pk, actor=invoice.created_by)

    assert OutgoingEmail.objects.count() == 2


def test_an_approver_who_has_left_is_not_written_to():
    invoice = rejected()
    Membership.objects.filter(company=invoice.company).update(is_active=False)

    send_again(invoice)

    assert OutgoingEmail.objects.count() == 0


def test_the_mail_speaks_the_approver_s_dictionary():
    invoice = rejected()
    approver = invoice.events.get(move="reject").actor
    approver.dictionary = "owner"
    approver.save()

    send_again(invoice)

    assert "funding invoice" in OutgoingEmail.objects.get().text
