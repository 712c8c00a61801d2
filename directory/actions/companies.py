from django.db import transaction

from directory.actions.locking import lock_company, record, require_admin
from directory.actions.people import find_or_create_person
from directory.models import Company, Membership, PrivilegeGrant, ToolGrant
from directory.policies import deny
from directory.privileges import Privilege, Tool, ToolLevel
from directory.terminology import Dictionary
from directory.web.access import require


@transaction.atomic
def create_company(
    *,
    name,
    slug,
    admin_email,
    admin_name,
    admin_password,
    dictionary=Dictionary.GENERAL_CONTRACTOR,
    currency="USD",
    time_zone="America/New_York",
    actor=None,
):
    """Make a company and its first Directory Admin, who holds *Can Push to Accounting* and so can grant it.

    A person who has that e-mail address already joins as they are, name and password untouched. Raises
    `ValidationError` by field. Only for superusers and the operator.
    """
    if actor is not None and not actor.is_superuser:
        require(deny("Only a superuser can add a company."))
    company = Company(name=name, slug=slug, dictionary=dictionary, currency=currency, time_zone=time_zone)
    company.full_clean()
    company.save()
    person = find_or_create_person(admin_email, admin_name, admin_password)
    membership = Membership.objects.create(user=person, company=company)
    ToolGrant.objects.create(company=company, membership=membership, tool=Tool.COMPANY_DIRECTORY, level=ToolLevel.ADMIN)
    PrivilegeGrant.objects.create(
        company=company, membership=membership, privilege=Privilege.PUSH_TO_ACCOUNTING, granted_by=actor
    )
    record(company.pk, actor, "company.created", company.name, admin=person.email)
    return company


CHANGEABLE = ("name", "dictionary", "currency", "time_zone", "creators_may_not_accept")


@transaction.atomic
def change_company(company_id, *, actor, **values):
    """Change the company's name, dictionary, currency, time zone or its switch; only what differs is recorded.

    Raises `ValidationError` by field.
    """
    company = lock_company(company_id)
    require_admin(actor, company)
    assert set(values) <= set(CHANGEABLE)
    changed = {name: value for name, value in values.items() if getattr(company, name) != value}
    if changed:
        before = {name: getattr(company, name) for name in changed}
        for name, value in changed.items():
            setattr(company, name, value)
        company.full_clean()
        company.save(update_fields=sorted(changed))
        record(company.pk, actor, "company.changed", company.name, before=before, after=changed)
    return company
