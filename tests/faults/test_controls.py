"""A checker that never finds anything proves nothing: with a protection off, it must say what that costs, by name."""

import pytest
from django.db import transaction

from erp_integrations import export, sweeper
from erp_integrations.export import claim, fail_points
from erp_integrations.models import ErpDocument, ExportJob
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company, switch_faults
from tests.faults.checker import Finding, findings
from tests.faults.workers import forked, work_off
from tests.real.databases import as_owner

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def forgetful(running_simulators):
    """An ERP that only a look-up keeps from booking twice."""
    return running_simulators("lookup")


@pytest.fixture
def accounting(forgetful):
    return connected_company(forgetful.url, personality="lookup")


def exported(accounting, forgetful, clock, mode=None):
    """One invoice, after its first answer went missing."""
    invoice = accounting.accepted_invoice()
    accounting.export()
    if mode:
        switch_faults(forgetful, mode)
    export.export_next(accounting.connection.pk)
    work_off(clock)
    return invoice


def test_with_the_look_up_off_the_checker_finds_the_duplicate(accounting, forgetful, clock, monkeypatch):
    monkeypatch.setattr(claim, "in_doubt", lambda job: False)

    invoice = exported(accounting, forgetful, clock, "error_after_store")

    assert findings(forgetful.ledger())[0] == Finding("doubled", invoice.reference, "2 documents while synced")


def test_with_the_look_up_on_it_finds_nothing(accounting, forgetful, clock):
    exported(accounting, forgetful, clock, "error_after_store")

    assert findings(forgetful.ledger()) == []


def test_with_the_sweeper_off_the_checker_finds_the_losses(accounting, forgetful, clock, monkeypatch):
    """A worker died, and the ring that another job waited for was lost: nobody comes."""
    died, waiting = accounting.accepted_invoice(), accounting.accepted_invoice()
    accounting.export()
    forked(lambda: export.export_next(accounting.connection.pk), fail_point=fail_points.AFTER_ATTEMPT_ROW)
    clock.advance(hours=8)

    found = findings(forgetful.ledger())

    assert [(each.kind, each.name) for each in found] == [
        ("lost", died.reference),
        ("stuck", died.reference),
        ("lost", waiting.reference),
        ("stuck", waiting.reference),
    ]
    sweeper.sweep_without_broker()
    work_off(clock)
    assert findings(forgetful.ledger()) == []


def spoil_amount(invoice):
    ErpDocument.objects.filter(job__invoice=invoice).update(total="8999.99")


def spoil_number(invoice):
    ErpDocument.objects.filter(job__invoice=invoice).update(number="AR-1")


def spoil_payload(invoice):
    job = ExportJob.objects.get(invoice=invoice)
    ExportJob.objects.filter(pk=job.pk).update(payload=job.payload | {"body": job.payload["body"] + " "})


def give_back(invoice):
    OwnerInvoice.objects.filter(pk=invoice.pk).update(erp_status=ErpStatus.REJECTED)


SPOILT = {
    spoil_amount: ["differs"],
    spoil_number: ["differs"],
    spoil_payload: ["differs"],
    give_back: ["differs", "history"],
}


def test_what_differs_is_named(accounting, forgetful, clock):
    invoice = exported(accounting, forgetful, clock)

    told = {}
    for spoil in SPOILT:
        with transaction.atomic():
            spoil(invoice)
            found = findings(forgetful.ledger())
            transaction.set_rollback(True)
        told[spoil] = [each.kind for each in found]
        assert {each.name for each in found} == {invoice.reference}

    assert told == SPOILT


def test_strays_mails_and_a_broken_chain_are_named(accounting, forgetful):
    forgetful.create(reference="OI-UNKNOWN")
    with as_owner() as owner:
        owner.execute("ALTER TABLE directory_auditevent DISABLE TRIGGER USER")
        owner.execute("UPDATE directory_auditevent SET subject = 'another' WHERE sequence = 1")
        owner.execute("ALTER TABLE directory_auditevent ENABLE TRIGGER USER")

    found = findings(forgetful.ledger(), mailbox=["<1@tieout>", "<2@tieout>", "<1@tieout>"])

    assert [str(each) for each in found] == [
        "stray: OI-UNKNOWN, booked without a job",
        "mails: <1@tieout>, arrived 2 times",
        f"audit: {accounting.company}, the chain breaks at 1",
    ]
