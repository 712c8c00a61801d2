"""What people decide about companies, people and rights.

Each action checks the actor's right, writes the audit event and commits as one; `actor=None` is the operator at the
command line, who may do everything.
"""

from directory.actions.companies import change_company, create_company
from directory.actions.grants import clear_project_level, grant_privilege, revoke_privilege, set_tool_level
from directory.actions.people import (
    add_member,
    change_settings,
    change_sign_in,
    change_title,
    deactivate_membership,
    reactivate_membership,
    save_person,
)

__all__ = [
    "add_member",
    "change_company",
    "change_settings",
    "change_sign_in",
    "change_title",
    "clear_project_level",
    "create_company",
    "deactivate_membership",
    "grant_privilege",
    "reactivate_membership",
    "revoke_privilege",
    "save_person",
    "set_tool_level",
]
