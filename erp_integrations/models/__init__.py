from erp_integrations.models.connections import CodeKind, CodeMapping, ErpConnection
from erp_integrations.models.evidence import AttemptOutcome, CallKind, CallTotal, ExportAttempt, Outcome
from erp_integrations.models.exports import (
    MOVING,
    WAITING,
    DocumentRole,
    ErpDocument,
    ExportJob,
    ExportRun,
    JobState,
    SweeperHeartbeat,
)
from erp_integrations.models.outside import BookedOutside

__all__ = [
    "MOVING",
    "WAITING",
    "AttemptOutcome",
    "BookedOutside",
    "CallKind",
    "CallTotal",
    "CodeKind",
    "CodeMapping",
    "DocumentRole",
    "ErpConnection",
    "ErpDocument",
    "ExportAttempt",
    "ExportJob",
    "ExportRun",
    "JobState",
    "Outcome",
    "SweeperHeartbeat",
]
