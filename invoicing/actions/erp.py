from django.db import transaction
from django.urls import reverse

from directory.models import Membership
from directory.terminology import spoken, terms_of
from invoicing import lifecycle
from invoicing.actions.chain import lock_present
from invoicing.credits import why_credit_refused
from invoicing.exceptions import ContractNotBillable, CreditNotAllowed
from invoicing.models import InvoiceEvent
from invoicing.policies import why_contract_stops_sending
from invoicing.reconciliation import written_in
from invoicing.states import RECALL, REJECT, SEND
from notifications import emails


@transaction.atomic
def send_to_erp(invoice_id, *, actor, version=None):
    """Hand an approved application to accounting: Ready to Export, locked from here on.

    The approver who last rejected it, if anyone did, gets a mail. Raises `ContractNotBillable`, `CreditNotAllowed`,
    `TransitionNotAllowed`, `StaleVersion`.
    """
    invoice, _ = lock_present(invoice_id)
    reason = why_contract_stops_sending(invoice.contract)
    if reason:
        raise ContractNotBillable(reason)
    refused = why_credit_refused(invoice)
    if refused:
        raise CreditNotAllowed(refused)
    sent = lifecycle.move(invoice_id, SEND, actor=actor, version=version)
    rejection = sent.events.filter(move=REJECT.name, actor__isnull=False).select_related("actor").first()
    if rejection and Membership.objects.active().filter(user=rejection.actor, company=sent.company).exists():
        _tell_who_rejected(sent, rejection)
    return sent


def _tell_who_rejected(invoice, rejection):
    """One mail per sending, in the words of the approver's own dictionary."""
    approver, project, company = rejection.actor, invoice.contract.project, invoice.company
    sending = InvoiceEvent.objects.filter(invoice=invoice, move=SEND.name).first()
    terms = terms_of(spoken(approver.dictionary, company.dictionary))
    emails.invoice_sent_again(
        to=approver.email,
        recipient_name=approver.name,
        number=invoice.display_number,
        term=terms.owner_invoice.lower,
        project=project.name,
        period=str(invoice.period),
        due=written_in(company.currency)(invoice.current_payment_due),
        sent_by=invoice.sent_by.name,
        reason=rejection.note,
        url=reverse("erp_integrations:invoice", kwargs={"company": company.slug, "invoice_id": invoice.pk}),
        dedupe_key=f"sent-again-{sending.pk}",
        thread=f"invoice-{invoice.pk}",
    )


@transaction.atomic
def recall_invoice(invoice_id, *, actor, version=None):
    """Take an application back that accounting has not accepted yet."""
    lock_present(invoice_id)
    return lifecycle.move(invoice_id, RECALL, actor=actor, version=version)
