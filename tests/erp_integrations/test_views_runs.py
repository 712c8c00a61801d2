"""Export to ERP on its pages: the card, the run, what failed and how to mend it, with a real demo ERP behind."""

from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from erp_integrations import actions, export
from erp_integrations.export import launching
from erp_integrations.models import CodeMapping, ErpDocument, ExportRun
from erp_integrations.views import runs
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import switch_faults
from tests.factories import MembershipFactory, OwnerFactory

HTMX = {"HX-Request": "true"}


def url(name, accounting, *args):
    return reverse(f"erp_integrations:{name}", args=[accounting.company.slug, *args])


def notes(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def status_of(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk).erp_status


def work(accounting):
    while export.export_next(accounting.connection.pk):
        pass


def failed_invoice(accounting, erp):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "refuse")
    work(accounting)
    return invoice


def test_the_card_says_what_a_press_would_send(approver, accounting):
    accounting.accepted_invoice()
    accounting.accepted_invoice()
    accounting.sent_invoice()

    page = approver.get(url("owner_invoices", accounting))

    accepted = page.context["card"]["accepted"]
    assert (accepted["count"], f"{accepted['billed']:,}", f"{accepted['due']:,}") == (2, "20,000.00", "18,000.00")
    assert "$18,000.00" in page.text
    assert "Creates one invoice each in Demo ERP." in page.text


def test_a_press_with_nothing_accepted_explains_itself(approver, accounting):
    accounting.sent_invoice()

    response = approver.post(url("export", accounting))

    assert notes(response) == ["Accept at least one invoice first."]
    assert ExportRun.objects.count() == 0


def test_with_htmx_the_card_itself_explains(approver, accounting):
    response = approver.post(url("export", accounting), headers=HTMX)

    assert response.status_code == 409
    assert "Accept at least one invoice first." in response.text
    assert 'id="export-card"' in response.text


def test_a_doubled_press_is_one_run_with_one_job(approver, accounting):
    invoice = accounting.accepted_invoice()

    answers = [approver.post(url("export", accounting)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert ExportRun.objects.get().invoice_ids == [invoice.pk]
    assert invoice.export_jobs.count() == 1


def test_the_card_turns_into_the_progress_of_the_run(approver, accounting):
    accounting.accepted_invoice()

    response = approver.post(url("export", accounting), headers=HTMX)

    assert response.status_code == 200
    assert "Exporting 1 invoice" in response.text
    assert f'data-poll="{url("run_progress", accounting, 1)}' in response.text


def test_a_long_list_is_counted_whole_and_its_rows_are_offered_anew_at_the_end(approver, accounting, erp, monkeypatch):
    """Its later turns are taken by a worker, behind the rows that the press has answered with."""
    monkeypatch.setattr(launching, "A_TURN", 1)
    monkeypatch.setattr(runs, "A_TURN", 1)
    invoices = [accounting.accepted_invoice() for _ in range(2)]
    ready = {"HX-Current-URL": f"http://testserver{url('owner_invoices', accounting)}?status=ready"}

    pressed = approver.post(url("export", accounting), headers=HTMX)
    export.launch(ExportRun.objects.get().pk)
    work(accounting)
    ended = approver.get(url("run_progress", accounting, 1), headers=HTMX | ready)

    assert "Exporting 2 invoices" in pressed.text
    assert "more accepted" not in pressed.text
    assert [f'id="inv-{invoice.pk}"' in pressed.text for invoice in invoices] == [False, True]
    assert "Exported 2 of 2 invoices" in ended.text
    assert "Show the list as it is now" in ended.text


def test_a_running_run_is_seen_from_everywhere_in_the_company(approver, accounting):
    accounting.accepted_invoice()
    accounting.export()

    page = approver.get(reverse("home", args=[accounting.company.slug]))

    assert url("run", accounting, 1) in page.text


def test_the_poll_ends_with_the_result_and_polls_no_more(approver, accounting, erp):
    accounting.accepted_invoice()
    accounting.export()
    running = approver.get(url("run_progress", accounting, 1), headers=HTMX)
    work(accounting)

    ended = approver.get(url("run_progress", accounting, 1), headers=HTMX)

    assert "data-poll" in running.text
    assert "data-poll" not in ended.text
    assert "Exported 1 of 1 invoice, " in ended.text
    assert "$9,000.00" in ended.text


def test_the_result_stays_for_its_starter_until_dismissed(approver, accounting, erp):
    accounting.accepted_invoice()
    accounting.export()
    work(accounting)

    first, second = (approver.get(url("owner_invoices", accounting)).text for _ in range(2))
    approver.post(url("dismiss", accounting, 1))
    third = approver.get(url("owner_invoices", accounting)).text

    assert ["Exported 1 of 1" in page for page in (first, second, third)] == [True, True, False]


def test_a_colleague_cannot_put_the_result_away(client, accounting, erp):
    accounting.accepted_invoice()
    accounting.export()
    work(accounting)
    client.force_login(MembershipFactory(company=accounting.company, approver=True).user)

    client.post(url("dismiss", accounting, 1))

    assert ExportRun.objects.get().dismissed_at is None


def test_the_next_run_replaces_the_result_of_the_last(approver, accounting, erp):
    accounting.accepted_invoice()
    accounting.export()
    work(accounting)
    accounting.accepted_invoice()

    approver.post(url("export", accounting))

    assert ExportRun.objects.get(number=1).dismissed_at is not None


def test_the_run_lists_what_came_of_each_invoice(approver, accounting, erp):
    good = accounting.accepted_invoice()
    blocked = accounting.accepted_invoice()
    CodeMapping.objects.all().delete()
    accounting.export()
    first = approver.get(url("run", accounting, 1))

    assert "not ready for the ERP" in first.text
    assert [row.invoice for row, _ in first.context["rows"]] == [good, blocked]
    assert approver.get(url("runs", accounting)).status_code == 200


def test_a_synced_row_shows_the_number_in_the_erp(approver, accounting, erp):
    accounting.accepted_invoice()
    accounting.export()
    work(accounting)
    document = ErpDocument.objects.get()

    pages = [
        approver.get(url("owner_invoices", accounting), {"status": "synced"}),
        approver.get(url("run", accounting, 1)),
        approver.get(url("invoice", accounting, document.job.invoice_id)),
    ]

    assert [document.number in page.text for page in pages] == [True] * 3
    assert [document.url in page.text for page in pages] == [True] * 3


def test_a_failure_says_what_went_wrong_and_how_to_fix_it(approver, accounting, erp):
    failed_invoice(accounting, erp)

    page = approver.get(url("owner_invoices", accounting), {"status": "failed"}).text

    assert "has no open accounting period" in page
    assert "Ask your controller to open" in page
    assert "PERIOD_CLOSED" in page
    assert "Technical detail" in page


def test_what_the_erp_wrote_is_escaped(approver, accounting, erp):
    invoice = failed_invoice(accounting, erp)
    invoice.export_jobs.update(last_error_technical="<script>alert(1)</script>")

    pages = [
        approver.get(url("owner_invoices", accounting), {"status": "failed"}),
        approver.get(url("invoice", accounting, invoice.pk)),
        approver.get(url("run", accounting, 1)),
    ]

    assert not any("<script>alert" in page.text for page in pages)


def test_retry_sends_it_again(approver, accounting, erp):
    invoice = failed_invoice(accounting, erp)

    response = approver.post(url("retry", accounting, invoice.pk), {"version": ""})
    work(accounting)

    assert response.status_code == 302
    assert notes(response) == [f"{invoice.display_number} is exporting again."]
    assert status_of(invoice) == ErpStatus.SYNCED


def test_a_doubled_retry_is_one_export(approver, accounting, erp):
    invoice = failed_invoice(accounting, erp)
    version = OwnerInvoice.objects.get(pk=invoice.pk).version

    _, second = (approver.post(url("retry", accounting, invoice.pk), {"version": version}) for _ in range(2))
    work(accounting)

    assert "Nothing was changed." in notes(second)[-1]
    assert len(erp.json("/ledger")) == 1


def test_retry_all_that_failed(approver, accounting, erp):
    invoices = [accounting.accepted_invoice() for _ in range(2)]
    accounting.export()
    switch_faults(erp, "refuse", times=2)
    work(accounting)
    back = f"{url('owner_invoices', accounting)}?status=failed"

    response = approver.post(url("retry_many", accounting), {"all": "1", "back": back})
    work(accounting)

    assert "Retried 2 of 2 invoices." in notes(response)[0]
    assert [status_of(invoice) for invoice in invoices] == [ErpStatus.SYNCED] * 2


def test_what_is_tried_again_is_no_success_yet(approver, accounting, erp):
    invoice = failed_invoice(accounting, erp)
    actions.retry_export(invoice.pk, actor=accounting.approver)

    page = approver.get(url("owner_invoices", accounting)).text
    runs = approver.get(url("runs", accounting)).text

    assert "1 is tried again." in page
    assert '<div class="note "><div><b>Exported 0 of 1' in page
    assert ("Tried again" in runs, "All synced" in runs) == (True, False)


def test_a_failure_may_be_rejected(approver, accounting, erp):
    invoice = failed_invoice(accounting, erp)

    approver.post(url("reject", accounting, invoice.pk), {"reason": "October is closed. Bill it in November."})

    assert status_of(invoice) == ErpStatus.REJECTED


def test_an_unknown_outcome_says_what_is_known_and_cannot_be_rejected(approver, accounting, erp):
    invoice = accounting.accepted_invoice()
    accounting.export()
    switch_faults(erp, "drop_after_store")
    export.export_next(accounting.connection.pk)

    page = approver.get(url("owner_invoices", accounting), {"status": "needs-check"}).text
    rejected = approver.post(url("reject", accounting, invoice.pk), {"reason": "It never arrived."})

    assert status_of(invoice) == ErpStatus.NEEDS_CHECK
    assert "We ask the ERP" in page
    assert rejected.status_code in (302, 422)


# Mappings


@pytest.fixture
def unmapped(accounting):
    accounting.owner = OwnerFactory(company=accounting.company, name="Alder Bay Ferries")
    return accounting.sent_invoice()


def test_an_owner_is_mapped_from_the_erps_own_list(approver, accounting, unmapped, erp):
    page = approver.get(url("map_code", accounting, "owner", accounting.owner.pk), {"q": "alder"})
    back = f"{url('owner_invoices', accounting)}?status=ready&q=Alder"
    response = approver.post(
        url("map_code", accounting, "owner", accounting.owner.pk), {"erp_id": "C-1025", "back": back}
    )

    assert "C-1025" in page.text
    assert "C-1001" not in page.text
    assert response.url == back
    mapping = CodeMapping.objects.get(owner=accounting.owner)
    assert (mapping.erp_id, mapping.erp_name) == ("C-1025", "Alder Bay Port Authority")
    assert actions.accept_invoice(unmapped.pk, actor=accounting.approver).erp_status == ErpStatus.ACCEPTED


@pytest.mark.parametrize("picked", ["", "C-9999", "C-0901", "\0", "x" * 5_000])
def test_only_what_the_erp_lists_can_be_picked(approver, accounting, unmapped, erp, picked):
    response = approver.post(url("map_code", accounting, "owner", accounting.owner.pk), {"erp_id": picked})

    assert response.status_code == 422
    assert not CodeMapping.objects.filter(owner=accounting.owner).exists()


def test_an_erp_that_does_not_answer_is_told(approver, accounting, unmapped):
    accounting.connection.settings = {"url": "http://127.0.0.1:9"}
    accounting.connection.save()

    page = approver.get(url("map_code", accounting, "owner", accounting.owner.pk))

    assert page.status_code == 200
    assert "Demo ERP did not give its list just now. Try again in a minute." in page.text


@pytest.mark.parametrize("path", [("nonsense", 1), ("owner", 999_999), ("project", 999_999)])
def test_what_is_not_there_cannot_be_mapped(approver, accounting, path):
    assert approver.get(url("map_code", accounting, *path)).status_code == 404


def test_the_mappings_page_lists_the_unmapped_first(approver, accounting, unmapped, erp):
    page = approver.get(url("mappings", accounting)).text

    assert page.index("Alder Bay Ferries") < page.index("Tidewater Development")
    assert "C-1001" in page


def test_mappings_come_by_fifty_and_can_be_found(approver, accounting, erp):
    for n in range(60):
        OwnerFactory(company=accounting.company, name=f"Owner {n:02}", code=f"X-{n:02}")

    first = approver.get(url("mappings", accounting))
    second = approver.get(url("mappings", accounting), {"cursor": first.context["page"].next_cursor})
    found = approver.get(url("mappings", accounting), {"q": "x-07"})

    names = [subject.name for page in (first, second) for subject, _ in page.context["rows"]]
    assert names == [f"Owner {n:02}" for n in range(60)] + ["Tidewater Development"]
    assert [subject.name for subject, _ in found.context["rows"]] == ["Owner 07"]


@pytest.mark.parametrize("query", [{"kind": "project"}, {"kind": "cost_code"}, {"kind": "x"}, {"q": "\0"}, {"q": "%"}])
def test_no_query_string_breaks_the_mappings(approver, accounting, query, erp):
    accounting.sent_invoice()

    assert approver.get(url("mappings", accounting), query).status_code == 200


def test_a_mapping_picked_from_the_mappings_leads_back_there(approver, accounting, unmapped, erp):
    page = approver.get(url("mappings", accounting), {"kind": "owner"})
    here = f"{url('mappings', accounting)}?kind=owner"
    there = f"{url('map_code', accounting, 'owner', accounting.owner.pk)}?back={quote(here)}"

    response = approver.post(there, {"erp_id": "C-1025"})

    assert f'href="{there}"' in page.text
    assert response.url == here
