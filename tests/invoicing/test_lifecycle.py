import re
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from directory.audit import first_break
from directory.models import AuditEvent
from invoicing import actions, lifecycle
from invoicing.exceptions import StaleVersion, TransitionNotAllowed
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ACCEPT, MOVES, RECALL, REJECT, RETURN, SEND, UNDO, BillingStatus, ErpStatus
from tests.factories import OwnerInvoiceFactory, UserFactory

pytestmark = pytest.mark.django_db

IN_PLAY = ("draft", "under_review", "approved", "sent", "accepted", "rejected", "exporting", "failed", "synced", "void")


def test_a_move_writes_the_status_the_event_and_the_audit_trail_together():
    ana = UserFactory(name="Ana Whitfield")
    invoice = OwnerInvoiceFactory(sent=True)

    moved = lifecycle.move(invoice.pk, ACCEPT, actor=ana, note="Fine.", version=invoice.version)

    event = InvoiceEvent.objects.filter(invoice=invoice).first()
    assert (moved.erp_status, moved.version, moved.accepted_by) == (ErpStatus.ACCEPTED, invoice.version + 1, ana)
    assert (event.move, event.source, event.target, event.note) == ("accept", "ready_to_export", "accepted", "Fine.")
    assert (event.version, event.payment_due) == (moved.version, moved.current_payment_due)
    told = AuditEvent.objects.filter(company=invoice.company).last()
    assert (told.action, told.subject, told.actor) == ("invoice.accept", invoice.number, ana)
    assert first_break(invoice.company_id) is None


def test_undo_forgets_who_accepted():
    invoice = OwnerInvoiceFactory(accepted=True)

    undone = lifecycle.move(invoice.pk, UNDO, actor=UserFactory())

    assert (undone.accepted_by, undone.accepted_at) == (None, None)


def test_the_reference_is_made_once_and_stays_through_a_rejection():
    invoice = OwnerInvoiceFactory(rejected=True)
    reference = invoice.reference

    actions.submit_invoice(invoice.pk, actor=invoice.created_by)
    actions.approve_invoice(invoice.pk, actor=invoice.created_by)
    again = actions.send_to_erp(invoice.pk, actor=invoice.created_by)

    assert re.fullmatch("OI-[0-9A-HJKMNP-TV-Z]{10}", reference)
    assert again.reference == reference


@pytest.mark.parametrize("state", IN_PLAY)
def test_every_move_that_the_table_lacks_is_refused_and_changes_nothing(state):
    invoice = OwnerInvoiceFactory(**{state: True})
    allowed = {
        move.name
        for move in MOVES.values()
        if getattr(invoice, move.status_field) in move.sources
        and invoice.status in move.while_billing
        and invoice.erp_status in move.while_erp
    }

    refused = {name for name, move in MOVES.items() if not _possible(invoice, move)}

    assert refused == set(MOVES) - allowed
    stands = OwnerInvoice.objects.get(pk=invoice.pk)
    assert (stands.status, stands.erp_status, stands.version) == (invoice.status, invoice.erp_status, invoice.version)


def _possible(invoice, move):
    """Try it, and take it back."""
    with transaction.atomic():
        try:
            lifecycle.move(invoice.pk, move, actor=invoice.created_by)
            return True
        except TransitionNotAllowed:
            return False
        finally:
            transaction.set_rollback(True)


def test_an_old_page_moves_nothing():
    invoice = OwnerInvoiceFactory(sent=True)

    with pytest.raises(StaleVersion) as refused:
        lifecycle.move(invoice.pk, ACCEPT, actor=UserFactory(), version=invoice.version - 1)

    assert str(refused.value).endswith("has changed since this page was opened. Nothing was overwritten.")


def test_who_was_faster_is_named():
    invoice = OwnerInvoiceFactory(sent=True)
    lifecycle.move(invoice.pk, ACCEPT, actor=UserFactory(name="Ana Whitfield"))

    with pytest.raises(TransitionNotAllowed) as refused:
        lifecycle.move(invoice.pk, RECALL, actor=UserFactory(name="Priya Nair"))

    said = rf"Ana Whitfield accepted this at \d+:\d\d [AP]M. {invoice.display_number} is Accepted. Nothing was changed."
    assert re.fullmatch(said, str(refused.value))


def test_a_deleted_one_cannot_be_moved():
    invoice = OwnerInvoiceFactory()
    actions.delete_invoice(invoice.pk, actor=invoice.created_by)

    with pytest.raises(OwnerInvoice.DoesNotExist):
        lifecycle.move(invoice.pk, SEND, actor=invoice.created_by)


def test_events_can_be_neither_changed_nor_deleted():
    event = InvoiceEvent.objects.filter(invoice=OwnerInvoiceFactory()).first()

    for tamper in (lambda: InvoiceEvent.objects.filter(pk=event.pk).update(note="x"), event.delete):
        with pytest.raises(Exception, match=r"append-only|permission denied"), transaction.atomic():
            tamper()


def test_the_database_refuses_figures_of_a_sent_invoice():
    invoice = OwnerInvoiceFactory(sent=True)

    for tamper in (
        lambda: invoice.lines.update(work_this_period=1),
        lambda: OwnerInvoice.objects.filter(pk=invoice.pk).update(original_sum=1),
        lambda: OwnerInvoice.objects.filter(pk=invoice.pk).update(status=BillingStatus.DRAFT),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            tamper()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_move_and_one_message():
    invoice = OwnerInvoiceFactory(sent=True)
    people = [UserFactory(name="Ana Whitfield"), UserFactory(name="M. Lund")]
    together, answers = threading.Barrier(2), []

    def press(person, move):
        together.wait(10)
        try:
            lifecycle.move(invoice.pk, move, actor=person, version=invoice.version)
            answers.append("done")
        except TransitionNotAllowed as error:
            answers.append(str(error))
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=pair) for pair in zip(people, (ACCEPT, RECALL), strict=True)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join(20)

    [refusal] = [answer for answer in answers if answer != "done"]
    assert sorted(answers)[-1] == "done"
    assert "Nothing was changed." in refusal
    assert InvoiceEvent.objects.filter(invoice=invoice, move__in=("accept", "recall")).count() == 1


def test_rejecting_is_two_moves_and_leaves_it_editable():
    invoice = OwnerInvoiceFactory(sent=True)

    lifecycle.move(invoice.pk, REJECT, actor=UserFactory(), note="Off.")
    returned = lifecycle.move(invoice.pk, RETURN, actor=UserFactory(), note="Off.")

    assert (returned.status, returned.erp_status) == (BillingStatus.REVISE_AND_RESUBMIT, ErpStatus.REJECTED)
    assert returned.is_editable
