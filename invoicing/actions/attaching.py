"""Files beside an application or a contract, and taken away again.

A file is stored before its row is written, with no lock held; a row is there only for a file that was stored. What
stays in the storage without a row, because a process ended in between, `manage.py sweep_attachments` takes away.
"""

import logging
import uuid
from contextlib import suppress

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from invoicing import lifecycle
from invoicing.actions import history
from invoicing.actions.chain import lock_contract
from invoicing.actions.contract_history import record_changes
from invoicing.attaching import why_attachments_stay, why_not_attachable, why_too_many
from invoicing.exceptions import AttachmentRefused, InvoicingError
from invoicing.models import Attachment, OwnerInvoice
from invoicing.models.attachments import FOLDER

log = logging.getLogger(__name__)

ATTACHED, REMOVED = "attached files to", "removed a file from"


def attach(subject, files, *, actor):
    """Store `files` (`forms.attachments.Checked`) beside an application or a contract; return the new rows.

    A file that stands there already under its name is not attached again, so that a form sent twice attaches once.
    Raises `AttachmentRefused`, and then nothing was attached.
    """
    stored = _store(subject, files)
    try:
        added = _write(subject, stored, actor)
    except InvoicingError:
        _discard(path for path, _ in stored)
        raise
    used = {attachment.file.name for attachment in added}
    _discard(path for path, _ in stored if path not in used)
    return added


def remove_attachment(attachment_id, *, actor):
    """Take a file away: its row stays and says who did. Removing it again does nothing.

    Raises `AttachmentRefused` once the application is locked.
    """
    attachment = Attachment.objects.select_related("invoice", "contract").get(pk=attachment_id)
    with transaction.atomic():
        subject = _locked(attachment.invoice or attachment.contract)
        reason = why_attachments_stay(subject)
        if reason:
            raise AttachmentRefused(reason)
        standing = Attachment.objects.filter(pk=attachment_id, removed_at__isnull=True)
        if standing.update(removed_at=timezone.now(), removed_by=actor):
            _tell(subject, REMOVED, [(attachment.name, "")], actor)
    return attachment


def _store(subject, files):
    """Pairs of path and file. Names in the storage say nothing and are never taken from people."""
    stored = []
    try:
        for file in files:
            file.content.seek(0)
            path = default_storage.save(f"{FOLDER}/{subject.company_id}/{uuid.uuid4().hex}", file.content)
            stored.append((path, file))
    except Exception as error:  # each storage fails in words of its own
        log.exception("A file cannot be stored")
        _discard(path for path, _ in stored)
        raise AttachmentRefused("The storage of files does not answer. Nothing was attached. Try again.") from error
    return stored


def _discard(paths):
    for path in paths:
        with suppress(Exception):  # the sweep finds what stays
            default_storage.delete(path)


@transaction.atomic
def _write(subject, stored, actor):
    locked = _locked(subject)
    standing = set(locked.attachments.standing().values_list("name", "digest"))
    new = {(file.name, file.digest): (path, file) for path, file in stored}
    new = [each for key, each in new.items() if key not in standing]
    reason = why_not_attachable(locked) or why_too_many(locked, len(new), sum(file.size for _, file in new))
    if new and reason:
        raise AttachmentRefused(reason)
    rows = [_row(locked, path, file, actor) for path, file in new]
    Attachment.objects.bulk_create(rows)
    if rows:
        _tell(locked, ATTACHED, [("", row.name) for row in rows], actor)
    return rows


def _row(subject, path, file, actor):
    kind = "invoice" if isinstance(subject, OwnerInvoice) else "contract"
    return Attachment(
        company_id=subject.company_id,
        file=path,
        name=file.name,
        mime=file.kind.mime,
        size=file.size,
        digest=file.digest,
        added_by=actor,
        **{kind: subject},
    )


def _locked(subject):
    if not isinstance(subject, OwnerInvoice):
        return lock_contract(subject.pk)
    try:
        return lifecycle.lock(subject.pk)
    except OwnerInvoice.DoesNotExist:
        raise AttachmentRefused("It was deleted. Restore it first.") from None


def _tell(subject, what, names, actor):
    """`names` are pairs: what there was, what there is."""
    if isinstance(subject, OwnerInvoice):
        history.record(subject, what, actor=actor, note=", ".join(before or after for before, after in names))
        return
    record_changes(subject, [("", "Attachment", *pair) for pair in names], actor=actor)
    detail = {"files": [before or after for before, after in names]}
    history.record_of(subject, f"contract.{what.split()[0]}", actor=actor, detail=detail)
