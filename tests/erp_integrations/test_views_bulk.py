"""Many at once: Accept, Reject and Retry over a selection or over all that match, with a result for each."""

import re
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from directory.policies import ALLOW
from erp_integrations import actions, policies
from erp_integrations.views import bulk, queue
from invoicing import actions as billing
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from notifications.models import OutgoingEmail
from tests.erp_integrations.accounting import connected_company
from tests.factories import MembershipFactory, OwnerFactory, UserFactory

NO_ERP = "http://127.0.0.1:9"
REASON = "The billing period is wrong."


@pytest.fixture
def accounting(db):
    return connected_company(NO_ERP)


def url(name, accounting, *args):
    return reverse(f"erp_integrations:{name}", args=[accounting.company.slug, *args])


def post(client, name, accounting, *invoices, back="?status=ready", **fields):
    ids = [f"{invoice.pk}:{invoice.version}" for invoice in invoices]
    return client.post(
        url(name, accounting), {"ids": ids, "back": f"{url('owner_invoices', accounting)}{back}"} | fields
    )


def all_shown(client, accounting, back="?status=ready"):
    """What the list posts when all of it is accepted."""
    page = client.get(f"{url('owner_invoices', accounting)}{back}").text
    return {"all": "1", "shown": re.search(r'name="shown" value="([^"]*)"', page)[1]}


def send_again(accounting, invoice):
    """Recalled, and sent with other figures than anybody was shown."""
    billing.recall_invoice(invoice.pk, actor=accounting.staff)
    billing.reopen_invoice(invoice.pk, actor=accounting.staff)
    line = invoice.lines.order_by("contract_line__position").first()
    billing.save_lines(
        invoice.pk, {line.pk: billing.LineEntry(work_this_period=Decimal("59000.00"))}, actor=accounting.staff
    )
    billing.submit_invoice(invoice.pk, actor=accounting.staff)
    billing.approve_invoice(invoice.pk, actor=accounting.staff)
    return billing.send_to_erp(invoice.pk, actor=accounting.staff)


def statuses(*invoices):
    found = dict(OwnerInvoice.objects.values_list("pk", "erp_status"))
    return [found[invoice.pk] for invoice in invoices]


def note(response):
    *_, message = get_messages(response.wsgi_request)
    return str(message)


def test_accept_the_picked_ones_and_leave_the_rest(approver, accounting):
    first, second, other = (accounting.sent_invoice() for _ in range(3))

    response = post(approver, "accept_many", accounting, first, second)

    assert response.status_code == 302
    assert statuses(first, second, other) == [ErpStatus.ACCEPTED, ErpStatus.ACCEPTED, ErpStatus.READY_TO_EXPORT]
    assert "Accepted 2 of 2 invoices." in note(response)


def test_each_one_that_is_skipped_says_why(approver, accounting):
    good, taken, recalled = (accounting.sent_invoice() for _ in range(3))
    accounting.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    unmapped = accounting.sent_invoice()
    actions.accept_invoice(taken.pk, actor=MembershipFactory(company=accounting.company, approver=True).user)
    billing.recall_invoice(recalled.pk, actor=accounting.staff)

    response = post(approver, "accept_many", accounting, good, taken, recalled, unmapped)

    said = note(response)
    assert "Accepted 1 of 4 invoices." in said
    assert "3 skipped:" in said
    assert f"{taken.display_number}: " in said
    assert "Priya Nair recalled this at" in said
    assert f"<li>{unmapped.display_number} is not ready for the ERP. The owner Alder Bay Ferries has no ERP" in said
    assert statuses(good, unmapped) == [ErpStatus.ACCEPTED, ErpStatus.READY_TO_EXPORT]


def test_accept_all_means_all_that_match_the_search(approver, accounting):
    first = accounting.sent_invoice()
    accounting.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    actions.map_code(
        accounting.connection.pk,
        kind="owner",
        subject_id=accounting.owner.pk,
        erp_id="C-1002",
        actor=accounting.approver,
    )
    matching = [accounting.sent_invoice() for _ in range(2)]

    post(approver, "accept_many", accounting, **all_shown(approver, accounting, "?status=ready&q=Alder"))

    assert statuses(first, *matching) == [ErpStatus.READY_TO_EXPORT, ErpStatus.ACCEPTED, ErpStatus.ACCEPTED]


@pytest.mark.parametrize("name", ["accept_many", "reject_many"])
def test_what_changed_since_the_list_was_shown_is_told_and_left_alone(approver, accounting, name):
    stale, good = accounting.sent_invoice(), accounting.sent_invoice()
    fresh = send_again(accounting, stale)

    response = post(approver, name, accounting, stale, good, **({"reason": REASON} if name == "reject_many" else {}))

    assert "1 of 2 invoices." in note(response)
    assert f"{stale.display_number}: Changed since this list was shown: Priya Nair sent this at" in note(response)
    assert statuses(stale)[0] == ErpStatus.READY_TO_EXPORT != statuses(good)[0]
    post(approver, name, accounting, fresh, **({"reason": REASON} if name == "reject_many" else {}))
    assert statuses(stale) == statuses(good)


def test_the_note_undoes_its_own_accepts_and_nothing_that_came_later(approver, accounting):
    kept, taken_back = accounting.sent_invoice(), accounting.sent_invoice()
    undo = note(post(approver, "accept_many", accounting, kept, taken_back))
    actions.undo_accept(kept.pk, actor=accounting.approver)
    actions.accept_invoice(kept.pk, actor=accounting.approver)

    response = approver.post(url("undo_many", accounting), {"ids": re.search(r'name="ids" value="([^"]*)"', undo)[1]})

    assert statuses(kept, taken_back) == [ErpStatus.ACCEPTED, ErpStatus.READY_TO_EXPORT]
    assert "Ana Whitfield accepted this at" in note(response)


def test_accept_all_means_what_the_list_had_when_it_was_shown(approver, accounting):
    stale, good, by_hand, recalled = (accounting.sent_invoice() for _ in range(4))
    press = all_shown(approver, accounting)
    send_again(accounting, stale)
    actions.accept_invoice(by_hand.pk, actor=accounting.approver)
    billing.recall_invoice(recalled.pk, actor=accounting.staff)
    later = accounting.sent_invoice()

    said = note(post(approver, "accept_many", accounting, **press))

    assert statuses(stale, good, later) == [ErpStatus.READY_TO_EXPORT, ErpStatus.ACCEPTED, ErpStatus.READY_TO_EXPORT]
    assert "Accepted 1 of 3 invoices." in said
    assert f"{stale.display_number}: Changed since this list was shown: Priya Nair sent this at" in said
    assert f"{recalled.display_number}: Priya Nair recalled this at" in said
    assert "1 more is in the list. Press again for it." in said


def test_a_press_for_all_says_before_and_after_how_many_it_takes(approver, accounting, monkeypatch):
    for module in (bulk, queue):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    for _ in range(5):
        accounting.sent_invoice()

    page = approver.get(url("owner_invoices", accounting)).text
    said = note(post(approver, "accept_many", accounting, **all_shown(approver, accounting)))

    assert "Accept the oldest 2 of 5</button>" in page
    assert "Accepted 2 of 2 invoices." in said
    assert "3 more are in the list. Press again for the next 2." in said
    assert "Accept the oldest 2 of 3</button>" in approver.get(url("owner_invoices", accounting)).text


@pytest.mark.parametrize("deleted_between", [False, True])
def test_an_invoice_that_is_gone_is_told_and_does_not_stop_the_others(
    approver, accounting, monkeypatch, deleted_between
):
    gone, sent = accounting.sent_invoice(), accounting.sent_invoice()

    def delete(*_):
        OwnerInvoice.objects.filter(pk=gone.pk).update(deleted_at=gone.sent_at)
        return ALLOW

    if deleted_between:
        monkeypatch.setattr(policies, "can_accept", delete)
    else:
        delete()

    said = note(post(approver, "accept_many", accounting, gone, sent))

    assert f"{gone.display_number}: It was deleted in the project." in said
    assert statuses(sent) == [ErpStatus.ACCEPTED]


def test_nothing_picked_is_told(approver, accounting):
    answers = [
        post(approver, "accept_many", accounting),
        post(approver, "reject_many", accounting, reason=REASON),
        post(approver, "retry_many", accounting),
    ]

    assert [answer.status_code for answer in answers] == [302] * 3
    assert note(answers[0]) == "Select at least one invoice first."


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["99999999999999999999"], ["1.0"], ["²"], ["", "0"], ["1"] * 3_000])
def test_ids_that_are_none_never_break_the_page(approver, accounting, ids):
    accounting.sent_invoice()

    answers = [
        approver.post(url(name, accounting), {"ids": ids, "reason": REASON})
        for name in ("accept_many", "undo_many", "reject_many", "retry_many")
    ]

    assert {answer.status_code for answer in answers} == {302}


def test_other_companies_invoices_are_left_alone(approver, accounting):
    theirs = connected_company(NO_ERP).sent_invoice()

    post(approver, "accept_many", accounting, theirs)
    post(approver, "reject_many", accounting, theirs, reason=REASON)

    assert statuses(theirs) == [ErpStatus.READY_TO_EXPORT]


def test_undo_takes_the_batch_back_as_far_as_it_can(approver, accounting):
    first, second, sent_back = (accounting.accepted_invoice() for _ in range(3))
    actions.reject_invoice(sent_back.pk, actor=accounting.approver, reason=REASON)

    post(approver, "undo_many", accounting, first, second, sent_back)

    assert statuses(first, second, sent_back) == [
        ErpStatus.READY_TO_EXPORT,
        ErpStatus.READY_TO_EXPORT,
        ErpStatus.REJECTED,
    ]


def test_the_note_of_a_batch_can_undo_it(approver, accounting):
    invoices = [accounting.sent_invoice() for _ in range(2)]
    post(approver, "accept_many", accounting, *invoices)

    page = approver.get(url("owner_invoices", accounting)).text

    assert "Undo 2 accepts" in page


def test_bulk_reject_asks_for_one_reason_and_says_how_many_hear_of_it(approver, accounting):
    first, second = accounting.sent_invoice(), accounting.sent_invoice()
    accounting.staff = MembershipFactory(
        company=accounting.company, user=UserFactory(name="Tom Okafor"), project_staff=True
    ).user
    third = accounting.sent_invoice()

    page = post(approver, "reject_many", accounting, first, second, third)

    assert page.status_code == 200
    assert "2 people get your reason by email." in page.text
    assert statuses(first, second, third) == [ErpStatus.READY_TO_EXPORT] * 3


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Enter a reason. The project team needs to know what to change."),
        ("Four", "Say a little more: at least 5 characters."),
        ("x" * 1_048_576, "Shorten it to 1000 characters; it has 1048576."),
    ],
)
def test_a_bulk_reason_that_will_not_do_keeps_the_selection(approver, accounting, reason, sentence):
    invoices = [accounting.sent_invoice() for _ in range(2)]

    response = post(approver, "reject_many", accounting, *invoices, reason=reason)

    assert response.status_code == 422
    assert sentence in response.text
    assert [f'name="ids" value="{invoice.pk}:{invoice.version}"' in response.text for invoice in invoices] == [
        True,
        True,
    ]
    assert statuses(*invoices) == [ErpStatus.READY_TO_EXPORT] * 2


def test_bulk_reject_mails_each_creator_of_each_invoice(approver, accounting):
    first, second = accounting.sent_invoice(), accounting.sent_invoice()

    response = post(approver, "reject_many", accounting, first, second, reason=REASON)

    assert "Rejected 2 of 2 invoices." in note(response)
    assert statuses(first, second) == [ErpStatus.REJECTED] * 2
    subjects = sorted(OutgoingEmail.objects.values_list("subject", flat=True))
    assert subjects == sorted(
        f"Rejected: {invoice.display_number}, {accounting.project.name}" for invoice in (first, second)
    )


def test_a_doubled_bulk_press_does_nothing_more(approver, accounting):
    invoices = [accounting.sent_invoice() for _ in range(2)]

    post(approver, "reject_many", accounting, *invoices, reason=REASON)
    again = post(approver, "reject_many", accounting, *invoices, reason=REASON)

    assert again.status_code == 302
    assert OutgoingEmail.objects.count() == 2


def test_colleagues_who_cannot_decide_get_the_reason(client, accounting):
    invoice = accounting.sent_invoice()
    client.force_login(MembershipFactory(company=accounting.company, accounting_staff=True).user)

    answers = [
        post(client, name, accounting, invoice, reason=REASON)
        for name in ("accept_many", "undo_many", "reject_many", "retry_many", "export")
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert {"Can Push to Accounting" in answer.text for answer in answers} == {True}
    assert statuses(invoice) == [ErpStatus.READY_TO_EXPORT]
