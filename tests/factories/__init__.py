"""Rows for tests, as factories with traits; `directory` says which person a membership's trait makes.

Invoices go through the product's own actions, so that every figure of theirs ties out.
"""

from tests.factories.directory import (
    PASSWORD,
    CompanyFactory,
    MembershipFactory,
    PrivilegeGrantFactory,
    ProjectFactory,
    ToolGrantFactory,
    UserFactory,
)
from tests.factories.invoicing import (
    AttachmentFactory,
    BillingPeriodFactory,
    ChangeOrderFactory,
    ContractLineFactory,
    CostCodeFactory,
    OwnerFactory,
    OwnerInvoiceFactory,
    PaymentFactory,
    PrimeContractFactory,
)

__all__ = [
    "PASSWORD",
    "AttachmentFactory",
    "BillingPeriodFactory",
    "ChangeOrderFactory",
    "CompanyFactory",
    "ContractLineFactory",
    "CostCodeFactory",
    "MembershipFactory",
    "OwnerFactory",
    "OwnerInvoiceFactory",
    "PaymentFactory",
    "PrimeContractFactory",
    "PrivilegeGrantFactory",
    "ProjectFactory",
    "ToolGrantFactory",
    "UserFactory",
]
