"""What people answer about an export in doubt, held against a running demo ERP; and what that leaves behind."""

from decimal import Decimal

import pytest

from directory.models import AuditEvent
from erp_integrations import actions, export
from erp_integrations.exceptions import AnswerRefused, BeingAsked, ConnectionInDoubt, OutcomeUnknown
from erp_integrations.export.claim import claim_next
from erp_integrations.models import ErpConnection, ErpDocument, ExportAttempt, ExportJob, JobState
from invoicing.exceptions import StaleVersion, TransitionNotAllowed
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company

LOOKED = "Looked in the ledger, nothing there."


@pytest.fixture
def asked(db, running_simulators):
    """personality -> a company connected to a demo ERP of that kind, and that ERP."""

    def connect(personality="lookup"):
        erp = running_simulators(personality)
        return connected_company(erp.url, personality=personality), erp

    return connect


def in_doubt(accounting, erp, mode="drop_after_store"):
    """An invoice whose one write went unanswered."""
    invoice = accounting.accepted_invoice()
    accounting.export()
    erp.misbehave(mode)
    export.export_next(accounting.connection.pk)
    erp.send("DELETE", "/faults")
    assert fresh(invoice).erp_status == ErpStatus.NEEDS_CHECK
    return invoice


def fresh(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk)


def live_job(invoice):
    return ExportJob.objects.live().get(invoice=invoice)


def there(accounting, invoice, number, **given):
    return actions.answer_there(invoice.pk, number=number, actor=accounting.approver, **given)


def absent(accounting, invoice):
    return actions.answer_absent(invoice.pk, reason=LOOKED, actor=accounting.approver)


def refusal(act):
    with pytest.raises(AnswerRefused) as refused:
        act()
    return str(refused.value)


@pytest.mark.parametrize("personality", ["lookup", "nothing"])
def test_it_is_there_is_held_against_the_erp_and_synced(asked, personality):
    accounting, erp = asked(personality)
    invoice = in_doubt(accounting, erp)
    (booked,) = erp.ledger()

    there(accounting, invoice, f" {booked['number']} ")

    document = ErpDocument.objects.get(job__invoice=invoice)
    event = InvoiceEvent.objects.get(invoice=invoice, move="complete")
    assert fresh(invoice).erp_status == ErpStatus.SYNCED
    assert (document.erp_id, document.number, document.total) == (booked["id"], booked["number"], Decimal("9000.00"))
    assert (event.actor, booked["number"] in event.note) == (accounting.approver, True)
    assert ExportAttempt.objects.filter(job__invoice=invoice, worker=f"person:{accounting.approver.pk}").count() == 1


def test_a_number_that_does_not_exist_is_refused_and_is_no_proof_of_absence(asked):
    accounting, erp = asked("nothing")
    invoice = in_doubt(accounting, erp)

    said = refusal(lambda: there(accounting, invoice, "RI-999"))

    assert said == "Demo ERP has no document with this number. Check it in Demo ERP."
    assert fresh(invoice).erp_status == ErpStatus.NEEDS_CHECK
    assert not ExportAttempt.objects.filter(outcome_row__outcome="absent").exists()


@pytest.mark.parametrize("fault", ["truncate_amount", "move_date"])
def test_a_document_with_other_figures_is_refused_with_both(asked, fault):
    accounting, erp = asked("nothing")
    invoice = in_doubt(accounting, erp, fault)
    (booked,) = erp.ledger()

    said = refusal(lambda: there(accounting, invoice, booked["number"]))

    assert f"{Decimal(booked['total']):,} on {booked['date']}" in said
    assert f"We sent PC-001-1 9,000.00 on {invoice.billing_date}." in said


def test_a_document_of_another_invoice_is_refused(asked):
    accounting, erp = asked("nothing")
    accounting.accepted_invoice()
    accounting.export()
    export.export_next(accounting.connection.pk)
    other = ErpDocument.objects.get()
    invoice = in_doubt(accounting, erp)

    assert "carries the reference" in refusal(lambda: there(accounting, invoice, other.number))


def test_another_number_than_the_one_that_carries_our_reference_is_refused(asked):
    accounting, erp = asked("lookup")
    invoice = in_doubt(accounting, erp)

    assert refusal(lambda: there(accounting, invoice, "RI-999")).endswith("for this invoice, not RI-999.")


def test_an_erp_that_does_not_answer_changes_nothing(asked):
    accounting, erp = asked("lookup")
    invoice = in_doubt(accounting, erp)
    erp.misbehave("lookup_fails")

    assert "could not be asked just now" in refusal(lambda: absent(accounting, invoice))
    assert fresh(invoice).erp_status == ErpStatus.NEEDS_CHECK


@pytest.mark.parametrize("personality", ["key", "lookup", "upsert"])
def test_it_is_not_there_sends_it_again_under_a_new_key_and_the_same_reference(asked, personality):
    accounting, erp = asked(personality)
    invoice = in_doubt(accounting, erp, "error_before_store")

    absent(accounting, invoice)
    export.export_next(accounting.connection.pk)

    (booked,) = erp.ledger()
    event = InvoiceEvent.objects.get(invoice=invoice, move="resume")
    assert fresh(invoice).erp_status == ErpStatus.SYNCED
    assert booked["reference"] == invoice.reference == fresh(invoice).reference
    assert live_job(invoice).generation == 2
    assert (event.actor, LOOKED in event.note) == (accounting.approver, True)
    assert AuditEvent.objects.filter(action="invoice.resume", actor=accounting.approver).count() == 1


def test_what_the_erp_has_is_not_sent_again(asked):
    accounting, erp = asked("lookup")
    invoice = in_doubt(accounting, erp)

    assert refusal(lambda: absent(accounting, invoice)).startswith("The ERP has it: ")
    assert len(erp.ledger()) == 1


def test_where_nobody_can_search_a_persons_word_counts_once_the_call_has_surely_ended(asked, clock):
    accounting, erp = asked("nothing")
    invoice = accounting.accepted_invoice()
    accounting.export()
    claim_next(accounting.connection.pk)  # its worker is lost
    ExportJob.objects.update(state=JobState.NEEDS_REVIEW, lease_expires_at=None)
    OwnerInvoice.objects.update(erp_status=ErpStatus.NEEDS_CHECK)

    assert "Look again in some minutes." in refusal(lambda: absent(accounting, invoice))
    clock.advance(minutes=5)
    absent(accounting, invoice)
    export.export_next(accounting.connection.pk)

    assert fresh(invoice).erp_status == ErpStatus.SYNCED
    assert len(erp.ledger()) == 1


def test_a_difference_is_accepted_with_the_figures_that_were_seen(asked):
    accounting, erp = asked("lookup")
    invoice = in_doubt(accounting, erp, "truncate_amount")
    (booked,) = erp.ledger()
    given = {"number": "", "reason": "Rounded by the ERP.", "actor": accounting.approver}
    now = f"{booked['number']} {Decimal(booked['total']):,} on {booked['date']}"

    said = refusal(lambda: actions.accept_difference(invoice.pk, seen="RI-1: 1.00 on 2026-01-01", **given))
    actions.accept_difference(invoice.pk, seen=now, **given)

    assert now in said
    assert fresh(invoice).erp_status == ErpStatus.SYNCED
    assert ErpDocument.objects.get(job__invoice=invoice).total == Decimal(booked["total"])
    assert "Rounded by the ERP." in InvoiceEvent.objects.get(invoice=invoice, move="complete").note


@pytest.mark.parametrize("personality", ["lookup", "nothing", "key"])
def test_removed_in_the_erp_is_proved_then_failed_then_sent_anew(asked, personality):
    accounting, erp = asked(personality)
    invoice = in_doubt(accounting, erp, "truncate_amount")
    (booked,) = erp.ledger()
    given = {"number": booked["number"], "reason": "Wrong amount, removed.", "actor": accounting.approver}

    said = refusal(lambda: actions.answer_removed(invoice.pk, **given))
    with pytest.raises((OutcomeUnknown, TransitionNotAllowed)):
        actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong amount")
    erp.ask("DELETE", f"/invoices/{booked['id']}")
    actions.answer_removed(invoice.pk, **given)

    assert said.startswith("The ERP has it: ")
    assert (fresh(invoice).erp_status, live_job(invoice).last_error_code) == (ErpStatus.FAILED, "REMOVED")
    actions.retry_export(invoice.pk, actor=accounting.approver)
    export.export_next(accounting.connection.pk)
    assert fresh(invoice).erp_status == ErpStatus.SYNCED
    assert [one["total"] for one in erp.ledger()] == ["9000.00"]


@pytest.mark.parametrize("personality", ["lookup", "nothing"])
def test_a_piece_of_the_number_is_not_the_number_that_was_removed(asked, personality):
    accounting, erp = asked(personality)
    invoice = in_doubt(accounting, erp, "truncate_amount")
    (booked,) = erp.ledger()

    given = {"number": booked["number"][-1], "reason": "Removed, I think.", "actor": accounting.approver}
    refusal(lambda: actions.answer_removed(invoice.pk, **given))

    assert fresh(invoice).erp_status == ErpStatus.NEEDS_CHECK
    assert len(erp.ledger()) == 1


def test_removed_says_what_is_missing_where_the_erp_cannot_be_searched(asked):
    accounting, erp = asked("nothing")
    named, unnamed = in_doubt(accounting, erp, "truncate_amount"), in_doubt(accounting, erp)
    number = live_job(named).numbers_told[0]
    given = {"number": "RI-999", "reason": "Removed, I think.", "actor": accounting.approver}

    said = [
        refusal(lambda invoice=invoice: actions.answer_removed(invoice.pk, **given)) for invoice in (named, unnamed)
    ]

    assert said == [
        f"Demo ERP called it {number}, not RI-999. That another number is not there proves nothing.",
        "Demo ERP never named a document for this invoice. If it has none now, choose It is not there.",
    ]


def test_leaving_it_is_recorded_and_changes_nothing(asked):
    accounting, erp = asked()
    invoice = in_doubt(accounting, erp)
    version = fresh(invoice).version

    actions.leave_in_doubt(invoice.pk, actor=accounting.approver)

    assert fresh(invoice).version == version
    assert AuditEvent.objects.filter(action="export.leave", subject=invoice.number).count() == 1


def test_an_answer_from_an_old_page_and_a_second_one_are_told_who_was_faster(asked):
    accounting, erp = asked()
    invoice = in_doubt(accounting, erp)
    (booked,) = erp.ledger()

    with pytest.raises(StaleVersion):
        there(accounting, invoice, booked["number"], version=1)
    there(accounting, invoice, booked["number"])
    with pytest.raises(TransitionNotAllowed, match=r"Ana Whitfield synced this at .* is Synced\."):
        there(accounting, invoice, booked["number"])


def test_nobody_answers_while_a_worker_asks(asked, clock):
    accounting, erp = asked()
    invoice = in_doubt(accounting, erp)
    clock.advance(hours=1)
    claim_next(accounting.connection.pk)

    with pytest.raises(BeingAsked, match="right now"):
        absent(accounting, invoice)


def test_the_address_stays_while_an_export_is_in_doubt(asked):
    accounting, erp = asked()
    invoice = in_doubt(accounting, erp)
    connection = ErpConnection.objects.get()
    here = {"adapter": "demo", "settings": connection.settings}
    elsewhere = {"adapter": "demo", "settings": connection.settings | {"url": "http://127.0.0.1:9"}}

    with pytest.raises(ConnectionInDoubt, match="1 export is in doubt"):
        actions.connect_erp(accounting.company.pk, secrets={}, **elsewhere)
    actions.connect_erp(accounting.company.pk, secrets={"token": "demo-erp-token"}, **here)
    there(accounting, invoice, erp.ledger()[0]["number"])
    actions.connect_erp(accounting.company.pk, secrets={}, **elsewhere)

    assert ErpConnection.objects.get().settings["url"] == "http://127.0.0.1:9"
