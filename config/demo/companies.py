"""The three companies with their people, made by the product's own actions."""

from dataclasses import dataclass, field

from django.conf import settings

from config.demo.people import HARBOR, NORTHLINE, PASSWORD, PEOPLE, TIDEWATER
from directory import actions as directory
from directory.models import Company, User
from directory.privileges import Tool, ToolLevel
from directory.terminology import Dictionary
from erp_integrations import actions as accounting
from erp_integrations.models import ErpConnection

NOTHING = (ToolLevel.NONE, ToolLevel.NONE, False)
# name -> level on ERP Integrations, level on Prime Contracts, Can Push to Accounting
RIGHTS = {
    "Ana Whitfield": (ToolLevel.STANDARD, ToolLevel.READ_ONLY, True),
    "Marcus Lund": (ToolLevel.STANDARD, ToolLevel.NONE, False),
    "Priya Nair": (ToolLevel.NONE, ToolLevel.ADMIN, False),
    "Tom Okafor": (ToolLevel.NONE, ToolLevel.ADMIN, False),
    "Lena Fuchs": (ToolLevel.NONE, ToolLevel.ADMIN, False),
    "Gil Moreno": (ToolLevel.NONE, ToolLevel.ADMIN, False),
    "Olivia Chen": (ToolLevel.ADMIN, ToolLevel.ADMIN, True),
    "Ines Duarte": (ToolLevel.NONE, ToolLevel.ADMIN, False),
    "Nora Becker": (ToolLevel.ADMIN, ToolLevel.ADMIN, True),
    "Ben Ames": (ToolLevel.NONE, ToolLevel.ADMIN, False),
}
ADMINS = {HARBOR: "Dana Reyes", TIDEWATER: "Ruth Calder", NORTHLINE: "Owen Pike"}
COLLEAGUES = {
    HARBOR: ("Ana Whitfield", "Marcus Lund", "Priya Nair", "Tom Okafor", "Lena Fuchs", "Gil Moreno"),
    TIDEWATER: ("Olivia Chen", "Ines Duarte"),
    NORTHLINE: ("Nora Becker", "Ben Ames"),
}
APPROVERS = {HARBOR: "Ana Whitfield", TIDEWATER: "Olivia Chen", NORTHLINE: "Nora Becker"}
SLUGS = {HARBOR: "harbor-vine", TIDEWATER: "tidewater", NORTHLINE: "northline"}
DICTIONARIES = {
    HARBOR: Dictionary.GENERAL_CONTRACTOR,
    TIDEWATER: Dictionary.OWNER,
    NORTHLINE: Dictionary.SPECIALTY_CONTRACTOR,
}
HOSTS = {HARBOR: "harborvine.example", TIDEWATER: "tidewater.example", NORTHLINE: "northline.example"}


@dataclass
class Settled:
    """A company that is ready to bill: its people by name, its connection."""

    company: Company
    connection: ErpConnection
    people: dict[str, User] = field(default_factory=dict)


def settle(name):
    """Make a company, everybody in it with their rights, and its connection to the demo ERP."""
    admin = ADMINS[name]
    # Made beforehand: the demo's password is shorter than the product lets people choose.
    granter = _person(admin, name)
    company = directory.create_company(
        name=name,
        slug=SLUGS[name],
        admin_email=granter.email,
        admin_name=granter.name,
        admin_password="",
        dictionary=DICTIONARIES[name],
    )
    people = {admin: granter}
    for colleague in COLLEAGUES[name]:
        people[colleague] = _join(company, colleague, granter)
    connection = accounting.connect_erp(
        company.pk,
        adapter="demo",
        settings={"company": company.slug},
        secrets={"token": settings.DEMO_ERP_TOKEN},
        actor=granter,
    )
    return Settled(company, connection, people)


def _join(company, name, granter):
    erp_level, contracts_level, pushes = RIGHTS[name]
    person = _person(name, company.name)
    membership = directory.add_member(company.pk, email=person.email, name=name, actor=granter)
    _level(membership, Tool.ERP_INTEGRATIONS, erp_level, granter)
    _level(membership, Tool.PRIME_CONTRACTS, contracts_level, granter)
    if pushes:
        directory.grant_privilege(membership.pk, actor=granter)
    return person


def _level(membership, tool, level, granter):
    if level != ToolLevel.NONE:
        directory.set_tool_level(membership.pk, tool, level, actor=granter)


def make_superuser():
    told = next(person for person in PEOPLE if person.company == "Tieout")
    User.objects.create_superuser(told.email, PASSWORD, name=told.name)


def _person(name, company):
    return User.objects.create_user(f"{name.split()[0].lower()}@{HOSTS[company]}", PASSWORD, name=name)
