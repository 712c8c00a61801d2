"""What owners are called in short, and the counterparts of owners, projects and cost codes in the demo ERP."""

from directory.models import Project
from erp_integrations.adapters.base import ACCOUNT, CUSTOMER, JOB
from erp_integrations.connecting import adapter_for
from erp_integrations.models import CodeKind, CodeMapping
from invoicing.models import CostCode, Owner

OWNER_CODES = {
    "Alder Bay Port Authority": "ALDERBAY",
    "Alder Falls School District": "AFSD",
    "Breakwater Fund II": "BREAKW-2",
    "Cascade Data Centers": "CASCADE",
    "City of Alder Falls": "ALDERFALLS",
    "Eastgate Retail Partners": "EASTGATE",
    "Foundry Row Lofts LLC": "FOUNDRY",
    "Grand Avenue Theatre Trust": "GRANDAVE",
    "Harbor & Vine Builders": "HARBORVINE",
    "Ironwood Logistics": "IRONWOOD",
    "Juniper Senior Living": "JUNIPER",
    "Lakeshore Transit Authority": "LAKESHORE",
    "Meridian Office Park": "MERIDIAN",
    "Mill Race Apartments LP": "MILLRACE",
    "Orchard Street Housing": "ORCHARD",
    "Pier 9 Capital Fund": "PIER9",
    "Port of Sable Bay": "SABLEBAY",
    "Redwood County": "REDWOOD",
    "Riverside Medical Center": "RIVERSIDE",
    "Saltmarsh Brewing": "SALTMARSH",
    "Union Square Partners": "UNIONSQ",
}
ACCOUNT_OF_DIVISION = {
    "01": "4010",
    "02": "4020",
    "03": "4030",
    "04": "4040",
    "05": "4030",
    "06": "4050",
    "07": "4040",
    "08": "4040",
    "09": "4050",
    "15": "4060",
    "16": "4070",
}


def map_codes(settled, without_customer):
    """Map owners and projects to the ERP's entries of their names, cost codes to the account of their division.

    `without_customer` are the ids of owners that stay unmapped.
    """
    adapter, company = adapter_for(settled.connection), settled.company
    customers, jobs = _codes_by_name(adapter, CUSTOMER), _codes_by_name(adapter, JOB)
    names = {code: name for name, code in _codes_by_name(adapter, ACCOUNT).items()}
    owners = Owner.objects.filter(company=company).exclude(pk__in=without_customer)
    mapped = [_mapping(settled, CodeKind.OWNER, owner, customers[owner.name], owner.name) for owner in owners]
    for project in Project.objects.filter(company=company):
        mapped.append(_mapping(settled, CodeKind.PROJECT, project, jobs[project.name], project.name))
    for code in CostCode.objects.filter(company=company):
        account = ACCOUNT_OF_DIVISION[code.code[:2]]
        mapped.append(_mapping(settled, CodeKind.COST_CODE, code, account, names[account]))
    CodeMapping.objects.bulk_create(mapped)


def _mapping(settled, kind, subject, erp_id, erp_name):
    return CodeMapping(
        company=settled.company,
        connection=settled.connection,
        kind=kind,
        **{kind.value: subject},
        erp_id=erp_id,
        erp_name=erp_name,
    )


def _codes_by_name(adapter, kind):
    """All of the ERP's entries of a kind: their codes by name."""
    codes, page = {}, adapter.list_codes(kind)
    while True:
        codes |= {each.name: each.code for each in page.codes}
        if not page.after:
            return codes
        page = adapter.list_codes(kind, after=page.after)
