"""A company with everybody in it, connected to the demo ERP, and its owner invoices in any state."""

import json
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from directory.models import Company, Project, User
from erp_integrations import actions as accounting
from erp_integrations.models import CodeKind, ErpConnection
from invoicing import actions as billing
from invoicing.models import BillingPeriod, ContractLine, CostCode, Owner, PrimeContract
from invoicing.states import ACCEPT, APPROVE, SEND, SUBMIT, ContractStatus
from tests.erp_integrations.written import first_application
from tests.factories import CompanyFactory, MembershipFactory, ProjectFactory, UserFactory

DEMO_ERP_TOKEN = "demo-erp-token"
ACTIONS = {
    SUBMIT: billing.submit_invoice,
    APPROVE: billing.approve_invoice,
    SEND: billing.send_to_erp,
    ACCEPT: accounting.accept_invoice,
}


@dataclass
class Accounting:
    """`approver` decides, `staff` prepares and sends; every contract has two lines of 60,000 and 40,000."""

    company: Company
    approver: User
    staff: User
    project: Project
    owner: Owner
    connection: ErpConnection
    contracts: list = field(default_factory=list)
    numbered: int = 0  # contracts so far, those among them whose writing was cut off

    def contract(self):
        self.numbered += 1
        number = f"PC-{self.numbered:03}"
        contract = PrimeContract.objects.create(
            company=self.company,
            project=self.project,
            owner=self.owner,
            number=number,
            title=f"Contract {number}",
            status=ContractStatus.APPROVED,
            created_by=self.staff,
        )
        code, _ = CostCode.objects.get_or_create(company=self.company, code="03-300", defaults={"name": "Concrete"})
        ContractLine.objects.bulk_create(
            ContractLine(
                company=self.company,
                contract=contract,
                position=position,
                item=f"{position:02}",
                description=f"Line {position}",
                cost_code=code,
                scheduled_value=Decimal(value),
            )
            for position, value in enumerate((60_000, 40_000), start=1)
        )
        self.contracts.append(contract)
        return contract

    def period(self):
        period, _ = BillingPeriod.objects.get_or_create(
            company=self.company,
            project=self.project,
            start=date(2026, 10, 1),
            defaults={"end": date(2026, 10, 31), "due": date(2026, 11, 15)},
        )
        return period

    def draft_invoice(self, contract=None):
        """An application that bills 10,000.00 on the first line, less 10 % retainage: 9,000.00 due."""
        return self._invoice(contract, ())

    def sent_invoice(self, contract=None):
        return self._invoice(contract, self.sending)

    def accepted_invoice(self, contract=None):
        return self._invoice(contract, (*self.sending, (ACCEPT, self.approver)))

    @property
    def sending(self):
        return ((SUBMIT, self.staff), (APPROVE, self.staff), (SEND, self.staff))

    def _invoice(self, contract, moves):
        """By the actions where a contract is given, which may have applications; else as they would leave it."""
        if contract is None:
            return first_application(self.contract(), self.period(), self.staff, moves)
        return self.billed_by_actions(contract, moves)

    def billed_by_actions(self, contract, moves):
        invoice = billing.create_invoice(contract.pk, self.period().pk, actor=self.staff)
        first = invoice.lines.order_by("contract_line__position").first()
        entry = billing.LineEntry(work_this_period=Decimal("10000.00"))
        invoice = billing.save_lines(invoice.pk, {first.pk: entry}, actor=self.staff)
        for transition, actor in moves:
            invoice = ACTIONS[transition](invoice.pk, actor=actor)
        return invoice

    def export(self):
        return accounting.start_export(self.company.pk, actor=self.approver)


def connected_company(erp_url, **settings):
    """A new company whose approver, staff and mapped owner are ready to bill."""
    company = CompanyFactory()
    approver, staff = UserFactory(name="Ana Whitfield"), UserFactory(name="Priya Nair")
    MembershipFactory(company=company, user=approver, approver=True)
    MembershipFactory(company=company, user=staff, project_staff=True)
    project = ProjectFactory(company=company)
    owner = Owner.objects.create(company=company, code="TIDE", name="Tidewater Development")
    connection = accounting.connect_erp(
        company.pk, adapter="demo", settings={"url": erp_url, **settings}, secrets={"token": DEMO_ERP_TOKEN}
    )
    accounting.map_code(connection.pk, kind=CodeKind.OWNER, subject_id=owner.pk, erp_id="C-1001", actor=approver)
    return Accounting(company, approver, staff, project, owner, connection)


def switch_faults(erp, mode, *, times=1, delay=0.0):
    """Let the demo ERP misbehave for its next calls."""
    body = json.dumps({"mode": mode, "times": times, "delay_s": delay}).encode()
    request = urllib.request.Request(
        f"{erp.url}/faults", data=body, method="PUT", headers={"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=5).close()


def heal(erp):
    urllib.request.urlopen(urllib.request.Request(f"{erp.url}/faults", method="DELETE"), timeout=5).close()
