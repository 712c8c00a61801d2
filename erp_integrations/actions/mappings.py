"""Mapping our codes to the ERP's, picked from the ERP's own list."""

from django.db import transaction
from django.utils import timezone

from directory import audit
from erp_integrations.models import CodeMapping, ErpConnection

LONGEST_NAME = CodeMapping._meta.get_field("erp_name").max_length


@transaction.atomic
def map_code(connection_id, *, kind, subject_id, erp_id, erp_name="", actor):
    """Map an owner, project or cost code (`kind`, `subject_id`) to one of the ERP's codes; replaces an earlier mapping.

    Locks: connection, audit chain.
    """
    connection = ErpConnection.objects.select_for_update(no_key=True).get(pk=connection_id)
    mapping, _ = CodeMapping.objects.update_or_create(
        company_id=connection.company_id,
        connection=connection,
        kind=kind,
        **{f"{kind}_id": subject_id},
        defaults={"erp_id": erp_id, "erp_name": erp_name[:LONGEST_NAME]},
    )
    audit.record(
        connection.company_id,
        actor=actor,
        action="erp.map",
        subject=f"{kind} {subject_id}",
        at=timezone.now(),
        detail={"erp_id": erp_id, "erp_name": erp_name},
    )
    return mapping
