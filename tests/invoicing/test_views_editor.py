"""The page of one application, as a browser without scripts uses it."""

from decimal import Decimal

import pytest

from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import BillingStatus, ErpStatus
from tests.factories import OwnerInvoiceFactory, UserFactory
from tests.invoicing.pages import error_at, page_of, signed_in, value_of, words

pytestmark = pytest.mark.django_db

MEGABYTE = "9" * 1_000_000


@pytest.fixture
def invoice():
    return OwnerInvoiceFactory(contract__number="PC-011", contract__lines=["1000.00", "500.00"], work=None)


@pytest.fixture
def priya(invoice):
    return signed_in(invoice.company, project_staff=True, user__name="Priya Nair")


def typed(invoice, *rows, **more):
    """The grid's form: each row is (E, F) or a dict by column; `more` are other fields."""
    form = {"version": invoice.version}
    for line, row in zip(invoice.lines.all(), rows, strict=False):
        columns = row if isinstance(row, dict) else dict(zip(("work", "materials"), row, strict=False))
        form |= {f"{column}-{line.pk}": value for column, value in columns.items()}
    return form | more


def save(client, invoice, *rows, **more):
    return client.post(page_of(invoice, "invoice_lines"), typed(invoice, *rows, **more))


def stands(invoice):
    return OwnerInvoice.objects.get(pk=invoice.pk)


def field(invoice, column, row=0):
    return f"id_{column}-{list(invoice.lines.all())[row].pk}"


def test_what_is_typed_is_saved_and_everything_follows(priya, invoice):
    response = save(priya, invoice, ("1,000.00", "0"), ("25%", "(0.00)"))

    assert response.status_code == 302
    page = priya.get(response["Location"])
    assert "PC-011 #1 was saved." in words(page)
    assert value_of(page, field(invoice, "work", 1)) == "125.00"
    saved = stands(invoice)
    assert (saved.completed_and_stored, saved.total_retainage) == (Decimal("1125.00"), Decimal("112.50"))
    assert "8 Current payment due 1,012.50" in words(page)


def test_a_page_without_some_lines_leaves_them_alone(priya, invoice):
    save(priya, invoice, ("10", "5"), ("20", "0"))

    save(priya, stands(invoice), {"work": "30"})

    assert [(line.work_this_period, line.materials_stored) for line in invoice.lines.all()] == [(30, 5), (20, 0)]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("work", "twelve", "This is not an amount. Enter digits, such as 1,234.50."),
        ("work", "1.005", "An amount has at most two decimals. Round it to the cent."),
        ("work", "1E+3", "Write an amount out in full, without an exponent."),
        ("work", "１２", "Type an amount with the digits 0 to 9, such as 1,234.50."),
        ("work", "12,34", "Put commas between thousands and one point before the decimals, as in 1,234.50."),
        ("work", "999999999999999", "This amount is too large. The largest is 99,999,999,999,999.99."),
        ("work", "NaN", "This is not an amount. Enter digits, such as 1,234.50."),
        ("work", "5\x006", "This holds a character that cannot be stored."),
        ("work", MEGABYTE, "This is too long. The limit is 300 characters."),
        ("work", "25 % of it", "This is not an amount. Enter digits, such as 1,234.50."),
        ("materials", "-5", "Materials stored on this line cannot be negative."),
        ("work-rate", "101", "A percentage is between 0 and 100."),
        ("work-rate", "", "Enter a percentage, such as 7.5."),
        ("materials-rate", "7.1234", "A percentage has at most three decimals."),
        ("released", "5", "5.00 is released, but only 0.00 is held."),
        ("released", "-5", "Retainage released on this line cannot be negative."),
    ],
)
def test_bad_input_gets_a_message_beside_its_field_and_nothing_typed_is_lost(priya, invoice, column, value, message):
    response = save(priya, invoice, {column: value}, {"work": "77.00"})

    assert (response.status_code, error_at(response, field(invoice, column))) == (422, message)
    assert value_of(response, field(invoice, column)) == value[:300].replace("\x00", "")
    assert value_of(response, field(invoice, "work", 1)) == "77.00"
    assert "Not saved yet" in words(response)
    assert "<title>Error: " in response.content.decode()
    assert stands(invoice).version == invoice.version


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("number", "", "This field is required."),
        ("number", "x" * 41, "Ensure this value has at most 40 characters (it has 41)."),
        ("number", "a\x00b", "Null characters are not allowed."),
        ("period", "0", "Choose a billing period of this project."),
        ("period", "9" * 40, "Choose a billing period of this project."),
        ("billing_date", "yesterday", "Enter a date, such as 2026-10-31."),
        ("retainage_note", MEGABYTE, "Ensure this value has at most 250 characters (it has 1000000)."),
    ],
)
def test_the_header_is_checked_with_the_lines(priya, invoice, name, value, message):
    header = {"number": "A-1", "period": invoice.period_id, "billing_date": "2026-01-31", "retainage_note": ""}

    response = save(priya, invoice, ("10", "0"), **{**header, name: value})

    assert (response.status_code, error_at(response, f"id_{name}")) == (422, message)
    assert value_of(response, field(invoice, "work")) == "10"
    assert stands(invoice).version == invoice.version


def test_a_taken_number_is_refused_beside_its_field(priya, invoice):
    other = OwnerInvoiceFactory(contract__project=invoice.contract.project, contract__number="PC-012")
    header = {"number": "pc-012-1", "period": invoice.period_id, "billing_date": "2026-01-31"}

    response = save(priya, invoice, **header)

    assert error_at(response, "id_number") == "PC-012 #1 has the number PC-012-1 already. Choose another."
    assert other.number == "PC-012-1"


def test_overbilling_is_a_warning_in_words(priya, invoice):
    response = save(priya, invoice, ("0", "0"), ("520", "0"))

    page = priya.get(response["Location"])
    assert "Line 02 is billed to 104%. Lower column E by 20.00 or add a change order." in words(page)
    assert stands(invoice).completed_and_stored == Decimal("520.00")


def test_an_overtaken_page_says_by_whom_and_keeps_what_was_typed(priya, invoice):
    rows = {invoice.lines.first().pk: LineEntry(work_this_period=Decimal("400.00"))}
    actions.save_lines(invoice.pk, rows, actor=UserFactory(name="M. Lund"))

    response = save(priya, invoice, ("300", "0"), ("50", "0"))

    said = words(response)
    assert response.status_code == 409
    assert "Not saved. M. Lund edited this at " in said
    assert "Nothing was overwritten." in said
    assert value_of(response, field(invoice, "work")) == "300"
    assert "Saved: 400.00" in said
    assert stands(invoice).completed_and_stored == Decimal("400.00")

    again = save(priya, stands(invoice), ("300", "0"), ("50", "0"))
    assert again.status_code == 302
    assert stands(invoice).completed_and_stored == Decimal("350.00")


def test_the_same_form_twice_saves_once(priya, invoice):
    form = typed(invoice, ("10", "0"))

    answers = [priya.post(page_of(invoice, "invoice_lines"), form).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert InvoiceEvent.objects.filter(invoice=invoice, move="edited").count() == 1


def test_saving_what_was_sent_meanwhile_says_so_and_keeps_the_page(priya, invoice):
    version = invoice.version
    for act in (actions.submit_invoice, actions.approve_invoice, actions.send_to_erp):
        act(invoice.pk, actor=priya.user)

    response = save(priya, invoice, ("10", "0"), version=version)

    assert response.status_code == 409
    assert "It was sent to ERP Integrations. Recall it, or ask an approver to reject it." in words(response)
    assert "You typed 10 for E, work this period, line 01" in words(response)


def test_a_mistake_on_a_page_that_is_old_does_not_make_it_new(priya, invoice):
    version = invoice.version
    save(priya, invoice, ("10", "0"), version=version)

    mistaken = save(priya, invoice, ("1x", "0"), version=version)
    mended = save(priya, invoice, ("1", "0"), version=mistaken.context["version"])

    assert (mistaken.status_code, mended.status_code) == (422, 409)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "1.5"])
def test_a_version_of_any_kind_makes_no_error(priya, invoice, version):
    response = save(priya, invoice, ("10", "0"), version=version)

    assert response.status_code == (302 if version == "" else 409)


def test_save_and_submit_in_one_press_then_approve(priya, invoice):
    save(priya, invoice, ("10", "0"), then="submit")
    assert stands(invoice).status == BillingStatus.UNDER_REVIEW

    response = save(priya, stands(invoice), ("20", "0"), then="approve")

    assert "PC-011 #1 was saved. It is approved." in words(priya.get(response["Location"]))
    assert (stands(invoice).status, stands(invoice).completed_and_stored) == (BillingStatus.APPROVED, Decimal("20.00"))


def test_an_editor_cannot_approve_by_the_grid_s_form(invoice):
    editor = signed_in(invoice.company, project_editor=True)
    actions.submit_invoice(invoice.pk, actor=editor.user)

    response = save(editor, stands(invoice), ("20", "0"), then="approve")

    assert response.status_code == 403
    assert stands(invoice).completed_and_stored == 0


def test_the_page_shows_the_checks_each_with_the_figure_off(priya):
    company = priya.user.memberships.get().company
    first = OwnerInvoiceFactory(contract__project__company=company, contract__lines=["1000.00"], work=Decimal("500"))
    second = OwnerInvoiceFactory(contract=first.contract, work=Decimal("700"), approved=True)
    rows = {first.lines.get().pk: LineEntry(work_this_period=Decimal("400.00"))}
    actions.save_lines(first.pk, rows, actor=first.created_by)

    page = priya.get(page_of(second))
    said = words(page)

    assert "Line 7 off by $90.00. It is $450.00 and should be $360.00. Carry forward $360.00. To " in said
    assert "Line 01 billed to 120%. Column G is $1,200.00, column C $1,000.00. Lower column E by 200.00" in said
    assert f'href="{page_of(first)}"' in page.content.decode()
    assert f'href="#line-{first.lines.get().contract_line_id}"' in page.content.decode()
    assert "Not ready for the ERP This company has no ERP connection yet." in said


def test_a_rejected_one_shows_the_reason_on_top_until_it_is_sent_again(priya):
    company = priya.user.memberships.get().company
    invoice = OwnerInvoiceFactory(
        contract__project__company=company, rejected=True, approver__name="Ana Whitfield", reason="Line 7 is off."
    )

    said = words(priya.get(page_of(invoice)))

    assert "Rejected by Ana Whitfield: Line 7 is off." in said
    for act in (actions.submit_invoice, actions.approve_invoice, actions.send_to_erp):
        act(invoice.pk, actor=priya.user)
    assert "Rejected by Ana Whitfield" not in words(priya.get(page_of(invoice)))


def test_a_sent_one_is_locked_with_the_line_that_says_why(priya):
    company = priya.user.memberships.get().company
    invoice = OwnerInvoiceFactory(
        contract__project__company=company, contract__created_by__name="Marcus Lund", sent=True
    )

    page = priya.get(page_of(invoice))

    assert "Locked Sent to ERP Integrations by Marcus Lund on " in words(page)
    assert "Recall it, or ask an approver to reject it." in words(page)
    assert 'data-col="work"' not in page.content.decode()


def test_reading_needs_read_only_and_editing_says_what_is_missing(invoice):
    reader = signed_in(invoice.company, project_reader=True)

    page = reader.get(page_of(invoice))

    assert "Creating and editing needs Standard on Prime Contracts in this project." in words(page)
    assert 'aria-disabled="true"' in page.content.decode()
    assert save(reader, invoice, ("1", "0")).status_code == 403


def test_the_history_tells_who_did_what(priya, invoice):
    save(priya, invoice, ("10", "0"), then="submit")

    said = words(priya.get(page_of(invoice)))

    told = said[said.index("History") :]
    assert [told.index(f"Priya Nair {past} this at") for past in ("submitted", "edited")] == sorted(
        told.index(f"Priya Nair {past} this at") for past in ("submitted", "edited")
    )


def test_a_large_application_is_typed_page_by_page(priya):
    invoice = OwnerInvoiceFactory(
        contract__project__company=priya.user.memberships.get().company, contract__lines=201, work=None
    )
    last = list(invoice.lines.all())[-1]

    form = {"version": invoice.version, f"work-{last.pk}": "12.00", "page": "1"}
    response = priya.post(f"{page_of(invoice, 'invoice_lines')}?page=2", form)

    assert response["Location"] == f"{page_of(invoice)}?page=1"
    page = priya.get(response["Location"]).content.decode()
    assert page.count(" data-line ") == 200
    assert "&quot;work&quot;: &quot;1200&quot;" in page  # of the line on the other page
    assert f'id="id_work-{last.pk}"' in priya.get(f"{page_of(invoice)}?page=2").content.decode()
    assert stands(invoice).completed_and_stored == Decimal("12.00")


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 50, "２", "\x00"])
def test_any_page_number_is_answered(priya, invoice, page):
    assert priya.get(page_of(invoice), {"page": page}).status_code == 200


def test_the_whole_way_to_accounting_and_back(priya, invoice):
    for name, status in (
        ("invoice_submit", BillingStatus.UNDER_REVIEW),
        ("invoice_approve", BillingStatus.APPROVED),
        ("invoice_reopen", BillingStatus.DRAFT),
        ("invoice_submit", BillingStatus.UNDER_REVIEW),
        ("invoice_approve", BillingStatus.APPROVED),
    ):
        priya.post(page_of(invoice, name), {"version": stands(invoice).version})
        assert stands(invoice).status == status

    for name, erp_status in (("invoice_send", ErpStatus.READY_TO_EXPORT), ("invoice_recall", ErpStatus.RECALLED)):
        priya.post(page_of(invoice, name), {"version": stands(invoice).version})
        assert stands(invoice).erp_status == erp_status


def test_pressing_twice_names_who_was_faster(priya):
    company = priya.user.memberships.get().company
    invoice = OwnerInvoiceFactory(contract__project__company=company, approved=True, contract__number="PC-020")
    form = {"version": invoice.version}
    priya.post(page_of(invoice, "invoice_send"), form)

    again = priya.post(page_of(invoice, "invoice_send"), form, follow=True)

    assert "Priya Nair sent this at" in words(again)
    assert "Nothing was" in words(again)
    assert InvoiceEvent.objects.filter(invoice=invoice, move="send").count() == 1


def test_asking_to_revise_needs_a_reason(priya, invoice):
    actions.submit_invoice(invoice.pk, actor=priya.user)

    for reason, message in (
        ("", "Enter a reason. The project team needs to know what to change."),
        ("no", "Ensure this value has at least 5 characters (it has 2)."),
        ("x" * 1_000_000, "Ensure this value has at most 1000 characters (it has 1000000)."),
        ("why\x00why", "Null characters are not allowed."),
    ):
        response = priya.post(page_of(invoice, "invoice_revise"), {"reason": reason})
        assert (response.status_code, error_at(response, "id_reason")) == (422, message)
    response = priya.post(page_of(invoice, "invoice_revise"), {"reason": "Line 01 is low."}, follow=True)

    assert stands(invoice).status == BillingStatus.REVISE_AND_RESUBMIT
    assert "Priya Nair asked to revise: Line 01 is low." in words(response)


def test_void_and_delete_and_restore(priya, invoice):
    priya.post(page_of(invoice, "invoice_delete"), {"version": invoice.version})
    page = priya.get(page_of(invoice))
    assert "It was deleted. Restore it to edit it." in words(page)

    priya.post(page_of(invoice, "invoice_restore"), {"version": invoice.version + 1})
    assert stands(invoice).deleted_at is None

    priya.post(page_of(invoice, "invoice_void"), {"reason": "Billed by mistake."})
    assert stands(invoice).status == BillingStatus.VOID


def test_deleted_ones_answer_every_press(priya, invoice):
    actions.delete_invoice(invoice.pk, actor=priya.user)

    for name in ("submit", "approve", "reopen", "send", "recall", "delete", "lines"):
        assert priya.post(page_of(invoice, f"invoice_{name}"), {}).status_code in (302, 409), name
    for name in ("revise", "void"):
        assert priya.post(page_of(invoice, f"invoice_{name}"), {"reason": "Any reason."}).status_code == 302, name
