"""The tools a person can work with, at which level, and the privileges beside them."""

from django.db.models import IntegerChoices, TextChoices


class Tool(TextChoices):
    ERP_INTEGRATIONS = "erp_integrations", "ERP Integrations"
    COMPANY_DIRECTORY = "company_directory", "Company Directory"
    PRIME_CONTRACTS = "prime_contracts", "Prime Contracts"


class ToolLevel(IntegerChoices):
    NONE = 0, "None"
    READ_ONLY = 1, "Read Only"
    STANDARD = 2, "Standard"
    ADMIN = 3, "Admin"


class Privilege(TextChoices):
    PUSH_TO_ACCOUNTING = "push_to_accounting", "Can Push to Accounting"


PROJECT_TOOLS = frozenset({Tool.PRIME_CONTRACTS})
