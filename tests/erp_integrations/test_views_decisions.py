"""Accept, Undo and Reject as approvers press them: one at a time, twice, at once with a colleague, with bad input."""

import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from erp_integrations import actions
from invoicing import actions as billing
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import BillingStatus, ErpStatus
from notifications.models import OutgoingEmail
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory, OwnerFactory

NO_ERP = "http://127.0.0.1:9"
REASON = "Line 7 is 1,250.00 higher than line 6 of the last certificate."


@pytest.fixture
def accounting(db):
    return connected_company(NO_ERP)


def url(name, accounting, *args):
    return reverse(f"erp_integrations:{name}", args=[accounting.company.slug, *args])


def statuses(invoice):
    fresh = OwnerInvoice.objects.get(pk=invoice.pk)
    return fresh.erp_status, fresh.status


def moves(invoice):
    return list(InvoiceEvent.objects.filter(invoice=invoice).order_by("id").values_list("move", flat=True))


def notes(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def press(client, name, accounting, invoice, *, htmx=False, **fields):
    headers = {"HX-Request": "true"} if htmx else {}
    data = {"version": invoice.version} | fields
    return client.post(url(name, accounting, invoice.pk), data, headers=headers)


def triggers(response):
    """What the page is told to do after the swap: say, focus, closeDialog."""
    told = {}
    for name in ("HX-Trigger", "HX-Trigger-After-Swap", "HX-Trigger-After-Settle"):
        told |= json.loads(response.headers.get(name, "{}"))
    return told


# Accept and Undo


def test_accept_records_who_and_when(approver, accounting):
    invoice = accounting.sent_invoice()

    press(approver, "accept", accounting, invoice)

    fresh = OwnerInvoice.objects.get(pk=invoice.pk)
    assert (fresh.erp_status, fresh.accepted_by) == (ErpStatus.ACCEPTED, accounting.approver)
    assert fresh.accepted_at is not None


def test_undo_takes_the_acceptance_back(approver, accounting):
    invoice = accounting.accepted_invoice()

    press(approver, "undo", accounting, invoice)

    fresh = OwnerInvoice.objects.get(pk=invoice.pk)
    assert (fresh.erp_status, fresh.accepted_by, fresh.accepted_at) == (ErpStatus.READY_TO_EXPORT, None, None)


def test_undo_of_a_colleagues_acceptance(client, accounting):
    colleague = MembershipFactory(company=accounting.company, approver=True).user
    invoice = accounting.accepted_invoice()
    client.force_login(colleague)

    press(client, "undo", accounting, invoice)

    assert statuses(invoice)[0] == ErpStatus.READY_TO_EXPORT


def test_undo_comes_too_late_once_the_export_has_begun(approver, accounting):
    invoice = accounting.accepted_invoice()
    accounting.export()

    response = press(approver, "undo", accounting, invoice)

    assert statuses(invoice)[0] == ErpStatus.EXPORTING
    assert len(notes(response)) == 1
    assert "Nothing was changed." in notes(response)[0]


@pytest.mark.parametrize(
    "back", ["https://evil.test/", "//evil.test/x", "/c/another/erp/owner-invoices/", "javascript:1"]
)
def test_a_press_never_leads_away_from_the_list(approver, accounting, back):
    invoice = accounting.sent_invoice()

    response = press(approver, "accept", accounting, invoice, back=back)

    assert response.url == f"{url('owner_invoices', accounting)}?status=ready#inv-{invoice.pk}"


def test_a_press_comes_back_to_filter_search_and_page(approver, accounting):
    invoice = accounting.sent_invoice()
    back = f"{url('owner_invoices', accounting)}?status=ready&q=Tidewater"

    response = press(approver, "accept", accounting, invoice, back=back)

    assert response.url == f"{back}#inv-{invoice.pk}"


def test_htmx_accept_speaks_and_sends_the_focus_to_undo(approver, accounting):
    invoice = accounting.sent_invoice()

    response = press(approver, "accept", accounting, invoice, htmx=True)

    told = triggers(response)
    assert response.status_code == 200
    assert told["focus"] == f"undo-{invoice.pk}"
    assert told["say"].startswith(f"Accepted {invoice.display_number}. 1 ")
    assert f'id="undo-{invoice.pk}"' in response.text
    assert 'id="export-card"' in response.text
    assert "$9,000.00" in response.text


def test_an_unmapped_owner_blocks_accept(approver, accounting):
    accounting.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    invoice = accounting.sent_invoice()

    response = press(approver, "accept", accounting, invoice)

    assert statuses(invoice)[0] == ErpStatus.READY_TO_EXPORT
    assert notes(response) == [
        f"{invoice.display_number} is not ready for the ERP. The owner Alder Bay Ferries has no ERP customer."
    ]


def test_a_row_with_an_unmapped_owner_offers_to_map_it_instead(approver, accounting):
    accounting.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    invoice = accounting.sent_invoice()

    page = approver.get(url("owner_invoices", accounting)).text

    assert url("map_code", accounting, "owner", accounting.owner.pk) in page
    assert url("accept", accounting, invoice.pk) not in page


def test_creators_may_not_accept_their_own_where_the_company_says_so(client, accounting):
    accounting.company.creators_may_not_accept = True
    accounting.company.save()
    own = MembershipFactory(company=accounting.company, approver=True, project_staff=True).user
    accounting.staff = own
    invoice = accounting.sent_invoice()
    client.force_login(own)

    page = client.get(url("owner_invoices", accounting)).text
    response = press(client, "accept", accounting, invoice)

    assert "You created this invoice. In this company somebody else accepts it." in page
    assert response.status_code == 403
    assert statuses(invoice)[0] == ErpStatus.READY_TO_EXPORT


def test_readers_see_greyed_buttons_with_the_reason(client, accounting):
    invoice = accounting.sent_invoice()
    client.force_login(MembershipFactory(company=accounting.company, accounting_staff=True).user)

    page = client.get(url("owner_invoices", accounting))
    response = press(client, "accept", accounting, invoice)

    assert page.status_code == 200
    assert 'aria-disabled="true"' in page.text
    assert "You can see these invoices but not accept them." in page.text
    assert response.status_code == 403
    assert "You can see these invoices but not accept them." in response.text


# Two people, or one person twice


def test_the_second_approver_is_told_who_was_faster(client, accounting):
    invoice = accounting.sent_invoice()
    actions.accept_invoice(invoice.pk, actor=accounting.approver)
    client.force_login(MembershipFactory(company=accounting.company, approver=True).user)

    response = press(client, "accept", accounting, invoice)

    (note,) = notes(response)
    assert note.startswith("Ana Whitfield accepted this at ")
    assert note.endswith("Nothing was changed.")
    assert moves(invoice)[-1] == "accept"


def test_with_htmx_the_second_approver_gets_the_fresh_row_and_the_sentence(client, accounting):
    invoice = accounting.sent_invoice()
    actions.accept_invoice(invoice.pk, actor=accounting.approver)
    client.force_login(MembershipFactory(company=accounting.company, approver=True).user)

    response = press(client, "accept", accounting, invoice, htmx=True)

    assert response.status_code in (200, 409)
    assert f'id="inv-{invoice.pk}"' in response.text
    assert "Ana Whitfield accepted this at " in response.text
    assert triggers(response)["say"].startswith("Ana Whitfield accepted this at ")


def test_a_doubled_accept_changes_nothing_more(approver, accounting):
    invoice = accounting.sent_invoice()

    press(approver, "accept", accounting, invoice)
    press(approver, "accept", accounting, invoice)

    assert moves(invoice).count("accept") == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "1e3", "99999999999999999999", "²"])
def test_a_version_that_is_none_never_breaks_the_page(approver, accounting, version):
    invoice = accounting.sent_invoice()

    response = press(approver, "accept", accounting, invoice, version=version)

    assert response.status_code == 302


def test_a_stale_page_does_not_accept_what_has_changed_since(approver, accounting):
    invoice = accounting.sent_invoice()
    actions.accept_invoice(invoice.pk, actor=accounting.approver)
    actions.undo_accept(invoice.pk, actor=accounting.approver)

    response = press(approver, "accept", accounting, invoice)

    assert statuses(invoice)[0] == ErpStatus.READY_TO_EXPORT
    assert "has changed since this page was opened." in notes(response)[0]


@pytest.mark.parametrize("name", ["accept", "undo", "reject"])
@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_recalled_meanwhile_is_told_not_missing(approver, accounting, name, htmx):
    invoice = accounting.sent_invoice()
    billing.recall_invoice(invoice.pk, actor=accounting.staff)

    response = press(approver, name, accounting, invoice, htmx=htmx, reason=REASON)

    sentence = "Priya Nair recalled this at "
    told = triggers(response)["say"] if htmx else notes(response)[0]
    assert told.startswith(sentence)
    assert response.status_code == (200 if htmx else 302)
    assert statuses(invoice) == (ErpStatus.RECALLED, BillingStatus.APPROVED)


def test_a_doubled_reject_mails_once_and_says_so(approver, accounting):
    invoice = accounting.sent_invoice()

    press(approver, "reject", accounting, invoice, reason=REASON)
    response = press(approver, "reject", accounting, invoice, reason=REASON)

    assert response.status_code == 302
    assert notes(response)[-1].startswith("Ana Whitfield ")
    assert OutgoingEmail.objects.filter(to=accounting.staff.email).count() == 1


# Reject


def test_reject_sends_the_invoice_back_with_the_reason(approver, accounting):
    invoice = accounting.sent_invoice()

    response = press(approver, "reject", accounting, invoice, reason=f"  {REASON}\r\n")

    assert response.url == f"{url('owner_invoices', accounting)}?status=ready"
    assert statuses(invoice) == (ErpStatus.REJECTED, BillingStatus.REVISE_AND_RESUBMIT)
    event = InvoiceEvent.objects.get(invoice=invoice, move="reject")
    assert (event.note, event.actor, event.payment_due) == (REASON, accounting.approver, invoice.current_payment_due)
    mail = OutgoingEmail.objects.get()
    assert (mail.to, REASON in mail.text) == (accounting.staff.email, True)
    assert notes(response) == [f"Rejected {invoice.display_number}. Priya Nair has been emailed."]


def test_the_form_on_a_page_of_its_own_is_sent_as_a_page(approver, accounting):
    url = reverse("erp_integrations:reject", args=[accounting.company.slug, accounting.sent_invoice().pk])

    page, dialog = approver.get(url).text, approver.get(url, headers={"HX-Request": "true"}).text

    assert ("hx-post" in page[page.index("<main") :], "hx-post" in dialog) == (False, True)


def test_an_accepted_invoice_may_still_be_rejected(approver, accounting):
    invoice = accounting.accepted_invoice()

    press(approver, "reject", accounting, invoice, reason=REASON)

    assert statuses(invoice) == (ErpStatus.REJECTED, BillingStatus.REVISE_AND_RESUBMIT)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Enter a reason. The project team needs to know what to change."),
        ("   \r\n ", "Enter a reason. The project team needs to know what to change."),
        ("Four", "Say a little more: at least 5 characters."),
        ("x" * 1_001, "Shorten it to 1000 characters; it has 1001."),
        ("Wrong \0 period", "cannot be stored"),
    ],
)
def test_a_reason_that_will_not_do_is_told_beside_the_field(approver, accounting, reason, sentence):
    invoice = accounting.sent_invoice()

    response = press(approver, "reject", accounting, invoice, reason=reason)

    assert response.status_code == 422
    assert sentence in response.text
    assert "<title>Error: " in response.text
    assert 'aria-invalid="true"' in response.text
    assert statuses(invoice)[0] == ErpStatus.READY_TO_EXPORT
    assert OutgoingEmail.objects.count() == 0


@pytest.mark.parametrize("reason", ["Four", "12345" * 201, "<script>alert(1)</script>" * 50])
def test_what_was_typed_stays(approver, accounting, reason):
    invoice = accounting.sent_invoice()

    response = press(approver, "reject", accounting, invoice, reason=reason)

    assert response.context["form"]["reason"].value() == reason
    assert "<script>alert(1)" not in response.text


def test_a_megabyte_of_reason_is_refused_in_words(approver, accounting):
    invoice = accounting.sent_invoice()

    response = press(approver, "reject", accounting, invoice, reason="x" * 1_048_576)

    assert response.status_code == 422
    assert "Shorten it to 1000 characters" in response.text
    assert "x" * 1_000 in response.text
    assert statuses(invoice)[0] == ErpStatus.READY_TO_EXPORT


@pytest.mark.parametrize("reason", ["Fünf!", "x" * 1_000, "First line,\r\nsecond line"])
def test_reasons_at_the_limits_are_taken(approver, accounting, reason):
    invoice = accounting.sent_invoice()

    press(approver, "reject", accounting, invoice, reason=reason)

    assert statuses(invoice)[0] == ErpStatus.REJECTED


def test_the_dialog_holds_the_same_form_as_the_page(approver, accounting):
    invoice = accounting.sent_invoice()

    page = approver.get(url("reject", accounting, invoice.pk)).text
    fragment = approver.get(url("reject", accounting, invoice.pk), headers={"HX-Request": "true"}).text

    for text in (page, fragment):
        assert f"Reject {invoice.display_number}?" in text
        assert 'name="reason"' in text
        assert "Priya Nair" in text
    assert "<html" not in fragment


def test_htmx_reject_takes_the_row_away_and_leaves_a_note(approver, accounting):
    invoice, following = accounting.sent_invoice(), accounting.sent_invoice()

    response = press(approver, "reject", accounting, invoice, htmx=True, reason=REASON)

    told = triggers(response)
    assert told["closeDialog"] is True
    assert told["focus"] == f"inv-{following.pk}"
    assert f"Rejected {invoice.display_number}. Priya Nair has been emailed." in response.text


def test_an_invoice_that_the_ERP_may_have_cannot_be_rejected(approver, accounting):
    invoice = accounting.accepted_invoice()
    accounting.export()

    response = press(approver, "reject", accounting, invoice, reason=REASON)

    assert statuses(invoice)[0] == ErpStatus.EXPORTING
    assert "Nothing was changed." in response.text or "Nothing was changed." in notes(response)[0]
    assert OutgoingEmail.objects.count() == 0


def test_other_companies_invoices_are_not_there(approver, accounting):
    invoice = connected_company(NO_ERP).sent_invoice()

    answers = [
        approver.get(url("invoice", accounting, invoice.pk)),
        *(press(approver, name, accounting, invoice, reason=REASON) for name in ("accept", "undo", "reject", "retry")),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert moves(invoice)[-1] == "send"
