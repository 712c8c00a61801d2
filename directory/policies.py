"""Who may do what, each answer with its reason."""

from dataclasses import dataclass

from directory.models import Membership, PrivilegeGrant, ToolGrant
from directory.privileges import Privilege, Tool, ToolLevel


@dataclass(frozen=True)
class Decision:
    """Yes, or no with the sentence that stands on the greyed button, on the 403 page and in the test."""

    allowed: bool
    reason: str = ""

    def __bool__(self):
        return self.allowed


ALLOW = Decision(True)


def deny(reason):
    return Decision(False, reason)


def unless(allowed, *reasons):
    """A permission (a `Decision`), and what else stands in the way: every reason in one answer."""
    found = [reason for reason in (allowed.reason, *reasons) if reason]
    return deny(" ".join(found)) if found else ALLOW


def membership_of(user, company):
    """The person's active membership of the company, or None. One query per person and company, kept on the person."""
    if not user.is_authenticated:
        return None
    kept = user.__dict__.setdefault("_memberships_by_company", {})
    if company.pk not in kept:
        kept[company.pk] = (
            Membership.objects.active()
            .filter(user=user, company=company)
            .prefetch_related("tool_grants", "privilege_grants")
            .first()
        )
    return kept[company.pk]


def level_of(user, company, tool, project=None):
    """The person's level on a tool; a project's own grant replaces the company-wide default."""
    membership = membership_of(user, company)
    if membership is None:
        return ToolLevel.NONE
    grants = {grant.project_id: grant.level for grant in membership.tool_grants.all() if grant.tool == tool}
    default = grants.get(None, ToolLevel.NONE)
    return ToolLevel(grants.get(project.pk, default) if project is not None else default)


def has_level(user, company, tool, level, project=None):
    return level_of(user, company, tool, project) >= level


def has_privilege(user, company, privilege):
    membership = membership_of(user, company)
    return membership is not None and any(grant.privilege == privilege for grant in membership.privilege_grants.all())


def is_accounting_approver(user, company):
    """Standard or Admin on ERP Integrations and *Can Push to Accounting*."""
    return has_level(user, company, Tool.ERP_INTEGRATIONS, ToolLevel.STANDARD) and has_privilege(
        user, company, Privilege.PUSH_TO_ACCOUNTING
    )


def can_see_directory(user, company):
    if has_level(user, company, Tool.COMPANY_DIRECTORY, ToolLevel.READ_ONLY):
        return ALLOW
    return deny(f"You need Read Only on the Company Directory. {who_can_grant(company)}")


def can_manage_directory(user, company):
    if has_level(user, company, Tool.COMPANY_DIRECTORY, ToolLevel.ADMIN):
        return ALLOW
    return deny(f"Only a Directory Admin can change this. {who_can_grant(company)}")


def can_grant_privilege(user, company):
    """Grant or take back a privilege: a Directory Admin who holds it; a superuser seeds the first."""
    if user.is_superuser:
        return ALLOW
    if has_level(user, company, Tool.COMPANY_DIRECTORY, ToolLevel.ADMIN) and has_privilege(
        user, company, Privilege.PUSH_TO_ACCOUNTING
    ):
        return ALLOW
    return deny("Only people who are Directory Admin and can push to accounting can change this.")


def can_change_sign_in(user, membership):
    """Change a member's e-mail address or password: of people who belong nowhere else and may no more than oneself."""
    person, company = membership.user, membership.company
    if user.is_superuser:
        return ALLOW
    if not (decision := can_manage_directory(user, company)):
        return decision
    if person.is_superuser:
        return deny(f"{person.name} looks after this Tieout. Only they can change their e-mail address or password.")
    if Membership.objects.filter(user=person).exclude(company=company).exists():
        return deny(
            f"{person.name} belongs to another company too. Only they can change their e-mail address or password."
        )
    if user != person and membership.privilege_grants.exists():
        return can_grant_privilege(user, company)
    return ALLOW


def who_can_grant(company):
    """Name up to three people who can help: "Dana Reyes can grant it." Empty when nobody can."""
    admins = Membership.objects.company_admins().filter(company=company).select_related("user")
    names = sorted({membership.user.name for membership in admins})[:3]
    return f"{_in_words(names)} can grant it." if names else ""


def who_can_grant_privilege(company):
    """The same for *Can Push to Accounting*, which only its holders among the Directory Admins can grant."""
    holders = PrivilegeGrant.objects.filter(company=company, privilege=Privilege.PUSH_TO_ACCOUNTING)
    admins = ToolGrant.objects.filter(
        company=company,
        tool=Tool.COMPANY_DIRECTORY,
        level=ToolLevel.ADMIN,
        membership__in=holders.values("membership"),
        membership__is_active=True,
        membership__user__is_active=True,
    )
    names = sorted(admins.values_list("membership__user__name", flat=True))[:3]
    return f"{_in_words(names)} can grant it." if names else ""


def _in_words(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
