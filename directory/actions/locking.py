"""What every action starts and ends with: the company's row locked, the right checked, the audit event written."""

from django.utils import timezone

from directory import audit
from directory.models import Company, Membership
from directory.policies import can_manage_directory
from directory.web.access import require

SUBJECT_LENGTH = 120


def lock_company(company_id):
    """Queue up the changes of one company's directory, so that two admins cannot both remove the last one.

    Does not stand in the way of rows that merely refer to the company.
    """
    return Company.objects.select_for_update(no_key=True).get(pk=company_id)


def lock_membership(membership_id):
    """The membership, fresh, with its company locked."""
    company_id = Membership.objects.values_list("company_id", flat=True).get(pk=membership_id)
    lock_company(company_id)
    return Membership.objects.select_related("user", "company").get(pk=membership_id)


def require_admin(actor, company):
    if actor is not None:
        require(can_manage_directory(actor, company) if not actor.is_superuser else True)


def record(company_id, actor, action, subject, **detail):
    audit.record(
        company_id, actor=actor, action=action, subject=subject[:SUBJECT_LENGTH], at=timezone.now(), detail=detail
    )
