from dataclasses import replace

from django.db import transaction

from invoicing.actions import history
from invoicing.actions.chain import lock_contract
from invoicing.actions.schedule import save_schedule
from invoicing.models import CostCode


@transaction.atomic
def import_schedule(contract_id, entries, *, actor, version=None, new_codes=None):
    """`save_schedule`, with cost codes made first: `new_codes` maps the index of an entry to a code and its name."""
    contract = lock_contract(contract_id)
    entries = list(entries)
    made = _create_codes(contract.company, dict((new_codes or {}).values()))
    for index, (code, _) in (new_codes or {}).items():
        entries[index] = replace(entries[index], cost_code_id=made[code.lower()])
    contract = save_schedule(contract.pk, entries, actor=actor, version=version)
    if made:
        detail = {"codes": sorted(made)}
        history.record_of(contract, "cost_codes.created", actor=actor, detail=detail)
    return contract


def _create_codes(company, names):
    """Cost codes by their lower-cased code; one that somebody made meanwhile is taken as it is."""
    if not names:
        return {}
    rows = [CostCode(company=company, code=code, name=name) for code, name in names.items()]
    CostCode.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = {code.lower() for code in names}
    found = CostCode.objects.filter(company=company).values_list("code", "pk")
    return {code.lower(): pk for code, pk in found if code.lower() in wanted}
