"""An application e-mailed to the owner: what is attached is what is approved, and a form sent twice mails once."""

import email.policy
from email import message_from_bytes

import pytest
from django.core.files.storage import default_storage

from invoicing.actions import emailing
from invoicing.models import InvoiceEvent, Owner
from notifications.delivery import message_of
from notifications.models import OutgoingEmail
from tests.factories import AttachmentFactory, OwnerInvoiceFactory
from tests.invoicing.documents import pdf_pieces
from tests.invoicing.pages import error_at, page_of, signed_in, words

pytestmark = pytest.mark.django_db


def test_an_approved_one_goes_to_the_owner_with_its_pdf_once():
    invoice = OwnerInvoiceFactory(approved=True)
    Owner.objects.update(email="ap@owner.example")
    client = signed_in(invoice.company, project_staff=True)
    page = page_of(invoice, "invoice_email")
    typed = {"to": "ap@owner.example", "copies": "b@x.example, AP@owner.example", "message": "Hello", "before": "0"}

    assert "ap@owner.example" in client.get(page).content.decode()
    client.post(page, typed)
    again = client.post(page, typed, follow=True)
    bad = client.post(page, typed | {"copies": "nobody", "before": "1"})

    first, copy = OutgoingEmail.objects.order_by("pk")
    sent = message_from_bytes(message_of(first).message().as_bytes(), policy=email.policy.default)
    (attached,) = sent.iter_attachments()
    assert (first.to, copy.to) == ("ap@owner.example", "b@x.example")
    assert attached.get_filename() == f"{invoice.contract.number}-application-1.pdf"
    assert f"{invoice.current_payment_due:,.2f}" in pdf_pieces(attached.get_content())[0]
    assert sent["Reply-To"] == client.user.email
    assert "Answer this mail" in sent.get_body("html").get_content()
    assert "are not read" not in sent.get_body("html").get_content()
    event = InvoiceEvent.objects.get(invoice=invoice, move="e-mailed")
    assert event.note == "To ap@owner.example, b@x.example."
    assert "was e-mailed since this page was opened" in words(again)
    assert bad.status_code == 422


def test_a_draft_is_not_mailed():
    invoice = OwnerInvoiceFactory()
    client = signed_in(invoice.company, project_staff=True)

    answer = client.post(page_of(invoice, "invoice_email"), {"to": "a@x.example", "before": "0"}, follow=True)

    assert "Only an approved invoice can be e-mailed." in words(answer)
    assert not OutgoingEmail.objects.exists()


def test_its_attachments_go_with_it_where_that_is_ticked(monkeypatch):
    invoice = OwnerInvoiceFactory(approved=True)
    attachment = AttachmentFactory(invoice=invoice, company=invoice.company)
    client = signed_in(invoice.company, project_staff=True)
    page = page_of(invoice, "invoice_email")
    typed = {"to": "ap@owner.example", "message": "Hello", "with_files": "on", "before": "0"}

    monkeypatch.setattr(emailing, "MOST_MAILED", 1)
    large = client.post(page, typed)
    monkeypatch.undo()
    sent = client.post(page, typed)
    again = client.post(page, typed)
    default_storage.delete(attachment.file.name)
    lost = client.post(page, typed | {"before": "1"})

    message = message_from_bytes(
        message_of(OutgoingEmail.objects.get()).message().as_bytes(), policy=email.policy.default
    )
    assert [(each.get_filename(), each.get_content_type()) for each in message.iter_attachments()] == [
        (f"{invoice.contract.number}-application-1.pdf", "application/pdf"),
        ("waiver.txt", "text/plain"),
    ]
    assert "too much for a mail" in error_at(large, "id_with_files")
    assert "Hello" in large.content.decode()
    assert (sent.status_code, again.status_code) == (302, 302)
    assert "cannot be read" in error_at(lost, "id_with_files")
    assert InvoiceEvent.objects.get(invoice=invoice, move="e-mailed").note == "To ap@owner.example. With waiver.txt."
