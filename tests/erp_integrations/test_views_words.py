"""The words and the weight of accounting's pages: whose dictionary they speak, what the list says above its rows."""

import gzip
import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from directory.terminology import Dictionary
from erp_integrations import actions
from invoicing.models import OwnerInvoice
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.crowds import crowd
from tests.factories import OwnerFactory, OwnerInvoiceFactory

OF_OTHERS = {
    Dictionary.GENERAL_CONTRACTOR: ("Funding", "Client Contract", "GC/Client", "GC/client", "Progress Billing"),
    Dictionary.OWNER: ("Owner Invoice", "owner invoice", "Prime Contract", "prime contract", "Client Contract"),
    Dictionary.SPECIALTY_CONTRACTOR: ("Owner Invoice", "owner invoice", "Prime Contract", "prime contract", "Funding"),
}
OURS = {
    Dictionary.GENERAL_CONTRACTOR: ("Owner Invoices", "Prime Contracts", "Map owner"),
    Dictionary.OWNER: ("Funding Invoices", "Funding", "Map funding"),
    Dictionary.SPECIALTY_CONTRACTOR: ("GC/Client Invoices", "Client Contracts", "Map owner"),
}


@pytest.fixture
def accounting(db):
    return connected_company("http://127.0.0.1:9")


def url(name, accounting, *args):
    return reverse(f"erp_integrations:{name}", args=[accounting.company.slug, *args])


def text_of(response):
    return re.sub(r"\s+", " ", unescape(strip_tags(response.text)))


def listed(client, accounting, **query):
    return client.get(url("owner_invoices", accounting), query)


def every_page(client, accounting):
    """The text of each page, with something to say on each of them."""
    sent, rejected = accounting.sent_invoice(), accounting.sent_invoice()
    actions.reject_invoice(rejected.pk, actor=accounting.approver, reason="Wrong billing period.")
    contract = accounting.contract()
    contract.owner = OwnerFactory(company=accounting.company)
    contract.save()
    accounting.sent_invoice(contract)
    accounting.accepted_invoice()
    accounting.export()
    accounting.accepted_invoice()
    lists = [
        listed(client, accounting, status=each)
        for each in ("ready", "exporting", "needs-check", "failed", "synced", "rejected")
    ]
    others = [
        url("invoice", accounting, sent.pk),
        url("answer", accounting, OwnerInvoiceFactory(contract=accounting.contract(), needs_check=True).pk),
        url("link", accounting, OwnerInvoiceFactory(contract=accounting.contract(), failed=True).pk),
        url("reject", accounting, sent.pk),
        url("runs", accounting),
        url("run", accounting, 1),
        url("run_progress", accounting, 1),
        url("mappings", accounting),
        url("map_code", accounting, "owner", contract.owner.pk),
    ]
    many = client.post(url("reject_many", accounting), {"ids": [sent.pk]})
    return [text_of(each) for each in (*lists, *map(client.get, others), many)]


@pytest.mark.parametrize("dictionary", list(Dictionary))
def test_every_page_speaks_the_companys_dictionary_and_no_other(approver, accounting, dictionary):
    accounting.company.dictionary = dictionary
    accounting.company.save()

    pages = every_page(approver, accounting)

    said = " ".join(pages)
    assert [word for word in OURS[dictionary] if word not in said] == []
    assert [word for word in OF_OTHERS[dictionary] if word in said] == []


def test_a_person_may_speak_another_dictionary(approver, accounting):
    accounting.approver.dictionary = Dictionary.SPECIALTY_CONTRACTOR
    accounting.approver.save()
    accounting.sent_invoice()

    assert "<title>GC/Client Invoices: Ready to Export" in listed(approver, accounting).text


def sent_days_ago(accounting, days):
    invoice = accounting.sent_invoice()
    OwnerInvoice.objects.filter(pk=invoice.pk).update(sent_at=timezone.now() - timedelta(days=days))
    return invoice


def test_the_line_above_the_list_counts_and_tells_the_longest_wait(approver, accounting):
    for days in (9, 2):
        sent_days_ago(accounting, days)

    text = text_of(listed(approver, accounting))

    assert "2 invoices, oldest first. Longest wait: 9 days." in text
    assert "Total, 2 invoices (USD)" in text


def test_the_saved_view_holds_what_has_waited_over_five_days(approver, accounting):
    late, on_time = sent_days_ago(accounting, 6), sent_days_ago(accounting, 5)

    response = listed(approver, accounting, status="ready", older="5")

    assert f'id="inv-{late.pk}"' in response.text
    assert f'id="inv-{on_time.pk}"' not in response.text
    assert "1 invoice waiting over 5 days, oldest first." in text_of(response)
    assert "Waiting over 5 days 1" in text_of(response)


def test_an_accepted_row_says_by_whom_and_when(approver, client, accounting):
    mine, theirs = accounting.accepted_invoice(), accounting.sent_invoice()
    actions.accept_invoice(theirs.pk, actor=accounting.staff)
    OwnerInvoice.objects.filter(pk=mine.pk).update(accepted_at=timezone.now() - timedelta(days=40))

    text = text_of(listed(approver, accounting))

    assert re.search(r"by you, [A-Z][a-z]{2} \d", text)
    assert re.search(r"by P\. Nair, \d{1,2}:\d\d [AP]M", text)


def test_a_search_without_matches_offers_the_way_back(approver, accounting):
    accounting.sent_invoice()

    response = listed(approver, accounting, status="ready", q="zzz")

    assert "Nothing matches." in response.text
    assert f'href="{url("owner_invoices", accounting)}?status=ready">Clear filters</a>' in response.text


def test_fifty_rows_weigh_no_more_than_15_kb(approver, accounting):
    crowd(accounting.sent_invoice(), 60)

    response = listed(approver, accounting)

    assert response.text.count("<tr ") >= 50
    assert len(gzip.compress(response.content, 6)) <= 15 * 1024


def test_a_poll_weighs_no_more_than_2_kb(approver, accounting):
    accounting.accepted_invoice()
    accounting.export()

    response = approver.get(url("run_progress", accounting, 1), headers={"HX-Request": "true"})

    assert len(gzip.compress(response.content, 6)) <= 2 * 1024


@pytest.mark.parametrize(
    ("name", "args"),
    [
        *[(name, ()) for name in ("accept_many", "undo_many", "retry_many", "retry_cause", "export")],
        *[(name, (1,)) for name in ("accept", "undo", "retry", "retry_now", "dismiss")],
    ],
)
def test_what_acts_never_acts_by_get(approver, accounting, name, args):
    assert approver.get(url(name, accounting, *args)).status_code == 405


def test_map_owner_leads_from_the_row_and_back_to_the_list(approver, accounting):
    contract = accounting.contract()
    contract.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    contract.save()
    accounting.sent_invoice(contract)

    row = listed(approver, accounting, status="ready", q="ferries").text

    page = url("map_code", accounting, "owner", contract.owner.pk)
    back = f"{url('owner_invoices', accounting)}?status=ready&q=ferries"
    assert f'href="{page}?back=' in row
    assert "No ERP customer" in row
    assert f'href="{back.replace("&", "&amp;")}">Back</a>' in approver.get(page, {"back": back}).text
