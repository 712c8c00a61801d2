"""From Accept to Tryton's books: the engine and the adapter together, on a real Tryton."""

import os
import re
import signal

import pytest

from erp_integrations import actions, export
from erp_integrations.error_catalogue import explain
from erp_integrations.models import ErpDocument, ExportAttempt, ExportJob
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.adapters.tryton.conftest import WANTED
from tests.erp_integrations.adapters.tryton.test_booking import method, postings
from tests.erp_integrations.adapters.wire import Fault
from tests.faults.workers import KILLED, forked, work_off

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def accounting(tryton):
    return connected_to(tryton)


def connected_to(tryton, **settings):
    """A company with people, contract and mapped owner, whose ERP is the running Tryton."""
    accounting = connected_company(tryton.url)
    accounting.connection = actions.connect_erp(
        accounting.company.pk,
        adapter="tryton",
        settings=tryton.settings | settings,
        secrets=tryton.credentials,
        actor=accounting.approver,
    )
    return accounting


def export_next(accounting):
    return export.export_next(accounting.connection.pk)


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def in_tryton(tryton, invoice):
    references = [invoice.reference, f"{invoice.reference}-RET"]
    return tryton.rows("account.invoice", [["reference", "in", references]], "number", "state", "reference")


def test_an_accepted_invoice_is_synced_under_tryton_s_number(tryton, accounting):
    invoice = accounting.accepted_invoice()
    accounting.export()

    export_next(accounting)

    assert status_of(invoice) == ErpStatus.SYNCED
    documents = ErpDocument.objects.filter(job__invoice=invoice).order_by("role")
    booked = {row["reference"]: row["number"] for row in in_tryton(tryton, invoice)}
    assert [(one.role, one.number, str(one.total)) for one in documents] == [
        ("invoice", booked[invoice.reference], "9000.00"),
        ("retainage", booked[f"{invoice.reference}-RET"], "1000.00"),
    ]
    balance = postings(tryton, documents)
    assert (balance["4000"], balance[WANTED.retainage[0]], sum(balance.values())) == (-10_000, 1_000, 0)
    told = InvoiceEvent.objects.filter(invoice=invoice).order_by("-pk").first().note
    assert told == f"Tryton number {booked[invoice.reference]}, {booked[f'{invoice.reference}-RET']}"


def test_a_closed_period_fails_in_our_words_and_is_retried_once_it_is_open(tryton, accounting, closed_october):
    invoice = accounting.accepted_invoice()
    accounting.export()

    export_next(accounting)

    job = ExportJob.objects.get(invoice=invoice)
    told = explain(job.last_error_code, {"erp": job.connection.adapter_label, **job.last_error_params})
    assert status_of(invoice) == ErpStatus.FAILED
    assert told.what == "Tryton has no open accounting period for Oct 2026."
    assert in_tryton(tryton, invoice) == []

    closed_october.open()
    actions.retry_export(invoice.pk, actor=accounting.approver)
    export_next(accounting)

    assert status_of(invoice) == ErpStatus.SYNCED
    assert len(in_tryton(tryton, invoice)) == 2


def kills_its_caller(request):
    """As the wire's fault: end, without a word, the worker that is about to post."""
    if not method("post")(request):
        return False
    os.kill(int(re.search(rb"X-Caller-Pid: (\d+)", request)[1]), signal.SIGKILL)
    return True


def test_killed_between_create_and_post_the_drafts_are_finished(tryton, wire, clock):
    accounting = connected_to(tryton, url=wire.url)
    invoice = accounting.accepted_invoice()
    accounting.export()

    with wire.broken(Fault(passes_on=False), kills_its_caller):
        assert forked(lambda: export_next(accounting), tells_caller=True) == KILLED
    left = in_tryton(tryton, invoice)
    work_off(clock)

    booked = in_tryton(tryton, invoice)
    assert [row["state"] for row in left] == ["draft", "draft"]
    assert {row["id"]: row["state"] for row in booked} == {row["id"]: "posted" for row in left}
    assert status_of(invoice) == ErpStatus.SYNCED
    kinds = ExportAttempt.objects.filter(job__invoice=invoice).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["create", "find", "finish"]


def test_a_lost_answer_to_the_create_is_looked_up_and_adopted(tryton, wire, clock):
    accounting = connected_to(tryton, url=wire.url)
    invoice = accounting.accepted_invoice()
    accounting.export()

    with wire.broken(Fault(passes_on=True), method("create")):
        export_next(accounting)
    doubted = status_of(invoice)
    work_off(clock)

    assert (doubted, status_of(invoice)) == (ErpStatus.NEEDS_CHECK, ErpStatus.SYNCED)
    assert [row["state"] for row in in_tryton(tryton, invoice)] == ["posted", "posted"]
