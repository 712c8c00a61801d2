"""Application N of a contract is booked after N-1; withdraw, and Booked outside Tieout as the way past."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from erp_integrations import actions, export, sweeper
from erp_integrations.exceptions import AlreadyTried, OthersMoving, OutcomeUnknown, WaitsFor
from erp_integrations.export import seeking
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import BookedOutside, ExportJob, ExportRun, JobState, Outcome
from erp_integrations.queue import row_of
from invoicing import actions as billing
from invoicing.exceptions import StaleVersion, TransitionNotAllowed
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company

REFUSED = Answer(Outcome.REFUSED, code="PERIOD_CLOSED")
DIFFERS = Answer(Outcome.DIFFERS, code="AMOUNT_MISMATCH")
BOOKED = {"number": "RI-881", "date": date(2026, 10, 31), "reason": "Booked by hand before Tieout"}


@pytest.fixture(scope="module")
def three(once):
    """A company with applications 1, 2 and 3 of one contract, accepted; its ERP is not there."""
    company = connected_company("http://127.0.0.1:9")
    contract = company.contract()
    for _ in range(3):
        company.accepted_invoice(contract)
    return company


@pytest.fixture
def company(three, db):
    return three


def applications(company):
    return list(OwnerInvoice.objects.filter(company=company.company).order_by("position"))


def statuses(company):
    return [each.erp_status for each in applications(company)]


def claim(company):
    return claim_next(company.connection.pk)


def fail(company, answer=REFUSED):
    """What a worker does when the ERP refuses the next due one."""
    held = claim(company)
    finish(held, answer)
    export.withdraw_stranded(invoice__contract=held.job.invoice.contract_id)
    export.close_run(held.job.run_id)
    return held.job.invoice


def test_a_run_may_hold_several_of_one_contract_and_takes_them_in_order(company):
    company.export()

    claims = [claim(company) for _ in range(3)]

    assert [each and each.job.invoice.position for each in claims] == [1, None, None]


def test_the_next_is_claimed_once_the_one_before_is_synced(accounting, erp):
    contract = accounting.contract()
    invoices = [accounting.accepted_invoice(contract) for _ in range(3)]
    accounting.export()

    done = [export.export_next(accounting.connection.pk).invoice for _ in range(3)]

    assert done == invoices
    assert [each["reference"] for each in erp.json("/ledger")] == [each.reference for each in invoices]


@pytest.mark.parametrize("answer", [REFUSED, DIFFERS])
def test_when_one_comes_to_rest_unbooked_what_waits_for_it_is_withdrawn_down_the_line(company, answer):
    company.export()

    fail(company, answer)

    ended = ErpStatus.FAILED if answer is REFUSED else ErpStatus.NEEDS_CHECK
    assert statuses(company) == [ended, ErpStatus.ACCEPTED, ErpStatus.ACCEPTED]
    run = ExportRun.objects.get()
    assert run.finished_at is not None
    second, third = applications(company)[1:]
    assert run.skipped[str(second.pk)].startswith("Waits for PC-001 #1: ")
    assert run.skipped[str(third.pk)] == "Waits for PC-001 #2: Accepted."


def test_who_died_before_withdrawing_leaves_it_to_the_sweeper(company):
    company.export()
    finish(claim(company), REFUSED)

    sweeper.sweep()

    assert statuses(company) == [ErpStatus.FAILED, ErpStatus.ACCEPTED, ErpStatus.ACCEPTED]
    assert ExportRun.objects.get().finished_at is not None


def test_an_unknown_outcome_is_waited_for(company):
    company.export()

    fail(company, Answer(Outcome.UNKNOWN, code="TIMEOUT"))

    assert statuses(company) == [ErpStatus.NEEDS_CHECK, ErpStatus.EXPORTING, ErpStatus.EXPORTING]
    assert ExportRun.objects.get().finished_at is None


def test_one_whose_turn_has_not_come_stays_accepted_and_the_run_says_why(company):
    company.export()
    fail(company)

    run = company.export()

    assert statuses(company) == [ErpStatus.FAILED, ErpStatus.ACCEPTED, ErpStatus.ACCEPTED]
    assert run.skipped[str(applications(company)[1].pk)] == (
        "PC-001 #2 waits for PC-001 #1, which is not booked yet (Failed to Export)."
        " Export that one first, or record it as Booked outside Tieout."
    )


def test_a_failed_one_is_not_tried_again_before_its_turn(company):
    company.export()
    first = fail(company)
    actions.book_outside(first.pk, actor=company.approver, **BOOKED)
    company.export()
    second = fail(company)
    actions.take_back_booking(first.pk, actor=company.approver, reason="It was another one")

    with pytest.raises(WaitsFor):
        actions.retry_export(second.pk, actor=company.approver)


def test_a_void_one_is_passed_over(company):
    first, second, _ = applications(company)
    OwnerInvoice.objects.filter(pk=first.pk).update(erp_status=ErpStatus.NOT_SENT, status="void")

    assert row_of(second).before is None
    company.export()
    assert claim(company).job.invoice == second


def test_rows_say_for_whom_they_wait(company):
    first, second, third = applications(company)

    assert [row_of(each).before for each in (first, second, third)] == [None, first, second]


def test_booked_outside_lets_the_next_one_follow_and_keeps_what_was_said(company):
    company.export()
    first = fail(company)

    actions.book_outside(first.pk, actor=company.approver, **BOOKED)
    company.export()

    assert statuses(company) == [ErpStatus.BOOKED_OUTSIDE, ErpStatus.EXPORTING, ErpStatus.EXPORTING]
    assert claim(company).job.invoice.position == 2
    told = BookedOutside.objects.get()
    assert (told.number, told.date, told.recorded_by) == ("RI-881", date(2026, 10, 31), company.approver)
    assert not ExportJob.objects.live().filter(invoice=first).exists()


def test_what_the_erp_may_have_cannot_be_called_booked_outside(company):
    company.export()
    first = fail(company)
    job = ExportJob.objects.get(invoice=first)
    job.attempt_rows.create(company=company.company, number=9, kind="create", lease_token=0, worker="elsewhere")

    with pytest.raises(OutcomeUnknown):
        actions.book_outside(first.pk, actor=company.approver, **BOOKED)

    assert statuses(company)[0] == ErpStatus.FAILED
    assert not BookedOutside.objects.exists()


def test_a_booking_is_not_taken_back_while_the_next_one_exports(company):
    company.export()
    first = fail(company)
    actions.book_outside(first.pk, actor=company.approver, **BOOKED)
    company.export()

    with pytest.raises(OthersMoving):
        actions.take_back_booking(first.pk, actor=company.approver, reason="It was another one")

    assert statuses(company)[0] == ErpStatus.BOOKED_OUTSIDE


def test_one_that_was_never_sent_can_be_booked_outside_and_taken_back(accounting):
    invoice = accounting.draft_invoice()
    billing.submit_invoice(invoice.pk, actor=accounting.staff)
    billing.approve_invoice(invoice.pk, actor=accounting.staff)

    actions.book_outside(invoice.pk, actor=accounting.approver, **BOOKED)
    actions.take_back_booking(invoice.pk, actor=accounting.approver, reason="It was another one")
    billing.send_to_erp(invoice.pk, actor=accounting.staff)

    assert OwnerInvoice.objects.get(pk=invoice.pk).erp_status == ErpStatus.READY_TO_EXPORT


def test_withdraw_takes_an_export_back_before_anything_is_sent(company):
    run = company.export()
    first = applications(company)[0]

    actions.withdraw_export(first.pk, actor=company.approver, version=first.version)

    assert statuses(company) == [ErpStatus.ACCEPTED] * 3
    run.refresh_from_db()
    assert run.skipped[str(first.pk)] == "Withdrawn by Ana Whitfield."
    assert run.finished_at is not None
    assert claim(company) is None


def test_what_was_withdrawn_is_exported_anew_under_the_same_reference(company):
    company.export()
    first = applications(company)[0]
    actions.withdraw_export(first.pk, actor=company.approver)

    company.export()

    jobs = ExportJob.objects.filter(invoice=first).order_by("generation")
    assert [(each.generation, each.state) for each in jobs] == [(1, JobState.CANCELLED), (2, JobState.QUEUED)]
    assert len({each.reference for each in jobs}) == 1


def test_an_export_without_a_job_counts_as_tried(company):
    company.export()
    job = ExportJob.objects.filter(company=company.company).order_by("pk").first()
    ExportJob.objects.filter(pk=job.pk).update(state=JobState.CANCELLED)

    with pytest.raises(AlreadyTried):
        actions.withdraw_export(job.invoice_id, actor=company.approver)


def test_nothing_is_withdrawn_once_a_call_was_begun(company):
    company.export()
    held = claim(company)
    with pytest.raises(AlreadyTried):
        actions.withdraw_export(held.job.invoice_id, actor=company.approver)
    finish(held, Answer(Outcome.NOT_SENT, code="UNREACHABLE", trouble="UNREACHABLE"))

    with pytest.raises(AlreadyTried):
        actions.withdraw_export(held.job.invoice_id, actor=company.approver)

    assert statuses(company)[0] == ErpStatus.EXPORTING


def test_a_second_press_and_a_stale_page_are_told(company):
    company.export()
    first = applications(company)[0]

    with pytest.raises(StaleVersion):
        actions.withdraw_export(first.pk, actor=company.approver, version=first.version - 1)
    actions.withdraw_export(first.pk, actor=company.approver)
    with pytest.raises(TransitionNotAllowed):
        actions.withdraw_export(first.pk, actor=company.approver)


def test_a_synced_one_is_not_unlinked_while_the_next_one_exports(accounting, erp, monkeypatch):
    contract = accounting.contract()
    first, _second = (accounting.accepted_invoice(contract) for _ in range(2))
    accounting.export()
    export.export_next(accounting.connection.pk)
    monkeypatch.setattr(seeking, "lost", lambda *asked: Answer(Outcome.ABSENT))

    with pytest.raises(OthersMoving):
        actions.unlink(first.pk, reason="Gone by mistake", actor=accounting.approver)
    assert statuses(accounting) == [ErpStatus.SYNCED, ErpStatus.EXPORTING]

    export.export_next(accounting.connection.pk)
    actions.unlink(first.pk, reason="Gone by mistake", actor=accounting.approver)
    assert statuses(accounting) == [ErpStatus.READY_TO_EXPORT, ErpStatus.SYNCED]


def test_the_guard_is_held_for_ten_thousand_jobs_by_an_index(company):
    company.export()

    with connection.cursor() as cursor:
        # The planner reads a table whole while it is as small as here.
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = ExportJob.objects.due().filter(connection=company.connection).order_by("next_attempt_at", "pk").explain()

    assert "Seq Scan" not in plan


@pytest.fixture
def pages(client, company):
    client.force_login(company.approver)
    return lambda name, invoice: reverse(f"erp_integrations:{name}", args=[company.company.slug, invoice.pk])


def test_the_review_page_leads_past_the_guard(client, company, pages):
    company.export()
    first, second, _ = fail(company), *applications(company)[1:]

    review = client.get(pages("invoice", second)).content.decode()
    form = client.get(pages("booked_outside", first)).content.decode()
    refused = client.post(pages("booked_outside", first), {"number": "RI-881", "date": "soon", "reason": "no"})
    typed = {"number": "RI-881", "date": "2026-10-31", "reason": "Booked by hand before Tieout"}
    done = client.post(pages("booked_outside", first), typed, follow=True)
    twice = client.post(pages("booked_outside", first), typed)

    assert "Waits for PC-001 #1, which is not booked yet (Failed to Export)." in review
    assert pages("booked_outside", first) in review
    assert "Record as booked" in form
    assert refused.status_code == 422
    assert "Enter a date." in refused.content.decode()
    assert "PC-001 #1 counts as booked." in done.content.decode()
    assert twice.status_code == 422
    assert "RI-881 of" in client.get(pages("invoice", first)).content.decode()


def test_the_list_of_what_exports_offers_withdraw(client, company, pages):
    company.export()
    first = applications(company)[0]

    listed = client.get(reverse("erp_integrations:owner_invoices", args=[company.company.slug]) + "?status=exporting")
    pressed = client.post(pages("withdraw", first), {"version": first.version}, follow=True)
    again = client.post(pages("withdraw", first), {"version": first.version}, follow=True)

    assert listed.content.decode().count("Withdraw invoice PC-001") == 3
    assert "Waits for PC-001 #1" in listed.content.decode()
    assert "PC-001 #1 is withdrawn. Nothing was sent; it is Accepted again." in pressed.content.decode()
    assert again.status_code == 200
