"""A company with one of everything that pages are about."""

from erp_integrations.actions import connect_erp
from erp_integrations.models import ExportRun
from tests.factories import (
    AttachmentFactory,
    BillingPeriodFactory,
    ChangeOrderFactory,
    CompanyFactory,
    MembershipFactory,
    OwnerFactory,
    OwnerInvoiceFactory,
    PaymentFactory,
    PrimeContractFactory,
    ProjectFactory,
)

NOWHERE = {"company": "nowhere", "project": "nowhere", "kind": "nothing", "move": "nothing"}
NO_ROW = 987_654


class World:
    def __init__(self, slug):
        self.company = CompanyFactory(slug=slug)
        self.project = ProjectFactory(company=self.company, slug=f"{slug}-project")
        self.owner = OwnerFactory(company=self.company)
        self.contract = self._contract()
        self.period = BillingPeriodFactory(project=self.project)
        self.member = MembershipFactory(company=self.company)
        # Where nobody answers: no page needs the ERP to say whom it lets in.
        connect_erp(self.company.pk, adapter="demo", settings={"url": "http://127.0.0.1:9"}, secrets={"token": "none"})
        # Numbered as no other company's is, since numbers are counted by company.
        self.run = ExportRun.objects.create(
            company=self.company, number=self.company.pk, started_by=self.member.user, invoice_ids=[]
        )

    def invoice(self, state):
        return OwnerInvoiceFactory(contract=self._contract(), **{state: True})

    def _contract(self):
        return PrimeContractFactory(project=self.project, owner=self.owner, lines=1)

    def arguments(self, names, state):
        """What a page's URL takes, for this company's rows; `state` is how far its invoice has come."""
        rows = {
            "company": lambda: self.company.slug,
            "project": lambda: self.project.slug,
            "contract_id": lambda: self.contract.pk,
            "order_id": lambda: ChangeOrderFactory(contract=self.contract, status="pending").pk,
            "move": lambda: "approve",
            "period_id": lambda: self.period.pk,
            "invoice_id": lambda: self.invoice(state).pk,
            "payment_id": lambda: PaymentFactory(invoice=self.invoice("approved")).pk,
            "membership_id": lambda: self.member.pk,
            "number": lambda: self.run.number,
            "kind": lambda: "owner",
            "subject_id": lambda: self.owner.pk,
        }
        given = {name: rows[name]() for name in names - {"attachment_id"}}
        if "attachment_id" in names:
            beside = {name: given[name] for name in ("invoice_id", "contract_id") if name in given}
            given["attachment_id"] = AttachmentFactory(company=self.company, **beside).pk
        return given
