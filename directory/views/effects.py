"""What a person's levels and privileges come to, in sentences."""

from directory.privileges import Privilege, Tool, ToolLevel


def effects(membership, terms):
    """Sentences that start with the person's first name; `membership` with its grants prefetched."""
    first = membership.user.name.split()[0]
    if not membership.is_active:
        return [f"{first} is deactivated and cannot open this company."]
    levels = company_wide(membership)
    push = holds(membership, Privilege.PUSH_TO_ACCOUNTING)
    said = [
        _accounting(levels[Tool.ERP_INTEGRATIONS], push, terms),
        _projects(levels[Tool.PRIME_CONTRACTS], terms),
        _directory(levels[Tool.COMPANY_DIRECTORY], push),
    ]
    return [f"{first} {each}." for each in said if each] or [f"{first} can open no tool of this company."]


def company_wide(membership):
    """The level on each tool, for all projects."""
    given = {grant.tool: ToolLevel(grant.level) for grant in membership.tool_grants.all() if grant.project_id is None}
    return {tool: given.get(tool, ToolLevel.NONE) for tool in Tool}


def holds(membership, privilege):
    return any(grant.privilege == privilege for grant in membership.privilege_grants.all())


def is_approver(membership):
    return (
        membership.is_active
        and company_wide(membership)[Tool.ERP_INTEGRATIONS] >= ToolLevel.STANDARD
        and holds(membership, Privilege.PUSH_TO_ACCOUNTING)
    )


def _accounting(level, push, terms):
    invoices = terms.owner_invoices.lower
    if level >= ToolLevel.STANDARD and push:
        return f"can accept and export {invoices}"
    if level >= ToolLevel.STANDARD:
        return f"can see sent {invoices} but not accept them: {Privilege.PUSH_TO_ACCOUNTING.label} is missing"
    if level == ToolLevel.READ_ONLY and push:
        return f"can see sent {invoices} but not accept them: that needs Standard on {Tool.ERP_INTEGRATIONS.label}"
    if level == ToolLevel.READ_ONLY:
        return f"can see sent {invoices}"
    return f"cannot accept {invoices}: that needs Standard on {Tool.ERP_INTEGRATIONS.label}" if push else ""


def _projects(level, terms):
    invoices = terms.owner_invoices.lower
    return {
        ToolLevel.READ_ONLY: f"can see {invoices} of all projects",
        ToolLevel.STANDARD: f"can prepare {invoices} in all projects",
        ToolLevel.ADMIN: f"can prepare, approve and send {invoices} in all projects",
    }.get(level, "")


def _directory(level, push):
    if level < ToolLevel.ADMIN:
        return ""
    return f"can say who may do what{f', and grant {Privilege.PUSH_TO_ACCOUNTING.label}' if push else ''}"
