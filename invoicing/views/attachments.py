"""Files beside an application or a contract: listed, added, handed out and removed."""

import logging

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from invoicing.actions.attaching import attach, remove_attachment
from invoicing.attaching import can_attach, can_remove_attachments
from invoicing.exceptions import AttachmentRefused
from invoicing.forms.attachments import AttachForm
from invoicing.policies import can_edit_contracts
from invoicing.views.answers import page_status
from invoicing.views.fetch import contract_or_404, invoice_or_404, project_page, terms_on
from invoicing.views.navigation import contract_tabs

log = logging.getLogger(__name__)

MISSING, AWAY = 404, 503
# Nothing in a handed out file runs or loads, even where somebody makes the browser show it.
POLICY = "default-src 'none'; sandbox"


@require_http_methods(["GET", "HEAD", "POST"])
def invoice_attachments(request, company, project, invoice_id):
    project = project_page(request, company, project, *_writers(request))
    invoice = invoice_or_404(project, invoice_id)
    return _list(request, invoice, {"invoice": invoice, "contract": invoice.contract})


@require_http_methods(["GET", "HEAD", "POST"])
def contract_attachments(request, company, project, contract_id):
    project = project_page(request, company, project, *_writers(request))
    contract = contract_or_404(project, contract_id)
    return _list(request, contract, {"contract": contract})


@require_safe
def invoice_attachment(request, company, project, invoice_id, attachment_id):
    invoice = invoice_or_404(project_page(request, company, project), invoice_id)
    return serve(request, attachment_or_404(invoice, attachment_id))


@require_safe
def contract_attachment(request, company, project, contract_id, attachment_id):
    contract = contract_or_404(project_page(request, company, project), contract_id)
    return serve(request, attachment_or_404(contract, attachment_id))


@require_POST
def invoice_attachment_remove(request, company, project, invoice_id, attachment_id):
    invoice = invoice_or_404(project_page(request, company, project, can_edit_contracts), invoice_id)
    return _remove(request, attachment_or_404(invoice, attachment_id, removed=True))


@require_POST
def contract_attachment_remove(request, company, project, contract_id, attachment_id):
    contract = contract_or_404(project_page(request, company, project, can_edit_contracts), contract_id)
    return _remove(request, attachment_or_404(contract, attachment_id, removed=True))


def _writers(request):
    return (can_edit_contracts,) if request.method == "POST" else ()


def attachment_or_404(subject, attachment_id, *, removed=False):
    """A file of the page's application or contract; one that was removed is gone, but not for who removes it again."""
    found = subject.attachments.all() if removed else subject.attachments.standing()
    attachment = found.filter(pk=attachment_id).first()
    if attachment is None:
        raise Http404("No such file.")
    return attachment


def serve(request, attachment):
    """The file as a download, kept by nobody on the way; a page in words when the storage does not have it."""
    try:
        content = attachment.file.open("rb")
        content.read(1)  # some storages look for the file only now
        content.seek(0)
    except FileNotFoundError:
        log.error("Attachment %s has no file at %s", attachment.pk, attachment.file.name)
        return _not_there(request, attachment, MISSING)
    except Exception:  # each storage fails in words of its own
        log.exception("Attachment %s cannot be read", attachment.pk)
        return _not_there(request, attachment, AWAY)
    response = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=attachment.mime)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def _not_there(request, attachment, status):
    values = {"attachment": attachment, "missing": status == MISSING}
    return render(request, "invoicing/attachment_missing.html", values, status=status)


def _list(request, subject, values):
    form = AttachForm(request.POST, request.FILES) if request.method == "POST" else AttachForm()
    if form.is_bound and _attach(request, subject, form):
        return redirect(request.path)
    values |= {
        "tabs": contract_tabs(
            values["contract"], terms_on(request, values["contract"].project), "contract_attachments"
        ),
        "form": form,
        "attachments": subject.attachments.standing(),
        "removed": subject.attachments.filter(removed_at__isnull=False).select_related("removed_by"),
        "can_attach": can_attach(request.user, subject),
        "can_remove": can_remove_attachments(request.user, subject),
    }
    return render(request, "invoicing/attachments.html", values, status=page_status(form))


def _attach(request, subject, form):
    """Attach what can be taken; whether nothing is left to say at the form."""
    valid = form.is_valid()
    try:
        added = attach(subject, form.taken, actor=request.user) if form.taken else []
    except AttachmentRefused as error:
        form.add_error("files", str(error))
        return False
    if added:
        names = ", ".join(row.name for row in added)
        messages.success(request, f"{names} {'was' if len(added) == 1 else 'were'} attached.")
    elif valid:
        messages.info(request, "That is attached already.")
    return valid


def _remove(request, attachment):
    try:
        remove_attachment(attachment.pk, actor=request.user)
    except AttachmentRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{attachment.name} was removed.")
    name, number = ("invoice", attachment.invoice_id) if attachment.invoice_id else ("contract", attachment.contract_id)
    names = {"company": request.company.slug, "project": request.project.slug, f"{name}_id": number}
    return redirect(f"invoicing:{name}_attachments", **names)
