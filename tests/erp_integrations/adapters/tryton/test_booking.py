"""What is Tryton's own: the two documents, the draft that is finished, and its refusals in our words."""

import datetime
from decimal import Decimal

import pytest

from erp_integrations.adapters.base import (
    CUSTOMER,
    INVOICE,
    RETAINAGE,
    DocumentLine,
    Found,
    Mappings,
    NotSent,
    PartlyDone,
    Refused,
    Throttled,
    Unknown,
)
from erp_integrations.adapters.tryton.rendering import NEGATIVE_LINE
from tests.erp_integrations.adapters.tryton.conftest import WANTED
from tests.erp_integrations.adapters.wire import Fault, answer

pytestmark = pytest.mark.slow


@pytest.fixture
def subject(tryton):
    return tryton.subject()


def method(name):
    return lambda request: f'"model.account.invoice.{name}"'.encode() in request


def create(subject, document, **settings):
    adapter = subject.make(**settings)
    return adapter.create(adapter.render(document), "k")


def refusal(subject, document, **settings):
    """The problem with which the create was refused, and that the preflight saw the same; nothing is left behind."""
    adapter = subject.make(**settings)
    foreseen = adapter.preflight(document)
    with pytest.raises(Refused) as refused:
        adapter.create(adapter.render(document), "k")
    assert refused.value.problems == foreseen
    assert not adapter.find(document.reference).__dict__.get("documents")
    return foreseen[0]


def postings(tryton, documents):
    """Account code -> debit less credit, over all moves of these documents; each move is in balance."""
    ids = [int(one.erp_id.partition(",")[2]) for one in documents]
    moves = [row["move"] for row in tryton.rows("account.invoice", [["id", "in", ids]], "move")]
    lines = tryton.rows("account.move.line", [["move", "in", moves]], "debit", "credit", "account")
    codes = {row["id"]: row["code"] for row in tryton.rows("account.account", [], "code")}
    balance = {}
    for line in lines:
        side = Decimal(line["debit"]["decimal"]) - Decimal(line["credit"]["decimal"])
        balance[codes[line["account"]]] = balance.get(codes[line["account"]], Decimal(0)) + side
    assert sum(balance.values()) == 0
    return balance


def test_retainage_stands_on_its_own_account_and_revenue_is_gross(tryton, subject):
    created = create(subject, subject.document())

    balance = postings(tryton, created.documents)
    receivable = next(code for code in balance if code not in ("4030", "4000", WANTED.retainage[0]))
    assert [one.role for one in created.documents] == [INVOICE, RETAINAGE]
    assert (balance["4030"], balance["4000"]) == (Decimal("-1000.00"), Decimal("-250.55"))
    assert (balance[receivable], balance[WANTED.retainage[0]]) == (Decimal("1125.49"), Decimal("125.06"))


def test_a_release_goes_back_from_retainage_to_the_owner_s_account(tryton, subject):
    lines = (DocumentLine("1", "03-300", "Released", Decimal("0.00"), Decimal("-60.00")),)

    created = create(subject, subject.document(lines=lines))

    balance = postings(tryton, created.documents)
    assert balance.pop("4030") == 0
    assert balance.pop(WANTED.retainage[0]) == Decimal("-60.00")
    assert list(balance.values()) == [Decimal("60.00")]


def test_a_credit_is_posted_against_revenue_and_owed_to_the_owner(tryton, subject):
    lines = (DocumentLine("1", "03-300", "Taken back", Decimal("-100.00"), Decimal("-10.00")),)

    created = create(subject, subject.document(lines=lines))

    balance = postings(tryton, created.documents)
    assert [(one.role, one.total) for one in created.documents] == [(INVOICE, -90), (RETAINAGE, -10)]
    assert (balance.pop("4030"), balance.pop(WANTED.retainage[0])) == (Decimal("100.00"), Decimal("-10.00"))
    assert list(balance.values()) == [Decimal("-90.00")]


def test_as_a_negative_line_retainage_is_one_document(tryton, subject):
    created = create(subject, subject.document(), retainage=NEGATIVE_LINE, retainage_account=WANTED.contra[0])

    balance = postings(tryton, created.documents)
    assert len(created.documents) == 1
    assert (balance["4030"], balance[WANTED.contra[0]]) == (Decimal("-1000.00"), Decimal("125.06"))


def test_the_due_date_is_ours_even_when_it_has_passed(tryton, subject):
    due = datetime.date(2026, 11, 2)

    created = create(subject, subject.document(due_date=due))

    number = int(created.documents[0].erp_id.partition(",")[2])
    (row,) = tryton.rows("account.invoice", [["id", "=", number]], "payment_term_date")
    assert row["payment_term_date"] == {"__class__": "date", "year": 2026, "month": 11, "day": 2}


def test_a_draft_left_behind_is_finished_and_not_doubled(subject, wire):
    document, adapter = subject.document(), subject.make(url=wire.url)

    with wire.broken(Fault(passes_on=False), method("post")), pytest.raises(PartlyDone) as partly:
        adapter.create(adapter.render(document), "k")

    left = subject.make().find(document.reference)
    assert isinstance(partly.value.cause, Unknown)
    assert (left.unfinished, [one.posted for one in left.documents]) == ("post", [False, False])
    finished = subject.make().finish(partly.value.erp_id, partly.value.step)
    assert all(one.posted and one.number for one in finished.documents)
    assert subject.make().find(document.reference) == Found(finished.documents)
    assert [one.erp_id for one in finished.documents] == [one.erp_id for one in left.documents]
    assert subject.make().finish(partly.value.erp_id, "post") == finished


def test_a_post_whose_answer_was_lost_has_nothing_left_to_finish(subject, wire):
    document, adapter = subject.document(), subject.make(url=wire.url)

    with wire.broken(Fault(passes_on=True), method("post")), pytest.raises(PartlyDone):
        adapter.create(adapter.render(document), "k")

    assert subject.make().find(document.reference).unfinished == ""


def test_what_went_wrong_before_the_create_was_never_sent(subject, wire):
    document, adapter = subject.document(), subject.make(url=wire.url)
    reading = lambda request: b"search_read" in request  # noqa: E731

    with wire.broken(Fault(True, answer("500 Oops")), reading), pytest.raises(NotSent):
        adapter.create(adapter.render(document), "k")


def test_a_closed_period_is_told_and_leaves_nothing_behind(subject, closed_october):
    problem = refusal(subject, subject.document())

    assert (problem.code, problem.params) == ("PERIOD_CLOSED", {"period": "Oct 2026"})


def test_a_period_whose_journals_were_forgotten_is_still_closed(subject, closed_october):
    closed_october.open()
    create(subject, subject.document())
    closed_october.close()
    closed_october.open_without_its_journals()

    assert refusal(subject, subject.document()).code == "PERIOD_CLOSED"


def test_a_period_closed_between_create_and_post_explains_the_draft(subject, wire, closed_october):
    closed_october.open()
    document, adapter = subject.document(), subject.make(url=wire.url)
    with wire.broken(Fault(passes_on=False), method("post")), pytest.raises(PartlyDone) as partly:
        adapter.create(adapter.render(document), "k")
    closed_october.close()

    with pytest.raises(PartlyDone) as refused:
        subject.make().finish(partly.value.erp_id, "post")

    assert refused.value.code == "PERIOD_CLOSED"
    closed_october.open()
    assert all(one.posted for one in subject.make().finish(partly.value.erp_id, "post").documents)


def test_a_date_before_the_last_numbered_one_is_told(subject):
    later = create(subject, subject.document(billing_date=datetime.date(2026, 9, 30))).documents[0]

    problem = refusal(subject, subject.document(billing_date=datetime.date(2026, 9, 29)))

    assert (problem.code, problem.params["date"]) == ("DATE_ORDER", "30 Sep 2026")
    assert problem.params["number"].startswith("2026-09-")
    assert later.number.startswith("2026-09-")


def test_a_date_ahead_of_time_waits_unless_the_company_allows_it(subject):
    ahead = datetime.date.today() + datetime.timedelta(days=1)

    problem = refusal(subject, subject.document(billing_date=ahead), future_dates="refuse")

    assert problem.code == "FUTURE_DATE"


UNKNOWN = [(Mappings("C-404"), "CUSTOMER_UNKNOWN"), (Mappings("C-1001", accounts={"03-300": "9"}), "ACCOUNT_UNKNOWN")]


@pytest.mark.parametrize(("mappings", "code"), UNKNOWN)
def test_codes_that_tryton_does_not_have_are_told(subject, mappings, code):
    assert refusal(subject, subject.document(mappings=mappings)).code == code


def test_a_customer_that_was_put_away_is_told(tryton, subject):
    (party,) = tryton.rows("party.party", [["code", "=", "C-0901"]], "name")
    tryton.call("party.party.write", [party["id"]], {"active": False})

    problem = refusal(subject, subject.document(mappings=Mappings("C-0901")))

    shown = subject.make().list_codes(CUSTOMER, search="C-0901").codes
    tryton.call("party.party.write", [party["id"]], {"active": True})
    assert (problem.code, [one.is_active for one in shown]) == ("CUSTOMER_CLOSED", [False])


def test_a_sign_in_that_has_to_wait_is_told(subject, wire):
    """Said by the wire: to bring Tryton to it takes a minute of wrong passwords, and then it says it to everybody."""
    login = lambda request: b"common.db.login" in request  # noqa: E731

    with wire.broken(Fault(False, answer("429 Too Many Requests")), login), pytest.raises(Throttled) as told:
        subject.make(url=wire.url).check_connection()

    assert (told.value.code, told.value.retry_after) == ("LOGIN_LOCKED", None)


def test_a_database_that_is_not_there_is_told(subject):
    with pytest.raises(Refused) as told:
        subject.make(database="elsewhere").check_connection()

    assert told.value.code == "DATABASE_UNKNOWN"


def test_a_document_is_read_by_the_number_a_person_types_and_gone_once_cancelled(tryton, subject):
    created = create(subject, subject.document()).documents[0]
    record = int(created.erp_id.partition(",")[2])

    assert subject.make().read(created.number) == created
    assert subject.make().read(str(record)) is None
    tryton.call("company.company.write", [1], {"cancel_invoice_out": True})
    tryton.call("account.invoice.cancel", [record])
    assert subject.make().read(created.erp_id) is None
