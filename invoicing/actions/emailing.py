"""An approved application on its way to the owner, by mail."""

import logging

from django.db import transaction

from invoicing import lifecycle, printing
from invoicing.actions import history
from invoicing.exceptions import FieldRefused, InvoiceLocked
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.money import format_amount
from invoicing.states import BillingStatus
from notifications import emails

log = logging.getLogger(__name__)

EMAILED = "e-mailed"
# What mail servers take, with the PDF and a third more for how mail writes files.
MOST_MAILED = 10_000_000


def times_emailed(invoice):
    return InvoiceEvent.objects.filter(invoice=invoice, move=EMAILED).count()


def email_invoice(invoice, terms, *, actor, recipients, message, before, with_files=False):
    """Write one mail with the PDF to each of `recipients`; what is attached is what is approved.

    `before` is how often it had been e-mailed when the page was opened: a form sent twice mails once. Raises
    `InvoiceLocked`, `StaleVersion`, `PrintingFailed`, and `FieldRefused` for attached files that cannot go with it. All
    that is sent is made and read before anything is locked.
    """
    files = attached_files(invoice) if with_files else []
    printed = printing.printed(invoice, terms)
    attachment = (f"{printing.file_name(printed)}.pdf", printing.as_pdf(printed))
    with transaction.atomic():
        locked = _locked(invoice, before)
        for to in recipients:
            _write(
                invoice, terms, actor, to, message, attachment, files, f"application:{invoice.pk}:{before}:{to.lower()}"
            )
        history.record(locked, EMAILED, actor=actor, note=_note(recipients, files))


def attached_files(invoice):
    """Names, MIME types and contents of what is attached; raises `FieldRefused` when it cannot go by mail."""
    attached = list(invoice.attachments.standing())
    if sum(each.size for each in attached) > MOST_MAILED:
        raise FieldRefused(
            "with_files", f"Together they are larger than {MOST_MAILED // 1_000_000} MB, too much for a mail."
        )
    try:
        return [(each.name, each.mime, _content(each)) for each in attached]
    except Exception as error:  # each storage fails in words of its own
        log.exception("An attachment of %s cannot be read", invoice.pk)
        raise FieldRefused(
            "with_files", "One of them cannot be read from the storage of files. Nothing was sent."
        ) from error


def _content(attachment):
    with attachment.file.open("rb") as file:
        return file.read()


def _note(recipients, files):
    also = f" With {', '.join(name for name, _, _ in files)}." if files else ""
    return f"To {', '.join(recipients)}.{also}"


def _locked(invoice, before):
    """The invoice, locked, if it is still the one that was printed."""
    try:
        locked = lifecycle.lock(invoice.pk)
    except OwnerInvoice.DoesNotExist:
        raise InvoiceLocked("It was deleted.") from None
    lifecycle.refuse_stale(locked, invoice.version)
    if locked.status != BillingStatus.APPROVED:
        raise InvoiceLocked("Only an approved invoice can be e-mailed.")
    if times_emailed(locked) != before:
        raise InvoiceLocked(f"{locked} was e-mailed since this page was opened. Look at its history.")
    return locked


def _write(invoice, terms, actor, to, message, attachment, files, key):
    emails.application_emailed(
        to=to,
        number=invoice.display_number,
        term=terms.owner_invoice.lower,
        sender=actor.name,
        reply_to=actor.email,
        company=invoice.company.name,
        project=invoice.contract.project.name,
        period=str(invoice.period),
        due=f"{format_amount(invoice.current_payment_due)} {invoice.company.currency}",
        reason=message,
        attachment=attachment,
        files=files,
        url=invoice.get_absolute_url(),
        dedupe_key=key[:200],
    )
