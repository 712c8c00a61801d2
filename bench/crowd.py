"""Companies with accepted invoices, and their exports, queued while the worker stands still."""

import os
import signal
import time
from contextlib import contextmanager

from erp_integrations.export import launch
from erp_integrations.models import MOVING, ExportJob
from invoicing.models import ContractLine, OwnerInvoice, OwnerInvoiceLine, PrimeContract
from tests.erp_integrations.accounting import connected_company
from tests.real.databases import as_owner


def companies(erp_url, count):
    """They share an ERP, which takes each number once, so each numbers its contracts from elsewhere on."""
    crowd = [connected_company(erp_url) for _ in range(count)]
    for place, company in enumerate(crowd):
        company.numbered = 100_000 * place
    return crowd


def accept(crowd, total):
    """Accepted invoices, the same number for each company: one by its actions, copied as often as needed."""
    for company in crowd:
        invoice = company.accepted_invoice()
        copies = total // len(crowd) - 1
        with as_owner() as owner:
            _copy(owner, invoice, copies, f"K{company.company.pk}-{company.numbered}-")


def _copy(owner, invoice, count, prefix):
    """The invoice, its contract and the lines of both, each copy under a contract number of its own; no history."""
    copied = f"c.number LIKE '{prefix}%' AND c.company_id = {invoice.company_id}"
    contracts = f"invoicing_primecontract c ON {copied}"
    _insert(
        owner,
        PrimeContract,
        f"invoicing_primecontract t, generate_series(1, {count}) n WHERE t.id = {invoice.contract_id}",
        number=f"'{prefix}' || n",
    )
    _insert(
        owner,
        ContractLine,
        f"invoicing_contractline t JOIN {contracts} WHERE t.contract_id = {invoice.contract_id}",
        contract_id="c.id",
    )
    _insert(
        owner,
        OwnerInvoice,
        f"invoicing_ownerinvoice t JOIN {contracts} WHERE t.id = {invoice.pk}",
        contract_id="c.id",
        number="c.number || '-1'",
        reference="'OI-' || upper(substr(md5(c.number), 1, 10))",
    )
    _insert(
        owner,
        OwnerInvoiceLine,
        f"invoicing_ownerinvoiceline t JOIN invoicing_contractline old ON old.id = t.contract_line_id JOIN {contracts}"
        " JOIN invoicing_ownerinvoice i ON i.contract_id = c.id"
        " JOIN invoicing_contractline l ON l.contract_id = c.id AND l.position = old.position"
        f" WHERE t.invoice_id = {invoice.pk}",
        invoice_id="i.id",
        contract_line_id="l.id",
    )


def _insert(owner, model, source, **own):
    """Rows of the model's table as `t` has them, but for the columns of their own."""
    names = [each.column for each in model._meta.concrete_fields if not (each.primary_key or each.generated)]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(own.get(name, f't."{name}"') for name in names)
    table = model._meta.db_table
    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # what is copied was checked when it was written
    owner.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source}")
    owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def export(crowd):
    """Press Export to ERP for each company, and have all its invoices join without the worker's help."""
    for company in crowd:
        run = company.export()
        while launch(run.pk):
            pass


def moving():
    return ExportJob.objects.filter(state__in=MOVING).count()


def until(done, *, every=0.01, seconds=1_800):
    """Seconds until the condition held."""
    began = time.perf_counter()
    while not done():
        if time.perf_counter() - began > seconds:
            raise TimeoutError(f"{moving()} exports are still on their way")
        time.sleep(every)
    return time.perf_counter() - began


@contextmanager
def standing_still(worker):
    """The worker's own processes stay as they are: only its head, which takes messages from the broker, is stopped."""
    os.kill(worker.popen.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker.popen.pid, signal.SIGCONT)
