"""How much may be attached to an application or a contract, by whom, and until when."""

from django.db.models import Count, Sum

from directory.policies import unless
from invoicing.models import OwnerInvoice
from invoicing.policies import can_edit_contracts, why_locked
from invoicing.states import BillingStatus

MOST_BYTES = 20_000_000
MOST_FILES = 50
MOST_TOTAL = 200_000_000
LIMITS = (
    f"PDF, PNG, JPEG, XLSX, DOCX, CSV or plain text, up to {MOST_BYTES // 1_000_000} MB each;"
    f" {MOST_FILES} files and {MOST_TOTAL // 1_000_000} MB in all."
)


def can_attach(user, subject):
    """Also while accounting has the application: what the approver misses is attached to what was sent."""
    return _allowed(user, subject, why_not_attachable(subject))


def can_remove_attachments(user, subject):
    return _allowed(user, subject, why_attachments_stay(subject))


def why_attachments_stay(subject):
    """Why nothing can be removed: what others decided on stays beside their decision."""
    locked = why_locked(subject) if isinstance(subject, OwnerInvoice) else ""
    return f"Its attachments stay as they are. {locked}" if locked else ""


def why_too_many(subject, files, size):
    """Why so many more files, of so many bytes together, are too much; "" when they are not."""
    found = subject.attachments.standing().aggregate(files=Count("pk"), size=Sum("size"))
    if found["files"] + files > MOST_FILES:
        return f"There are {found['files']} files already, and the limit is {MOST_FILES}."
    if (found["size"] or 0) + size > MOST_TOTAL:
        return f"Together the files would be larger than the limit of {MOST_TOTAL // 1_000_000} MB."
    return ""


def why_not_attachable(subject):
    """Why nothing can be added to it any more."""
    if not isinstance(subject, OwnerInvoice):
        return ""
    if subject.deleted_at:
        return "It was deleted. Restore it to attach files."
    return "It is void." if subject.status == BillingStatus.VOID else ""


def _allowed(user, subject, reason):
    project = subject.contract.project if isinstance(subject, OwnerInvoice) else subject.project
    return unless(can_edit_contracts(user, project), reason)
