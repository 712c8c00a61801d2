"""One person of each kind, by letter."""

from tests.factories import MembershipFactory, UserFactory

EVERYTHING = {"erp_admin": True, "pushing": True, "project_staff": True, "directory_admin": True}

COLLEAGUES = {
    "N": {},  # no level anywhere
    "R": {"accounting_reader": True, "project_reader": True, "directory_reader": True},
    "C": {"project_editor": True},  # Standard on Prime Contracts
    "P": {"project_staff": True},  # Admin on Prime Contracts
    "B": {"accounting_reader": True, "push": True},  # Can Push to Accounting, Read Only on ERP Integrations
    "E": {"accounting_staff": True},  # Standard on ERP Integrations, cannot push
    "I": {"erp_admin": True},  # Admin on ERP Integrations, cannot push
    "V": {"approver": True},  # Standard on ERP Integrations, can push
    "U": {"erp_admin": True, "push": True},  # Admin on ERP Integrations, can push
    "T": {"directory_admin": True},  # Admin on the Company Directory, cannot push
    "G": {"granter": True},  # Admin on the Company Directory, can push
}
# Anonymous, member of another company with every right there, superuser, deactivated with every right.
STRANGERS = "SXD"
KINDS = ("A", *STRANGERS, *COLLEAGUES)

ANYBODY = "".join(COLLEAGUES)
SEE_QUEUE = "RBEIVU"
DECIDE = "VU"
UNLINK = "U"
CONNECT = "IU"
READ_CONTRACTS = "RCP"
EDIT_CONTRACTS = "CP"
RUN_CONTRACTS = "P"
SEE_DIRECTORY = "RTG"
RUN_DIRECTORY = "TG"


def people_of(company):
    """A user for each letter; None is the one who is not signed in."""
    made = {letter: member(company, **rights) for letter, rights in COLLEAGUES.items()}
    return made | {
        "A": None,
        "S": MembershipFactory(**EVERYTHING).user,
        "X": UserFactory(superuser=True),
        "D": member(company, is_active=False, **EVERYTHING),
    }


def member(company, *, push=False, **rights):
    if push:
        rights |= {"pushing": True}
    return MembershipFactory(company=company, **rights).user
