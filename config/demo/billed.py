"""Contracts and applications as rows: in bulk, and yet what the product's actions would have left behind."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils.text import slugify

from config.demo.billing import REDUCED, Application, applications_of, schedule_for
from config.demo.codes import OWNER_CODES
from config.demo.companies import Settled
from config.demo.contracts import Job
from config.demo.moves import after_period
from config.demo.quirks import bend
from config.demo.schedules import group_of
from directory.models import Project
from invoicing.figures import write_line, write_summary
from invoicing.models import (
    BillingPeriod,
    ChangeOrder,
    ContractLine,
    CostCode,
    Owner,
    OwnerInvoice,
    OwnerInvoiceLine,
    PeriodStatus,
    PrimeContract,
    RetainageReduction,
)
from invoicing.money import ZERO
from invoicing.payment_application import summarize
from invoicing.states import ChangeOrderStatus, ContractStatus

HALF, MOST = 50, 75


@dataclass
class Billed:
    """A job in the database: its contract and its invoices, the first application first."""

    job: Job
    contract: PrimeContract
    applications: list[Application]
    invoices: list[OwnerInvoice] = field(default_factory=list)


def bill(settled: Settled, job: Job, today: date) -> Billed:
    """Write one job with all its applications, as drafts; `config.demo.history` tells what became of them."""
    contract = _contract(settled, job, month_before(today, job.lag + job.applications + 1)[0])
    billed = Billed(job, contract, bend(job, applications_of(job)))
    periods = _periods(billed, today)
    lines = _schedule(billed, periods)
    _applications(billed, periods, lines, settled.people[job.sender])
    return billed


def _contract(settled, job, signed_on):
    company = settled.company
    project = Project.objects.create(
        company=company, name=job.project, slug=slugify(job.project)[:60], number=f"P-{job.number[3:]}"
    )
    owner, _ = Owner.objects.get_or_create(company=company, name=job.owner, defaults={"code": OWNER_CODES[job.owner]})
    contract = PrimeContract.objects.create(
        company=company,
        project=project,
        owner=owner,
        number=job.number,
        title=job.project,
        status=ContractStatus.APPROVED,
        contract_date=signed_on,
        contractor=company.name,
        architect="Fold & Partners Architects",
        executed=True,
        signed_received=after_period(signed_on, days=9).date(),
        signed_sum=job.contract_sum,
        work_retainage_percent=job.rate,
        materials_retainage_percent=job.rate,
        created_by=settled.people[job.sender],
    )
    contract.created_at = after_period(signed_on, days=2)
    contract.save(update_fields=["created_at"])
    _reduce(contract, job)
    return contract


def _reduce(contract, job):
    """Some contracts reduce retainage; those with a draft have just come so far, so that it proposes it."""
    if job.reduced_from or job.has_draft:
        at = HALF if job.reduced_from else MOST
        rates = {"work_percent": REDUCED, "materials_percent": REDUCED}
        RetainageReduction.objects.create(company_id=contract.company_id, contract=contract, at_percent=at, **rates)


def month_before(today, months):
    """First and last day of the month so many months before the one of `today`."""
    index = today.year * 12 + today.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _periods(billed, today):
    job = billed.job
    months = [month_before(today, 1 + job.lag + job.applications - at) for at in range(1, job.applications + 1)]
    return BillingPeriod.objects.bulk_create(
        BillingPeriod(
            company_id=billed.contract.company_id,
            project_id=billed.contract.project_id,
            start=start,
            end=end,
            due=month_before(end, -1)[1],
            status=PeriodStatus.OPEN if (start, end) == months[-1] else PeriodStatus.CLOSED,
        )
        for start, end in months
    )


def _schedule(billed, periods):
    """The contract's lines, those of its change orders among them; by item."""
    company_id, contract = billed.contract.company_id, billed.contract
    codes = {code.code: code for code in CostCode.objects.filter(company_id=company_id)}
    orders, rows = {}, []
    for position, line in enumerate(schedule_for(billed.job), start=1):
        if line.cost_code not in codes:
            codes[line.cost_code] = CostCode.objects.create(
                company_id=company_id, code=line.cost_code, name=line.description
            )
        if line.change and line.change not in orders:
            orders[line.change] = ChangeOrder.objects.create(
                company_id=company_id,
                contract=contract,
                number=line.change,
                title=line.description,
                status=ChangeOrderStatus.APPROVED,
                approved_on=periods[line.joins - 1].start,
            )
        rows.append(
            ContractLine(
                company_id=company_id,
                contract=contract,
                change_order=orders.get(line.change),
                position=position,
                item=line.item,
                description=line.description,
                group=group_of(line.cost_code) if not line.change else "",
                cost_code=codes[line.cost_code],
                scheduled_value=line.value,
            )
        )
    return {row.item: row for row in ContractLine.objects.bulk_create(rows)}


def _applications(billed, periods, lines, creator):
    contract = billed.contract
    for application, period in zip(billed.applications, periods, strict=True):
        invoice = OwnerInvoice(
            company_id=contract.company_id,
            contract=contract,
            position=application.position,
            number=f"{contract.number}-{application.position}",
            period=period,
            billing_date=period.end,
            created_by=creator,
            retainage_note=application.note,
        )
        write_summary(invoice, summarize(application.lines.values(), *_sums(application, lines)))
        billed.invoices.append(invoice)
    OwnerInvoice.objects.bulk_create(billed.invoices)
    OwnerInvoiceLine.objects.bulk_create(
        _line(invoice, lines[item], figures, application.rate)
        for invoice, application in zip(billed.invoices, billed.applications, strict=True)
        for item, figures in application.lines.items()
    )


def _sums(application, lines):
    """Lines 1 and 2: the original schedule, and the change orders this application carries."""
    sums = defaultdict(lambda: ZERO)
    for item, figures in application.lines.items():
        sums[lines[item].change_order_id is not None] += figures.scheduled_value
    return sums[False], sums[True]


def _line(invoice, contract_line, figures, rate):
    row = OwnerInvoiceLine(
        company_id=invoice.company_id,
        invoice=invoice,
        contract_line=contract_line,
        retainage_percent=rate,
        materials_retainage_percent=rate,
    )
    write_line(row, figures)
    return row
