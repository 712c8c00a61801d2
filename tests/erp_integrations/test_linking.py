"""Link to ERP for a duplicate, and Unlink for what is gone: the ERP is asked at the moment of doing it."""

import pytest

from erp_integrations import actions, export
from erp_integrations.exceptions import AnswerRefused
from erp_integrations.models import ErpDocument, ExportJob
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.test_answers import fresh, refusal
from tests.erp_integrations.test_views_doubt import listed, status_of, text_of, url
from tests.factories import MembershipFactory

WHY = "The controller removed it by hand."


@pytest.fixture
def erp(running_simulators):
    return running_simulators("key")


@pytest.fixture
def company(db, erp):
    return connected_company(erp.url)


@pytest.fixture
def approver(client, company):
    client.force_login(company.approver)
    return client


@pytest.fixture
def unlinker(client, company):
    client.force_login(MembershipFactory(company=company.company, erp_admin=True, pushing=True).user)
    return client


def work_off(company, clock, rounds=3):
    for _ in range(rounds):
        clock.advance(hours=1)
        while export.export_next(company.connection.pk):
            pass


def duplicate(company, erp, clock, **changes):
    """A failed invoice, whose number somebody has typed into the ERP by hand; and what stands there."""
    invoice = company.accepted_invoice()
    lines = [{"item": "1", "cost_code": "03-300", "description": "By hand", "amount": "9000.00", "retainage": "0.00"}]
    typed = {"reference": "BY-HAND", "number": invoice.number, "lines": lines, "total": "9000.00"}
    made = erp.create(**typed | {"date": invoice.billing_date.isoformat()} | changes).json()
    company.export()
    work_off(company, clock)
    assert fresh(invoice).erp_status == ErpStatus.FAILED
    return invoice, made


def synced(company):
    invoice = company.accepted_invoice()
    company.export()
    export.export_next(company.connection.pk)
    return invoice


def test_a_duplicate_names_what_stands_there_and_offers_the_link(approver, company, erp, clock):
    invoice, made = duplicate(company, erp, clock)

    row = listed(approver, company, "failed")
    page = approver.get(url("link", invoice))

    assert "Invoice number PC-001-1 already exists in Demo ERP." in text_of(row)
    assert url("link", invoice) in row.text
    assert f'value="{made["number"]}"' in page.text


def test_both_sides_agree_and_are_linked(approver, company, erp, clock):
    invoice, made = duplicate(company, erp, clock)

    compared = approver.post(url("link", invoice), {"number": made["number"]})
    linked = approver.post(url("link", invoice), {"number": made["number"], "link": "1"})

    for side in ("PC-001-1", made["number"]):
        assert f"{side} 9,000.00 on {made['date']}" in text_of(compared)
    assert "Both sides agree" in text_of(compared)
    assert (linked.status_code, status_of(invoice)) == (302, ErpStatus.SYNCED)
    assert ErpDocument.objects.get(job__invoice=invoice).erp_id == made["id"]
    assert len(erp.ledger()) == 1


LESS = {"item": "1", "cost_code": "03-300", "description": "By hand", "amount": "8999.99", "retainage": "0.00"}


@pytest.mark.parametrize("wrong", [{"date": "2026-12-31"}, {"lines": [LESS], "total": "8999.99"}])
def test_what_differs_is_shown_and_cannot_be_linked(approver, company, erp, clock, wrong):
    invoice, made = duplicate(company, erp, clock, **wrong)

    compared = approver.post(url("link", invoice), {"number": made["number"]})
    forced = approver.post(url("link", invoice), {"number": made["number"], "link": "1"})

    assert "They differ" in text_of(compared)
    assert 'name="link"' not in compared.text
    assert (forced.status_code, status_of(invoice)) == (422, ErpStatus.FAILED)
    assert "They must agree." in text_of(forced)


def test_what_another_invoice_stands_for_is_not_linked(company, erp, clock):
    other = synced(company)
    invoice, _ = duplicate(company, erp, clock)
    number = ErpDocument.objects.get(job__invoice=other).number

    said = refusal(lambda: actions.link_to_erp(invoice.pk, number=number, actor=company.approver))

    assert f"carries the reference {other.reference}" in said


def test_a_number_that_is_not_there_is_told_beside_its_field(approver, company, erp, clock):
    invoice, _ = duplicate(company, erp, clock)

    page = approver.post(url("link", invoice), {"number": "RI-999"})

    assert page.status_code == 422
    assert 'id="id_number_error">Demo ERP has no document with this number.' in page.text
    assert 'value="RI-999"' in page.text


def test_unlink_needs_the_document_gone_and_mints_a_new_reference(company, erp):
    invoice = synced(company)
    (booked,) = erp.ledger()
    before = fresh(invoice).reference

    said = refusal(lambda: actions.unlink(invoice.pk, reason=WHY, actor=company.approver))
    erp.ask("DELETE", f"/invoices/{booked['id']}")
    actions.unlink(invoice.pk, reason=WHY, actor=company.approver)

    unlinked, event = fresh(invoice), InvoiceEvent.objects.get(invoice=invoice, move="unlink")
    assert said == f"The ERP has it: {booked['number']} 9,000.00 on {booked['date']}. Nothing was sent."
    assert unlinked.erp_status == ErpStatus.READY_TO_EXPORT
    assert unlinked.reference not in ("", before)
    assert unlinked.accepted_by is None
    assert (event.actor, WHY in event.note) == (company.approver, True)
    assert not ExportJob.objects.live().filter(invoice=invoice).exists()
    assert ErpDocument.objects.get().detached_at is not None


def test_what_was_unlinked_is_booked_again_and_may_be_rejected(company, erp):
    again, rejected = synced(company), synced(company)
    for booked in erp.ledger():
        erp.ask("DELETE", f"/invoices/{booked['id']}")
    for invoice in (again, rejected):
        actions.unlink(invoice.pk, reason=WHY, actor=company.approver)

    actions.reject_invoice(rejected.pk, actor=company.approver, reason="Wrong billing period")
    actions.accept_invoice(again.pk, actor=company.approver)
    company.export()
    export.export_next(company.connection.pk)

    assert (status_of(again), status_of(rejected)) == (ErpStatus.SYNCED, ErpStatus.REJECTED)
    assert [booked["reference"] for booked in erp.ledger()] == [fresh(again).reference]


def test_an_erp_that_cannot_be_asked_keeps_the_link(company, erp):
    invoice = synced(company)
    erp.ask("DELETE", f"/invoices/{erp.ledger()[0]['id']}")
    erp.misbehave("unavailable", times=5)

    with pytest.raises(AnswerRefused, match="could not be asked"):
        actions.unlink(invoice.pk, reason=WHY, actor=company.approver)

    assert status_of(invoice) == ErpStatus.SYNCED


def test_unlink_from_the_page(unlinker, company, erp):
    invoice = synced(company)
    shown = unlinker.get(url("invoice", invoice))
    erp.ask("DELETE", f"/invoices/{erp.ledger()[0]['id']}")

    short = unlinker.post(url("unlink", invoice), {"reason": "no"})
    done = unlinker.post(url("unlink", invoice), {"reason": WHY})
    twice = unlinker.post(url("unlink", invoice), {"reason": WHY})

    assert url("unlink", invoice) in shown.text
    assert (short.status_code, done.status_code, twice.status_code) == (422, 302, 422)
    assert "unlinked this at" in text_of(twice)
    assert OwnerInvoice.objects.get(pk=invoice.pk).erp_status == ErpStatus.READY_TO_EXPORT


def test_an_approver_reads_why_they_may_not_unlink(approver, company):
    invoice = synced(company)

    assert "You need Admin on ERP Integrations to unlink." in text_of(approver.get(url("invoice", invoice)))
    assert approver.get(url("unlink", invoice)).status_code == 403


def test_what_another_erp_lacks_proves_nothing(company, erp, running_simulators):
    invoice = synced(company)
    other = running_simulators("upsert")
    actions.connect_erp(company.company.pk, adapter="demo", settings={"url": other.url}, secrets={})

    said = refusal(lambda: actions.unlink(invoice.pk, reason=WHY, actor=company.approver))

    assert "The ERP connection has changed since this was booked" in said
    assert status_of(invoice) == ErpStatus.SYNCED
