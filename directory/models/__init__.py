from directory.models.audit import AuditChainHead, AuditEvent
from directory.models.companies import Company
from directory.models.grants import PrivilegeGrant, ToolGrant
from directory.models.people import Membership, Theme, User
from directory.models.projects import Project

__all__ = [
    "AuditChainHead",
    "AuditEvent",
    "Company",
    "Membership",
    "PrivilegeGrant",
    "Project",
    "Theme",
    "ToolGrant",
    "User",
]
