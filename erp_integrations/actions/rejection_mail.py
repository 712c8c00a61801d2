"""Who hears of a rejection: the creator always, the sender too when that is someone else."""

from django.conf import settings

from directory.models import Membership
from directory.privileges import Tool, ToolLevel
from directory.terminology import spoken, terms_of
from invoicing.models import InvoiceEvent
from invoicing.reconciliation import written_in
from notifications import emails


def tell_of_rejection(invoice, *, actor, reason):
    """One mail to each person concerned, in the words of their own dictionary; written with the rejection."""
    event = InvoiceEvent.objects.filter(invoice=invoice, move="reject").first()
    contract, company = invoice.contract, invoice.company
    for person, because in recipients(invoice).items():
        terms = terms_of(spoken(person.dictionary, contract.project.dictionary, company.dictionary))
        emails.invoice_rejected(
            to=person.email,
            recipient_name=person.name,
            number=invoice.display_number,
            term=terms.owner_invoice.lower,
            article=terms.owner_invoice.article,
            tool=terms.prime_contracts.name,
            rejected_by=actor.name,
            project=contract.project.name,
            period=str(invoice.period),
            due=written_in(company.currency)(invoice.current_payment_due),
            reason=reason,
            url=f"{settings.BASE_URL}{invoice.get_absolute_url()}",
            because=because.format(term=terms.owner_invoice.lower),
            dedupe_key=f"rejected-{event.pk}-{person.pk}",
            thread=f"invoice-{invoice.pk}",
        )


def recipients(invoice):
    """Who gets the mail, and why: {person: "you created the {term}"}."""
    told = {}
    if _still_here(invoice.created_by, invoice.company):
        told[invoice.created_by] = "you created the {term}"
    if invoice.sent_by and _still_here(invoice.sent_by, invoice.company):
        told.setdefault(invoice.sent_by, "you sent the {term}")
    return told or {person: "you administer this project's contracts" for person in _contract_admins(invoice)}


def _still_here(person, company):
    return Membership.objects.active().filter(user=person, company=company).exists()


def _contract_admins(invoice):
    """People with Admin on the project's Prime Contracts tool; a project's own grant replaces the default."""
    members = Membership.objects.active().filter(company=invoice.company).select_related("user")
    project = invoice.contract.project
    admins = []
    for member in members.prefetch_related("tool_grants"):
        levels = {
            grant.project_id: grant.level for grant in member.tool_grants.all() if grant.tool == Tool.PRIME_CONTRACTS
        }
        if levels.get(project.pk, levels.get(None, ToolLevel.NONE)) == ToolLevel.ADMIN:
            admins.append(member.user)
    return admins
