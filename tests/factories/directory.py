"""Rows for tests, by app. Traits say what a person may: `MembershipFactory(company=…, approver=True)`.

approver          Standard on ERP Integrations, and Can Push to Accounting
accounting_staff  Standard on ERP Integrations, without the privilege
accounting_reader Read Only on ERP Integrations
project_staff     Admin on Prime Contracts, in all projects
project_editor    Standard on Prime Contracts
project_reader    Read Only on Prime Contracts
directory_admin   Admin on the Company Directory
granter           Directory Admin who holds Can Push to Accounting
"""

import factory
from factory import Faker, LazyAttribute, RelatedFactory, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from directory.models import Company, Membership, PrivilegeGrant, Project, ToolGrant, User
from directory.privileges import Privilege, Tool, ToolLevel
from directory.terminology import Dictionary

PASSWORD = "correct horse battery"

# Directory


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company
        skip_postgeneration_save = True

    class Params:
        owner = Trait(dictionary=Dictionary.OWNER)
        specialty_contractor = Trait(dictionary=Dictionary.SPECIALTY_CONTRACTOR)

    name = Sequence(lambda n: f"Company {n}")
    slug = Sequence(lambda n: f"company-{n}")


class UserFactory(DjangoModelFactory):
    """A person who signs in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        superuser = Trait(is_superuser=True)

    name = Faker("name")
    email = Sequence(lambda n: f"person-{n}@example.test")
    password = factory.django.Password(PASSWORD)


class ToolGrantFactory(DjangoModelFactory):
    class Meta:
        model = ToolGrant

    company = LazyAttribute(lambda grant: grant.membership.company)
    tool = Tool.ERP_INTEGRATIONS
    level = ToolLevel.STANDARD


class PrivilegeGrantFactory(DjangoModelFactory):
    class Meta:
        model = PrivilegeGrant

    company = LazyAttribute(lambda grant: grant.membership.company)
    privilege = Privilege.PUSH_TO_ACCOUNTING


def _level(tool, level):
    return RelatedFactory(ToolGrantFactory, factory_related_name="membership", tool=tool, level=level)


def _push():
    return RelatedFactory(PrivilegeGrantFactory, factory_related_name="membership")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership
        skip_postgeneration_save = True

    class Params:
        approver = Trait(erp_level=_level(Tool.ERP_INTEGRATIONS, ToolLevel.STANDARD), push=_push())
        accounting_staff = Trait(erp_level=_level(Tool.ERP_INTEGRATIONS, ToolLevel.STANDARD))
        accounting_reader = Trait(erp_level=_level(Tool.ERP_INTEGRATIONS, ToolLevel.READ_ONLY))
        erp_admin = Trait(erp_level=_level(Tool.ERP_INTEGRATIONS, ToolLevel.ADMIN))
        project_staff = Trait(project_level=_level(Tool.PRIME_CONTRACTS, ToolLevel.ADMIN))
        project_editor = Trait(project_level=_level(Tool.PRIME_CONTRACTS, ToolLevel.STANDARD))
        project_reader = Trait(project_level=_level(Tool.PRIME_CONTRACTS, ToolLevel.READ_ONLY))
        directory_admin = Trait(directory_level=_level(Tool.COMPANY_DIRECTORY, ToolLevel.ADMIN))
        directory_reader = Trait(directory_level=_level(Tool.COMPANY_DIRECTORY, ToolLevel.READ_ONLY))
        pushing = Trait(push=_push())
        granter = Trait(directory_level=_level(Tool.COMPANY_DIRECTORY, ToolLevel.ADMIN), push=_push())

    company = SubFactory(CompanyFactory)
    user = SubFactory(UserFactory)


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    company = SubFactory(CompanyFactory)
    name = Sequence(lambda n: f"Project {n}")
    slug = Sequence(lambda n: f"project-{n}")
    number = Sequence(lambda n: f"P-{n:03}")
