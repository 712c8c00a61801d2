"""The demo ERP's adapter: the conformance suite in each personality, and what is the demo ERP's own."""

import datetime
from decimal import Decimal

import pytest

from erp_integrations.adapters.base import (
    CUSTOMER,
    Ambiguous,
    DocumentLine,
    Duplicate,
    Mappings,
    Problem,
    Refused,
    Unknown,
)
from erp_integrations.adapters.demo import DemoErp, capabilities_of
from tests.erp_integrations.adapters.conformance import AdapterConformance
from tests.erp_integrations.adapters.subject import Subject
from tests.erp_integrations.adapters.wire import Fault, Wire, answer
from tests.erp_integrations.simulators import TOKEN, invoice


def subject_on(simulator, personality="key"):
    settings = {"url": simulator.url, "company": "harborvine", "personality": personality}
    return Subject(DemoErp, settings, {"token": TOKEN}, Mappings("C-1001"))


class TestConformanceWithKeys(AdapterConformance):
    @pytest.fixture
    def subject(self, running_simulators):
        return subject_on(running_simulators("key", emptied=False))


class TestConformanceWithUpsert(AdapterConformance):
    @pytest.fixture
    def subject(self, running_simulators):
        return subject_on(running_simulators("upsert", emptied=False), "upsert")


class TestConformanceWithLookUpOnly(AdapterConformance):
    @pytest.fixture
    def subject(self, running_simulators):
        return subject_on(running_simulators("lookup", emptied=False), "lookup")


class TestConformanceWithNothing(AdapterConformance):
    @pytest.fixture
    def subject(self, running_simulators):
        return subject_on(running_simulators("nothing", emptied=False), "nothing")


@pytest.fixture
def subject(simulator):
    return subject_on(simulator)


def create(subject, document, key="k"):
    adapter = subject.make()
    return adapter.create(adapter.render(document), key)


def test_the_request_is_the_document_in_the_erp_s_words(subject):
    document = subject.document(
        reference="OI-1",
        number="PC-1",
        due_date=datetime.date(2026, 11, 30),
        mappings=Mappings("C-1001", "J-2401", {"03-300": "4030"}),
        lines=(DocumentLine("1", "03-300", "Beton", Decimal("-1000"), Decimal("0.1")),),
    )

    rendered = subject.make().render(document)

    assert rendered.body == (
        '{"currency":"USD","customer":"C-1001","date":"2026-10-31","due_date":"2026-11-30","job":"J-2401",'
        '"lines":[{"account":"4030","amount":"-1000.00","cost_code":"03-300","description":"Beton","item":"1",'
        '"retainage":"0.10"}],"number":"PC-1","reference":"OI-1","total":"-1000.10"}'
    )
    assert [(one.label, one.account, one.amount) for one in rendered.lines] == [
        ("1 Beton", "4030", Decimal("-1000")),
        ("Retainage", "", Decimal("-0.1")),
    ]


def test_the_document_stands_in_the_ledger_under_its_company_with_its_key(subject, simulator):
    document = subject.document()

    created = create(subject, document, "key-1").documents[0]

    (stored,) = simulator.ledger()
    assert (stored["id"], stored["number"]) == (created.erp_id, created.number)
    shown = {name: stored[name] for name in ("reference", "key", "company", "invoice_number", "customer", "total")}
    assert shown == {
        "reference": document.reference,
        "key": "key-1",
        "company": "harborvine",
        "invoice_number": document.number,
        "customer": "C-1001",
        "total": "1125.49",
    }
    assert created.url == f"{simulator.url}/documents/{created.erp_id}"


def test_people_may_have_another_address_than_the_worker(subject, simulator):
    adapter = subject.make(public_url="https://erp.example/books/")

    created = adapter.create(adapter.render(subject.document()), "k").documents[0]

    assert created.url == f"https://erp.example/books/documents/{created.erp_id}"


def test_the_erp_hears_our_trace_id_and_our_process_only_when_told(subject, simulator):
    create(subject, subject.document())

    assert [one["trace"] for one in simulator.send("GET", "/requests").json()] == ["conformance"]


REFUSALS = [
    (
        {"mappings": Mappings("C-404")},
        Problem("CUSTOMER_UNKNOWN", "owner", "There is no customer C-404.", {"code": "C-404"}),
    ),
    (
        {"mappings": Mappings("C-0901")},
        Problem("CUSTOMER_CLOSED", "owner", "Customer C-0901 is closed.", {"code": "C-0901"}),
    ),
    (
        {"number": "9" * 22},
        Problem(
            "NUMBER_TOO_LONG",
            "number",
            "The number has 22 characters. The limit is 21.",
            {"length": "22", "limit": "21"},
        ),
    ),
    (
        {"untaxed_total": Decimal("1.00")},
        Problem(
            "TOTAL_MISMATCH",
            "total",
            "The lines add up to 1125.49, the total says 1.00.",
            {"theirs": "1125.49", "ours": "1.00"},
        ),
    ),
]


@pytest.mark.parametrize(("changes", "problem"), REFUSALS)
def test_a_refusal_comes_in_our_words(subject, changes, problem):
    with pytest.raises(Refused) as refused:
        create(subject, subject.document(**changes))

    assert (refused.value.problems, refused.value.code) == ((problem,), problem.code)
    assert refused.value.technical == problem.message


def test_a_closed_period_is_refused_and_seen_before_sending(subject, simulator):
    simulator.send("PUT", "/periods/2026-10", {"open": False})
    document = subject.document()

    with pytest.raises(Refused) as refused:
        create(subject, document)

    (problem,) = subject.make().preflight(document)
    assert (refused.value.code, refused.value.problems[0].params) == ("PERIOD_CLOSED", {"period": "Oct 2026"})
    assert problem == Problem("PERIOD_CLOSED", "billing_date", params={"period": "Oct 2026"})


def test_preflight_sees_a_customer_that_is_not_there_and_a_number_that_is_taken(subject):
    document = subject.document()
    create(subject, document)

    same = subject.make().preflight(document)
    other = subject.make().preflight(subject.document(number=document.number, mappings=Mappings("C-404")))

    assert same == ()
    assert [one.code for one in other] == ["CUSTOMER_UNKNOWN", "DUPLICATE_NUMBER"]


def test_a_duplicate_brings_what_exists(subject, simulator):
    by_hand = invoice(reference="BY-HAND", number="PC-77", company="harborvine", date="2026-10-02")
    (stored,) = simulator.send("POST", "/ledger", [by_hand]).json()

    with pytest.raises(Duplicate) as duplicate:
        create(subject, subject.document(number="PC-77"))

    (existing,) = duplicate.value.existing
    assert (existing.erp_id, existing.number) == (stored["id"], stored["number"])
    assert (existing.total, existing.date, existing.reference) == (
        Decimal("720.45"),
        datetime.date(2026, 10, 2),
        "BY-HAND",
    )


@pytest.mark.parametrize(("mode", "field"), [("truncate_amount", "total"), ("move_date", "date")])
def test_a_document_that_was_booked_otherwise_reads_as_it_was_booked(subject, simulator, mode, field):
    simulator.misbehave(mode)
    document = subject.document()

    created = create(subject, document).documents[0]

    read = subject.make().read(created.erp_id)
    expected = subject.make().render(document).expected[0]
    assert read == created
    assert getattr(read, field) != getattr(expected, field)


def test_an_answer_about_another_document_is_unknown(subject, simulator):
    other = create(subject, subject.document()).documents[0]
    body = simulator.ask("GET", f"/invoices/{other.erp_id}", X_Company="harborvine").body
    wire = Wire(simulator.url)
    adapter = subject.make(url=wire.url)

    with wire.broken(Fault(True, answer("201 Created", body))), pytest.raises(Unknown):
        adapter.create(adapter.render(subject.document()), "k")
    wire.close()


def test_two_documents_under_one_reference_are_ambiguous(subject, simulator):
    simulator.misbehave("two_matches")
    document = subject.document()
    with pytest.raises(Unknown):
        create(subject, document)

    found = subject.make().find(document.reference)

    assert isinstance(found, Ambiguous)
    assert len(found.documents) == 2


def test_a_document_is_read_by_the_number_a_person_types(subject):
    created = create(subject, subject.document()).documents[0]

    assert subject.make().read(created.number) == created
    assert subject.make().read("../invoices/x?y#z") is None


def test_customers_are_picked_from_the_erp_s_own_list(subject, simulator):
    for number in range(60):
        simulator.send("POST", "/customers", {"code": f"E-{number:03}", "name": f"Estate {number}"})

    first = subject.make().list_codes(CUSTOMER, search="estate")
    second = subject.make().list_codes(CUSTOMER, search="estate", after=first.after)

    assert [one.code for one in first.codes + second.codes] == [f"E-{n:03}" for n in range(60)]
    assert second.after == ""
    closed = subject.make().list_codes(CUSTOMER, search="C-0901").codes
    assert [one.is_active for one in closed] == [False]


def test_personalities_are_capabilities():
    promised = {name: capabilities_of(name) for name in ("key", "upsert", "lookup", "nothing", "mistyped")}

    assert {name: (can.idempotency_key, can.upsert, can.lookup) for name, can in promised.items()} == {
        "key": (True, False, True),
        "upsert": (False, True, True),
        "lookup": (False, False, True),
        "nothing": (False, False, False),
        "mistyped": (False, False, False),
    }


@pytest.mark.parametrize(("written", "seconds"), [("", 0.0), ("30", 30.0), ("soon", 0.0), ("-1", 0.0)])
def test_how_long_a_search_may_lag_is_a_setting(subject, written, seconds):
    assert subject.make(lookup_delay_s=written).capabilities.lookup_delay_s == seconds
