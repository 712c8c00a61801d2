"""The pages of doubt for eyes and hands of all kinds, and an answer without a script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from directory.models import ToolGrant
from directory.privileges import Tool, ToolLevel
from erp_integrations.export.calls import Answer
from erp_integrations.export.claim import claim_next
from erp_integrations.export.finish import finish
from erp_integrations.models import ErpConnection, Outcome
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications import doorbell
from tests.erp_integrations.accounting import connected_company
from tests.real.accessibility import accessibility_faults

pytestmark = pytest.mark.django_db(transaction=True)

FIGURES = {"ours": "9,000.00 on 2026-10-31", "theirs": "AR-100001 8,999.00 on 2026-10-31"}
DIFFERS = Answer(Outcome.DIFFERS, code="AMOUNT_MISMATCH", params=FIGURES)
DUPLICATE = Answer(Outcome.REFUSED, code="DUPLICATE_NUMBER", technical="Number PC-001-1 is on AR-100001 already.")
CLOSED = Answer(Outcome.REFUSED, code="PERIOD_CLOSED", params={"period": "Oct 2026"})


@pytest.fixture
def accounting(transactional_db, erp, monkeypatch):
    """Nobody is rung for: a worker of another test would be quicker than these tests, which play the worker."""
    monkeypatch.setattr(doorbell, "ring", lambda *_: True)
    return connected_company(erp.url)


def ended(accounting, *answers):
    """An invoice for each answer, after which no worker touches them any more."""
    invoices = [accounting.accepted_invoice() for _ in answers]
    ErpConnection.objects.update(paused_at=None)
    accounting.export()
    claims = [claim_next(accounting.connection.pk) for _ in range(2)]
    for answer in answers:
        claim = claims.pop(0)
        finish(claim, answer)
        claims.append(claim_next(accounting.connection.pk))
    ErpConnection.objects.update(paused_at=timezone.now())
    return invoices


def made_admin(accounting):
    grants = ToolGrant.objects.filter(membership__user=accounting.approver, tool=Tool.ERP_INTEGRATIONS)
    grants.update(level=ToolLevel.ADMIN)


@pytest.mark.slow
def test_every_page_of_doubt_can_be_used_by_everyone(queue, accounting):
    doubted, unknown, duplicate, *_ = ended(
        accounting, DIFFERS, Answer(Outcome.UNKNOWN, code="TIMEOUT"), DUPLICATE, CLOSED, CLOSED
    )
    synced = accounting.sent_invoice()
    OwnerInvoice.objects.filter(pk=synced.pk).update(erp_status=ErpStatus.SYNCED)
    made_admin(accounting)
    faults = []

    for path in (
        "owner-invoices/?status=needs-check",
        "owner-invoices/?status=failed",
        f"owner-invoices/{unknown.pk}/",
        f"owner-invoices/{doubted.pk}/answer/",
        f"owner-invoices/{duplicate.pk}/link/",
        f"owner-invoices/{synced.pk}/unlink/",
    ):
        page = queue(path)
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        faults += [f"{path}: {fault}" for fault in accessibility_faults(page)]

    assert faults == []


def test_an_answer_by_keyboard_tells_what_is_wrong_and_keeps_what_was_typed(queue, accounting):
    (doubted,) = ended(accounting, DIFFERS)
    page = queue(f"owner-invoices/{doubted.pk}/answer/")

    page.get_by_text("It is there", exact=True).press("Enter")
    page.get_by_label("Number in the ERP").first.fill("AR-999")
    page.get_by_label("Number in the ERP").first.press("Enter")

    page.get_by_text("has no document with this number").first.wait_for()
    assert page.get_by_label("Number in the ERP").first.input_value() == "AR-999"
    expect(page.locator("details[open] #error-summary")).to_have_count(1)
