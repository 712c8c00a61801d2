from django.db import transaction

from invoicing.actions import history
from invoicing.actions.chain import lock_contract
from invoicing.actions.contract_history import changes_of_row, record_changes
from invoicing.actions.numbers import save_unique
from invoicing.exceptions import ContractChanged, FieldRefused
from invoicing.models import Owner, PrimeContract
from invoicing.policies import why_method_fixed

FIELDS = (
    "owner_id",
    "number",
    "title",
    "status",
    "contractor",
    "architect",
    "executed",
    "private",
    "credits_allowed",
    "contract_date",
    "start_date",
    "estimated_completion",
    "actual_completion",
    "signed_received",
    "terminated_on",
    "accounting_method",
    "signed_sum",
    "description",
    "inclusions",
    "exclusions",
    "work_retainage_percent",
    "materials_retainage_percent",
)


@transaction.atomic
def create_contract(project, values, *, actor):
    """A prime contract of `project`; `values` by field name (FIELDS), missing ones keep their defaults."""
    contract = PrimeContract(company_id=project.company_id, project=project, created_by=actor)
    _write(contract, values)
    history.record_of(contract, "contract.created", actor=actor)
    return contract


@transaction.atomic
def update_contract(contract_id, values, *, actor, version=None):
    """Change fields of a contract; the rates apply to applications created from now on.

    Raises `ContractChanged` when the page is older than the contract.
    """
    contract = lock_contract(contract_id)
    changed = sorted(name for name in FIELDS if name in values and getattr(contract, name) != values[name])
    if not changed:
        return contract
    refuse_stale_contract(contract, version)
    _refuse_new_method(contract, changed)
    told = changes_of_row(contract, {name: values[name] for name in FIELDS if name in changed})
    contract.version += 1
    _write(contract, values)
    record_changes(contract, told, actor=actor)
    history.record_of(contract, "contract.edited", actor=actor, detail={"fields": changed})
    return contract


def _refuse_new_method(contract, changed):
    reason = why_method_fixed(contract) if "accounting_method" in changed else ""
    if reason:
        raise FieldRefused("accounting_method", reason)


def refuse_stale_contract(contract, version):
    if version is not None and version != contract.version:
        raise ContractChanged(contract)


def _write(contract, values):
    for name in FIELDS:
        if name in values:
            setattr(contract, name, values[name])
    if not Owner.objects.filter(pk=contract.owner_id, company=contract.company_id).exists():
        raise FieldRefused("owner", "Choose an owner of this company.")
    save_unique(contract, "number", f"The number {contract.number} is taken. Choose another.")
