"""The demo's data is what the product's own actions and engine would have left behind."""

import json
from collections import Counter
from decimal import Decimal
from io import StringIO

import pytest
import requests
from django.core.management import call_command
from django.db.models import Sum

from directory import audit
from directory.models import AuditEvent, Company, User
from erp_integrations import actions as accounting
from erp_integrations import export
from erp_integrations.models import ErpConnection, ErpDocument, ExportAttempt, ExportJob, ExportRun, JobState
from erp_integrations.readiness import readiness
from invoicing import actions as billing
from invoicing.figure_history import changed_cells, since_rejection
from invoicing.models import InvoiceEvent, OwnerInvoice, PrimeContract
from invoicing.models.events import SAID
from invoicing.receivables import ageing_by_contract, summed
from invoicing.reconciliation import tie_outs

KESTREL_SUMMARY = {
    "original_sum": "4150000.00",
    "change_order_sum": "7500.00",
    "contract_sum_to_date": "4157500.00",
    "completed_and_stored": "1224438.00",
    "retainage_on_work": "106200.00",
    "retainage_on_materials": "16243.80",
    "total_retainage": "122443.80",
    "earned_less_retainage": "1101994.20",
    "less_previous_certificates": "564840.00",
    "current_payment_due": "537154.20",
    "balance_to_finish": "3055505.80",
}


@pytest.fixture
def seeded(db, erp, settings):
    """The demo ERP, after seeding."""
    settings.DEMO_ERP_URL = erp.url
    settings.ERP_ADAPTER_DEFAULTS = {"demo": {"url": erp.url}}
    call_command("seed_demo")
    return erp


def harbor(**wanted):
    invoices = OwnerInvoice.objects.filter(company__slug="harbor-vine", **wanted)
    return invoices.select_related("contract__project", "company").order_by("sent_at")


def by_number(number):
    return OwnerInvoice.objects.get(number=number)


def ana():
    return User.objects.get(email="ana@harborvine.example")


@pytest.mark.slow
def test_the_demo_is_believable(seeded):
    call_command("tie_out", stdout=StringIO())
    assert_what_waits_is_what_the_tour_shows()
    assert_the_past_ties_out()
    assert_owners_pay_at_different_speeds()
    assert_figures_have_a_past()
    assert_the_ledger_holds_what_is_synced(seeded.json("/ledger?lines=no"))
    assert_the_past_is_told_without_a_gap()
    assert_seeding_again_changes_nothing()
    assert_everybody_on_the_list_can_sign_in()


def assert_what_waits_is_what_the_tour_shows():
    statuses = Counter(harbor().values_list("erp_status", flat=True))
    waiting = list(harbor(erp_status="ready_to_export"))
    ties, ready = tie_outs(waiting), readiness(waiting)
    kestrel = by_number("PC-017-3")

    assert statuses == {"synced": 200, "ready_to_export": 11, "failed": 2, "rejected": 1, "not_sent": 3}
    assert harbor().values("contract").distinct().count() == 21
    assert {each.display_number: check.sentence for each in waiting for check in ties[each.pk].warnings} == {
        "PC-006 #16": "Line 02 billed to 104%",
        "PC-011 #9": "Line 7 off by $1,250.00",
    }
    assert [each.display_number for each in waiting if not ready[each.pk]] == ["PC-018 #2"]
    assert waiting[0].display_number == "PC-003 #21"
    assert by_number("PC-011-9").created_by.name == "Priya Nair"
    assert {name: str(getattr(kestrel, name)) for name in KESTREL_SUMMARY} == KESTREL_SUMMARY
    assert harbor(erp_status="ready_to_export").aggregate(Sum("billed_this_period"), Sum("current_payment_due")) == {
        "billed_this_period__sum": Decimal("4787885.25"),
        "current_payment_due__sum": Decimal("4409840.33"),
    }


def assert_the_past_ties_out():
    settled = list(OwnerInvoice.objects.filter(erp_status__in=["synced", "failed", "rejected"]))

    assert [each.number for each in settled if tie_outs([each])[each.pk].warnings] == []


def assert_owners_pay_at_different_speeds():
    ageings = ageing_by_contract(PrimeContract.objects.filter(company__slug="harbor-vine"))

    assert all(amount > 0 for amount in summed(ageings.values()).amounts)
    assert ageings[by_number("PC-002-18").contract_id].over_90 > 0
    assert by_number("PC-007-15").payments.filter(reverses__isnull=False).count() == 1


def assert_figures_have_a_past():
    """A correction since a rejection, and a draft with a change order added and retainage released."""
    _, since = since_rejection(by_number("PC-015-6"))
    draft = by_number("PC-010-13")
    told = {cell.column for cell in changed_cells(draft)[0]}

    assert [cell.column for cell in since] == ["work_this_period", "retainage_withheld"]
    assert {"retainage_released", "work_this_period", "scheduled_value"} <= told
    assert draft.events.filter(note="Added CO-01.").count() == 1
    assert draft.lines.filter(retainage_released__gt=0).count() > 1


def assert_the_ledger_holds_what_is_synced(ledger):
    documents = ErpDocument.objects.values_list("erp_id", "number", "job__reference", "total", "date")
    booked = [(each["id"], each["number"], each["reference"], each["total"], each["date"]) for each in ledger]
    ours = [(erp_id, number, ref, str(total), day.isoformat()) for erp_id, number, ref, total, day in documents]
    by_hand = [each for each in booked if each[2].endswith("-HAND")]

    assert sorted(ours) == sorted(set(booked) - set(by_hand))
    assert len(by_hand) == 1
    assert ExportJob.objects.filter(state=JobState.SUCCEEDED).count() == len(ours)
    assert OwnerInvoice.objects.filter(erp_status="synced").count() == len(ours)


def assert_the_past_is_told_without_a_gap():
    companies = list(Company.objects.all())
    sent = OwnerInvoice.objects.exclude(erp_status="not_sent").prefetch_related("events")

    assert [audit.first_break(company.pk) for company in companies] == [None, None, None]
    for invoice in sent:
        versions = [event.version for event in reversed(invoice.events.all()) if event.move not in SAID]
        # What is attached or e-mailed is told and moves no version.
        assert list(dict.fromkeys(versions)) == list(range(1, invoice.version + 1))
        assert invoice.events.all()[0].payment_due == invoice.current_payment_due


def assert_seeding_again_changes_nothing():
    before = OwnerInvoice.objects.count()

    call_command("seed_demo")

    assert OwnerInvoice.objects.count() == before


def assert_everybody_on_the_list_can_sign_in():
    out = StringIO()

    call_command("seed_demo", people=True, stdout=out)

    people = json.loads(out.getvalue())
    assert {each["password"] for each in people} == {"tieout-demo"}
    assert all(User.objects.get(email=each["email"]).check_password(each["password"]) for each in people)
    assert {"email", "password", "name", "role", "company"} == set(people[0])


@pytest.mark.slow
def test_what_is_seeded_cannot_be_told_from_what_is_done(seeded, clock):
    draft, seeded_one = by_number("PC-005-19"), by_number("PC-005-18")

    bring_into_the_erp(draft)

    assert trail_of(draft) == trail_of(seeded_one)
    assert_failures_fail_again_until_somebody_deals_with_them(seeded, clock)


def bring_into_the_erp(draft):
    """By the product's own actions; the draft was created and edited by them too."""
    staff = draft.created_by
    billing.submit_invoice(draft.pk, actor=staff)
    billing.approve_invoice(draft.pk, actor=staff)
    billing.send_to_erp(draft.pk, actor=staff)
    accounting.accept_invoice(draft.pk, actor=ana())
    accounting.start_export(draft.company_id, actor=ana())
    work_off(draft)
    draft.refresh_from_db()


def work_off(invoice):
    while export.export_next(ErpConnection.objects.get(company=invoice.company_id).pk):
        pass


def trail_of(invoice):
    """Everything an invoice's life left in the database, but for the moments and numbers."""
    job = ExportJob.objects.get(invoice=invoice)
    document = ErpDocument.objects.get(job=job)
    run = ExportRun.objects.get(pk=job.run_id)
    events = InvoiceEvent.objects.filter(invoice=invoice).order_by("version")
    audited = AuditEvent.objects.filter(company=invoice.company_id, subject=invoice.number).order_by("sequence")
    told = {"Export 0": f"Export {run.number}", "Demo ERP number 0": f"Demo ERP number {document.number}"}
    return {
        "events": [
            (each.move, each.source, each.target, each.actor, each.version, _same(told, each.note)) for each in events
        ],
        "audit": [(each.action, each.actor, set(each.detail) - {"lines", "fields"}) for each in audited],
        "job": (job.state, job.generation, job.attempts, job.lease_token, job.last_error_code, set(job.payload)),
        "frozen": (job.reference == invoice.reference, job.expected_documents, bool(job.lease_owner)),
        "calls": calls_of(invoice),
        "document": (document.role, document.total == invoice.current_payment_due, document.detached_at),
        "run": (run.started_by, invoice.pk in run.invoice_ids, run.skipped, run.finished_at >= run.started_at),
    }


def _same(told, note):
    return next((common for common, here in told.items() if here == note), note)


def calls_of(invoice):
    attempts = ExportAttempt.objects.filter(job__invoice=invoice).select_related("outcome_row").order_by("pk")
    return [(each.kind, each.outcome_row.outcome, each.outcome_row.technical) for each in attempts]


def assert_failures_fail_again_until_somebody_deals_with_them(erp, clock):
    closed, duplicate = by_number("PC-008-5"), by_number("PC-002-18")
    before = {each: (explanation_of(each), calls_of(each)) for each in (closed, duplicate)}
    history = {each: past_of(each) for each in (closed, duplicate)}

    for each in (closed, duplicate):
        accounting.retry_export(each.pk, actor=ana())
    work_off(closed)
    clock.shift(hours=1)
    work_off(closed)

    for each, (explanation, calls) in before.items():
        assert explanation_of(each) == explanation
        assert calls_of(each) == calls * 2
        again = past_of(each)[len(history[each]) :]
        assert again == [("retry", ""), *history[each][-len(again) + 1 :]]
    assert_it_goes_through_once_the_period_is_open(erp, closed)


def explanation_of(invoice):
    job = ExportJob.objects.get(invoice=invoice)
    return job.state, job.explanation, job.last_error_technical


def past_of(invoice):
    return list(invoice.events.order_by("version").values_list("move", "note"))


def assert_it_goes_through_once_the_period_is_open(erp, closed):
    month = f"{closed.billing_date:%Y-%m}"
    requests.put(f"{erp.url}/periods/{month}", json={"open": True}, timeout=5)

    accounting.retry_export(closed.pk, actor=ana())
    work_off(closed)

    closed.refresh_from_db()
    [document] = ErpDocument.objects.filter(job__invoice=closed)
    assert closed.erp_status == "synced"
    assert [each["number"] for each in erp.json(f"/ledger?reference={closed.reference}")] == [document.number]
