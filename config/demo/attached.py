"""Files beside applications and contracts, and an application that was e-mailed to its owner."""

from django.core.files.uploadedfile import SimpleUploadedFile

from config.demo.contracts import SYNCED, WAITING
from config.demo.documents import pdf_of
from invoicing.actions.attaching import attach
from invoicing.actions.emailing import email_invoice
from invoicing.forms.attachments import checked
from invoicing.money import format_amount
from invoicing.policies import terms_for
from invoicing.spreadsheet import as_xlsx

WITH_WAIVERS = 3
MESSAGE = "Please find this month's application attached. The lien waiver is with it."


def leave_attachments(settled, all_billed):
    """A contract as it was signed; waivers beside what waits; one invoice on its way to the owner."""
    for billed in [each for each in all_billed if each.job.ends == WAITING][:WITH_WAIVERS]:
        _attach(settled, billed, billed.invoices[-1], _waiver(billed.invoices[-1]), _bill_of_sale())
    sent = next((each for each in all_billed if each.job.ends == SYNCED), None)
    if sent:
        _attach(settled, sent, sent.contract, _signed(sent.contract))
        _attach(settled, sent, sent.invoices[-1], _waiver(sent.invoices[-1]))
        _email(settled, sent)


def _attach(settled, billed, subject, *files):
    attach(subject, [checked(SimpleUploadedFile(*each)) for each in files], actor=settled.people[billed.job.sender])


def _waiver(invoice):
    contract, due = invoice.contract, format_amount(invoice.current_payment_due)
    lines = [
        "Conditional waiver on progress payment",
        f"Project: {contract.title}",
        f"Owner: {contract.owner.name}",
        f"Through: {invoice.period.end:%B %d, %Y}",
        f"On receipt of {due} the undersigned waives its lien for work through that day.",
    ]
    return f"Lien waiver {contract.number}-{invoice.position}.pdf", pdf_of(lines)


def _signed(contract):
    lines = [f"Prime contract {contract.number}", contract.title, f"Owner: {contract.owner.name}", "Signed by both."]
    return f"{contract.number} as signed.pdf", pdf_of(lines)


def _bill_of_sale():
    rows = [["Structural steel, 12 t", "Stored on site"], ["Anchor bolts", "Stored on site"]]
    return "Bill of sale, stored materials.xlsx", as_xlsx(["Material", "Where"], rows, sheet="Stored materials")


def _email(settled, billed):
    invoice, sender = billed.invoices[-1], settled.people[billed.job.sender]
    invoice.refresh_from_db()
    email_invoice(
        invoice,
        terms_for(sender, settled.company, invoice.contract.project),
        actor=sender,
        recipients=["payables@owner.example"],
        message=MESSAGE,
        before=0,
        with_files=True,
    )
