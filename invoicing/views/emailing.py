from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from invoicing.actions.emailing import email_invoice, times_emailed
from invoicing.exceptions import FieldRefused, InvoicingError
from invoicing.forms.emailing import EmailForm
from invoicing.policies import can_edit_contracts, can_email
from invoicing.printing import PrintingFailed
from invoicing.views.answers import page_status, refuse
from invoicing.views.fetch import invoice_or_404, project_page, terms_on


@require_http_methods(["GET", "HEAD", "POST"])
def email(request, company, project, invoice_id):
    """Send an approved application to the owner, with the PDF."""
    project = project_page(request, company, project, can_edit_contracts)
    invoice = invoice_or_404(project, invoice_id)
    allowed = can_email(request.user, invoice)
    initial = {"to": invoice.contract.owner.email, "before": times_emailed(invoice)}
    form = EmailForm(request.POST or None, initial=initial, attached=invoice.attachments.standing())
    if form.is_valid() and (answer := _send(request, invoice, form, allowed)):
        return answer
    values = {"form": form, "invoice": invoice, "allowed": allowed}
    return render(request, "invoicing/email.html", values, status=page_status(form))


def _send(request, invoice, form, allowed):
    """Send it and go back to it; None when the form comes back with what is wrong."""
    cleaned, terms = form.cleaned_data, terms_on(request, invoice.contract.project)
    try:
        if not allowed:
            raise InvoicingError(allowed.reason)
        email_invoice(
            invoice,
            terms,
            actor=request.user,
            recipients=form.recipients,
            message=cleaned["message"],
            before=cleaned["before"],
            with_files=cleaned.get("with_files", False),
        )
    except FieldRefused as error:
        refuse(form, error)
        return None
    except (InvoicingError, PrintingFailed) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{invoice.display_number} is on its way to {', '.join(form.recipients)}.")
    return redirect(invoice)
