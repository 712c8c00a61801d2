from django.conf import settings
from django.db import transaction
from django.urls import reverse

from directory.actions.locking import lock_membership, record, require_admin
from directory.exceptions import LastDirectoryAdmin, NotOfThisCompany
from directory.models import Membership, PrivilegeGrant, Project, ToolGrant
from directory.policies import can_grant_privilege
from directory.privileges import PROJECT_TOOLS, Privilege, Tool, ToolLevel
from directory.terminology import spoken, terms_of
from directory.web.access import require
from notifications import emails

OPERATOR = "The operator of this Tieout"


@transaction.atomic
def set_tool_level(membership_id, tool, level, *, actor, project_id=None):
    """Give a level on a tool, company-wide or, for a project tool, on one project.

    Raises `NotOfThisCompany` for a project of elsewhere and `LastDirectoryAdmin` when nobody else would be left.
    """
    membership = lock_membership(membership_id)
    require_admin(actor, membership.company)
    project = _project_of(membership, tool, project_id)
    tool, level = Tool(tool), ToolLevel(level)
    place = {"company": membership.company, "membership": membership, "tool": tool, "project": project}
    grant = ToolGrant.objects.filter(**place).first()
    before = None if grant is None else ToolLevel(grant.level)
    if level == (ToolLevel.NONE if before is None and project is None else before):
        return
    if tool == Tool.COMPANY_DIRECTORY and level < ToolLevel.ADMIN:
        refuse_if_last_admin(membership)
    ToolGrant.objects.update_or_create(**place, defaults={"level": level})
    _record_level(membership, actor, tool, project, before, level)


@transaction.atomic
def clear_project_level(membership_id, tool, project_id, *, actor):
    """Forget a project's own level, so that the company-wide one holds there again."""
    membership = lock_membership(membership_id)
    require_admin(actor, membership.company)
    project = _project_of(membership, tool, project_id)
    grant = ToolGrant.objects.filter(membership=membership, tool=tool, project=project, project__isnull=False).first()
    if grant is not None:
        grant.delete()
        _record_level(membership, actor, Tool(tool), project, ToolLevel(grant.level), None)


@transaction.atomic
def grant_privilege(membership_id, privilege=Privilege.PUSH_TO_ACCOUNTING, *, actor):
    """Let the person push to accounting; tells them by mail. Nothing happens when they hold it already."""
    membership = lock_membership(membership_id)
    _require_granter(actor, membership)
    grant, created = PrivilegeGrant.objects.get_or_create(
        membership=membership,
        privilege=Privilege(privilege),
        defaults={"company": membership.company, "granted_by": actor},
    )
    if created:
        _tell(membership, grant, granted=True, actor=actor)


@transaction.atomic
def revoke_privilege(membership_id, privilege=Privilege.PUSH_TO_ACCOUNTING, *, actor):
    """Take a privilege back; tells the person by mail. Nothing happens when they do not hold it."""
    membership = lock_membership(membership_id)
    _require_granter(actor, membership)
    revoke_held(membership, privilege, actor=actor)


def revoke_held(membership, privilege, *, actor):
    """Take the privilege back without asking who may; for callers that asked."""
    grant = PrivilegeGrant.objects.filter(membership=membership, privilege=privilege).first()
    if grant is not None:
        _tell(membership, grant, granted=False, actor=actor)
        grant.delete()


def refuse_if_last_admin(membership):
    admins = Membership.objects.company_admins().filter(company=membership.company)
    if set(admins.values_list("pk", flat=True)) == {membership.pk}:
        raise LastDirectoryAdmin(membership.company)


def _require_granter(actor, membership):
    if actor is not None:
        require(can_grant_privilege(actor, membership.company))


def _project_of(membership, tool, project_id):
    if project_id is None:
        return None
    project = Project.objects.filter(company=membership.company, pk=project_id).first()
    if project is None or tool not in PROJECT_TOOLS:
        raise NotOfThisCompany("Choose a project of this company.")
    return project


def _record_level(membership, actor, tool, project, before, after):
    record(
        membership.company_id,
        actor,
        "tool_level.changed",
        membership.user.name,
        membership=membership.pk,
        tool=tool.label,
        project=project.number if project else None,
        before=None if before is None else before.label,
        after=None if after is None else after.label,
    )


def _tell(membership, grant, *, granted, actor):
    """Mail the person and record it; the caller writes nothing that others wait for after this."""
    person, company = membership.user, membership.company
    emails.privilege_changed(
        to=person.email,
        recipient_name=person.name,
        company=company.name,
        granted=granted,
        by=actor.name if actor else OPERATOR,
        url=settings.BASE_URL + reverse("home", args=[company.slug]),
        dedupe_key=f"privilege-{grant.pk}-{'granted' if granted else 'revoked'}",
        invoices=terms_of(spoken(person.dictionary, company.dictionary)).owner_invoices.lower,
    )
    record(
        company.pk,
        actor,
        "privilege.granted" if granted else "privilege.revoked",
        person.name,
        membership=membership.pk,
        privilege=grant.get_privilege_display(),
    )
