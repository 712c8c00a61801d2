"""Who may see, accept, reject, export, retry, map and connect, each answer with its reason."""

from directory.policies import (
    ALLOW,
    deny,
    has_level,
    has_privilege,
    who_can_grant,
    who_can_grant_privilege,
)
from directory.privileges import Privilege, Tool, ToolLevel


def can_see_queue(user, company):
    """ERP Integrations Read Only and up sees every sent invoice of the company, with its lines."""
    if has_level(user, company, Tool.ERP_INTEGRATIONS, ToolLevel.READ_ONLY):
        return ALLOW
    return deny(f"You need Read Only on ERP Integrations to see this. {who_can_grant(company)}".strip())


def can_decide(user, company):
    """An accounting approver: Standard or Admin on the tool and *Can Push to Accounting*."""
    if not has_level(user, company, Tool.ERP_INTEGRATIONS, ToolLevel.STANDARD):
        return deny(f"Accepting needs Standard on ERP Integrations. {who_can_grant(company)}".strip())
    if not has_privilege(user, company, Privilege.PUSH_TO_ACCOUNTING):
        return deny(
            "You can see these invoices but not accept them. Accepting needs 'Can Push to Accounting'."
            f" {who_can_grant_privilege(company)}".rstrip()
        )
    return ALLOW


def can_accept(user, invoice):
    decision = can_decide(user, invoice.company)
    if decision and invoice.company.creators_may_not_accept and invoice.created_by_id == user.pk:
        return deny("You created this invoice. In this company somebody else accepts it.")
    return decision


def can_undo(user, invoice):
    return can_decide(user, invoice.company)


def can_reject(user, invoice):
    return can_decide(user, invoice.company)


def can_retry(user, invoice):
    return can_decide(user, invoice.company)


def can_answer(user, company):
    """Say what became of an export in doubt, and link a duplicate."""
    return can_decide(user, company)


def can_unlink(user, company):
    """An approver who is Admin on the tool: what is booked is taken back into the queue."""
    decision = can_decide(user, company)
    if decision and not has_level(user, company, Tool.ERP_INTEGRATIONS, ToolLevel.ADMIN):
        return deny(f"You need Admin on ERP Integrations to unlink. {who_can_grant(company)}".strip())
    return decision


def can_export(user, company):
    return can_decide(user, company)


def can_map(user, company):
    return can_decide(user, company)


def can_connect(user, company):
    """Change and test the connection to the ERP."""
    if has_level(user, company, Tool.ERP_INTEGRATIONS, ToolLevel.ADMIN):
        return ALLOW
    return deny(f"Connecting the ERP needs Admin on ERP Integrations. {who_can_grant(company)}".strip())


def can_follow_into_project(user, invoice):
    """The link from accounting's pages into the project needs Prime Contracts Read Only there."""
    if has_level(user, invoice.company, Tool.PRIME_CONTRACTS, ToolLevel.READ_ONLY, invoice.contract.project):
        return ALLOW
    return deny("You need Read Only on Prime Contracts in this project.")
