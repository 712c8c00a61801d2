"""The pages of doubt: what is known, what comes next, and answers by plain forms that lose nothing typed."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from erp_integrations import export
from erp_integrations.models import ExportJob
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.test_answers import in_doubt, there
from tests.factories import MembershipFactory, OwnerInvoiceFactory

LOOKED = "Looked in the ledger, nothing there."


@pytest.fixture
def lookup(db, running_simulators):
    erp = running_simulators("lookup")
    return connected_company(erp.url, personality="lookup"), erp


@pytest.fixture
def approver(client, lookup):
    client.force_login(lookup[0].approver)
    return client


def url(name, invoice, **query):
    return reverse(f"erp_integrations:{name}", args=[invoice.company.slug, invoice.pk], query=query)


def listed(client, accounting, status):
    return client.get(reverse("erp_integrations:owner_invoices", args=[accounting.company.slug]), {"status": status})


def text_of(page):
    return re.sub(r"\s+", " ", unescape(strip_tags(page.text)))


def post(client, invoice, answer, **typed):
    typed = {f"{answer}-{name}": value for name, value in typed.items() if name != "version"} | {
        name: value for name, value in typed.items() if name == "version"
    }
    return client.post(url("answer", invoice), {"answer": answer, **typed})


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def test_the_row_and_the_page_say_what_is_known_and_what_comes_next(approver, lookup, clock):
    invoice = in_doubt(*lookup)

    row = text_of(listed(approver, lookup[0], "needs-check"))
    page = text_of(approver.get(url("invoice", invoice)))

    for told in (row, page):
        assert "We do not know yet whether the ERP has this invoice." in told
        assert re.search(r"We ask the ERP at \d+:\d\d [AP]M, before anything is sent again\.", told)
    assert re.search(r"Sent [^.:]+: unknown\. Not asked yet\.", row)
    for answer in ("It is there", "It is not there", "It differs", "It was removed in the ERP", "Leave it"):
        assert answer in page


def test_each_answer_has_a_form_that_posts_without_javascript(approver, lookup):
    invoice = in_doubt(*lookup)

    page = approver.get(url("answer", invoice))

    posts = re.findall(r'<form[^>]*method="post" action="([^"]+)"', page.text)
    assert posts.count(url("answer", invoice)) == 5
    assert re.findall(r'name="answer" value="(\w+)"', page.text) == ["there", "absent", "differs", "removed", "leave"]


def test_it_is_there_from_the_page(approver, lookup):
    invoice = in_doubt(*lookup)

    answer = post(approver, invoice, "there", number=lookup[1].ledger()[0]["number"])

    assert (answer.status_code, status_of(invoice)) == (302, ErpStatus.SYNCED)
    assert "is Synced: the ERP has it." in text_of(approver.get(answer.url))


@pytest.mark.parametrize(
    ("answer", "typed", "said"),
    [
        ("there", {"number": ""}, "Enter the number that the ERP shows for it."),
        ("there", {"number": "RI-999"}, "for this invoice, not RI-999."),
        ("absent", {"reason": "no"}, "Say a little more: at least 5 characters."),
        ("absent", {"reason": LOOKED}, "The ERP has it: "),
        ("differs", {"reason": ""}, "why may the figures differ?"),
        ("removed", {"reason": LOOKED, "number": "RI-999"}, "The ERP has it: "),
    ],
)
def test_bad_input_is_told_in_words_and_what_was_typed_stays(approver, lookup, answer, typed, said):
    invoice = in_doubt(*lookup)

    page = post(approver, invoice, answer, **typed)

    assert (page.status_code, status_of(invoice)) == (422, ErpStatus.NEEDS_CHECK)
    assert said in text_of(page)
    assert all(value in unescape(page.text) for value in typed.values())
    assert page.text.count("<details open>") == 1


def test_the_sentence_stands_beside_the_field(approver, lookup):
    invoice = in_doubt(*lookup)

    page = post(approver, invoice, "there", number="RI-999")

    assert re.search(r'class="err" id="id_there-number_error">[^<]*not RI-999\.', page.text)


def test_both_figures_stand_side_by_side_and_are_accepted_as_they_were_seen(approver, lookup):
    accounting, erp = lookup
    invoice = in_doubt(accounting, erp, "truncate_amount")
    (booked,) = erp.ledger()

    page = approver.get(url("answer", invoice))
    seen = unescape(re.search(r'name="differs-seen" value="([^"]*)"', page.text)[1])
    moved = post(approver, invoice, "differs", reason="Rounded there.", seen="something else")
    again = unescape(re.search(r'name="differs-seen" value="([^"]*)"', moved.text)[1])
    accepted = post(approver, invoice, "differs", reason="Rounded there.", seen=again)

    assert re.search(r"We sent\s*9,000\.00 on \S+?\s*The ERP has\s*" + re.escape(booked["number"]), text_of(page))
    assert (moved.status_code, again) == (422, seen)
    assert (accepted.status_code, status_of(invoice)) == (302, ErpStatus.SYNCED)


def test_an_old_page_is_told_who_was_faster(approver, lookup):
    accounting, erp = lookup
    invoice = in_doubt(accounting, erp)
    number = erp.ledger()[0]["number"]
    there(accounting, invoice, number)

    for typed in ({"version": "3"}, {}):
        page = post(approver, invoice, "there", number=number, **typed)

        assert page.status_code == 422
        assert re.search(r"Ana Whitfield synced this at .*Nothing was", text_of(page))


def test_it_is_not_there_is_pressed_twice_and_sent_once(approver, lookup):
    accounting, erp = lookup
    invoice = in_doubt(accounting, erp, "error_before_store")

    answers = [post(approver, invoice, "absent", reason=LOOKED).status_code for _ in range(2)]
    export.export_next(accounting.connection.pk)

    assert answers == [302, 422]
    assert ExportJob.objects.live().get().generation == 2
    assert len(erp.ledger()) == 1


def test_text_from_the_erp_is_escaped(approver, lookup):
    invoice = in_doubt(*lookup)
    bad = "<script>alert(1)</script>"
    ExportJob.objects.update(
        last_error_technical=bad, last_error_code="AMOUNT_MISMATCH", last_error_params={"ours": "1", "theirs": bad}
    )

    for page in (approver.get(url("invoice", invoice)), listed(approver, lookup[0], "needs-check")):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_readers_see_what_is_known_and_no_form(client, lookup):
    invoice = in_doubt(*lookup)
    client.force_login(MembershipFactory(company=lookup[0].company, accounting_reader=True).user)

    page = client.get(url("invoice", invoice))

    assert "Is PC-001 #1 in Demo ERP?" in text_of(page)
    assert 'name="answer"' not in page.text


def test_what_needs_no_check_leads_to_its_own_page(approver, lookup):
    invoice = OwnerInvoiceFactory(contract=lookup[0].contract(), synced=True)

    assert approver.get(url("answer", invoice)).url == url("invoice", invoice)
    assert approver.post(url("answer", invoice)).status_code == 422


def test_the_list_of_doubts_costs_the_same_for_more_rows(approver, lookup, django_assert_max_num_queries):
    accounting, erp = lookup
    in_doubt(accounting, erp)
    with django_assert_max_num_queries(60) as one:
        listed(approver, accounting, "needs-check")
    in_doubt(accounting, erp)
    with django_assert_max_num_queries(60) as two:
        listed(approver, accounting, "needs-check")

    assert len(one) == len(two)


def test_leave_it(approver, lookup):
    invoice = in_doubt(*lookup)

    answer = approver.post(url("answer", invoice), {"answer": "leave"})

    assert (answer.status_code, status_of(invoice)) == (302, ErpStatus.NEEDS_CHECK)
    assert "Nothing was sent." in text_of(approver.get(answer.url))
