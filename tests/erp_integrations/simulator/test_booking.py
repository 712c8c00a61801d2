"""What one more create request does, in each personality, and what is refused."""

import pytest

from tests.erp_integrations.simulators import invoice


def ids(documents):
    return [document["id"] for document in documents]


def test_a_document_has_everything_that_the_ledger_shows(simulator):
    simulator.create(key="k1")

    listed = simulator.ledger()

    shown = {
        name: listed[0][name] for name in ("number", "reference", "key", "total", "date", "posted", "invoice_number")
    }
    assert shown == {
        "number": "AR-100001",
        "reference": "OI-AAAAAAAAAA",
        "key": "k1",
        "total": "720.45",
        "date": "2026-10-31",
        "posted": True,
        "invoice_number": "PC-001-4",
    }
    assert [line["amount"] for line in listed[0]["lines"]] == ["1000.50", "-200.00"]


def test_with_keys_the_same_key_and_the_same_reference_answer_the_same_document(simulator):
    first = simulator.create(key="k1")

    again, by_reference = simulator.create(key="k1"), simulator.create(key="k2")

    assert (first.status, again.status, by_reference.status) == (201, 200, 200)
    assert ids(simulator.ledger()) == [first.json()["id"]] == [again.json()["id"]]
    assert by_reference.json()["id"] == first.json()["id"]


def test_a_key_cannot_be_used_for_another_request(simulator):
    simulator.create(key="k1")

    answer = simulator.create(key="k1", reference="OI-BBBBBBBBBB", number="PC-001-5")

    assert (answer.status, answer.error_code) == (422, "key_reused")
    assert len(simulator.ledger()) == 1


def test_another_document_under_a_known_reference_is_a_duplicate(simulator):
    first = simulator.create(key="k1").json()

    answer = simulator.create(key="k2", date="2026-10-30")

    assert (answer.status, answer.error_code) == (409, "duplicate_reference")
    assert ids(answer.json()["error"]["existing"]) == [first["id"]]


def test_a_number_that_is_taken_is_a_duplicate_unless_it_is_another_company_s(simulator):
    first = simulator.create().json()

    same = simulator.create(reference="OI-BBBBBBBBBB")
    elsewhere = simulator.ask("POST", "/invoices", invoice(reference="OI-BBBBBBBBBB"), X_Company="northline")

    assert (same.status, same.error_code) == (409, "duplicate_number")
    assert ids(same.json()["error"]["existing"]) == [first["id"]]
    assert elsewhere.status == 201


def test_a_refusal_is_not_remembered_by_key(simulator):
    simulator.misbehave("refuse", times=1)

    refused, accepted = simulator.create(key="k1"), simulator.create(key="k1")

    assert (refused.status, refused.error_code, accepted.status) == (422, "period_closed", 201)


def test_a_removed_document_may_be_booked_again(simulator):
    first = simulator.create(key="k1").json()
    simulator.ask("DELETE", f"/invoices/{first['id']}")

    again = simulator.create(key="k1")

    assert (again.status, ids(simulator.ledger())) == (201, [again.json()["id"]])
    assert again.json()["number"] == "AR-100002"


def test_upsert_overwrites_by_reference(running_simulators):
    simulator = running_simulators("upsert")
    first = simulator.create(key="k1").json()

    second = simulator.create(key="k2", date="2026-11-30").json()

    assert (second["id"], second["number"]) == (first["id"], first["number"])
    assert [one["date"] for one in simulator.ledger()] == ["2026-11-30"]


@pytest.mark.parametrize("personality", ["lookup", "nothing"])
def test_without_key_and_upsert_asking_twice_books_twice(running_simulators, personality):
    simulator = running_simulators(personality)

    simulator.create(key="k1")
    simulator.create(key="k1")

    assert len(simulator.ledger()) == 2


@pytest.mark.parametrize("personality", ["key", "upsert", "lookup"])
def test_the_reference_can_be_searched_for(running_simulators, personality):
    simulator = running_simulators(personality)
    created = simulator.create().json()

    assert simulator.find("OI-AAAAAAAAAA") == [created]
    assert simulator.find("OI-ZZZZZZZZZZ") == []


def test_an_erp_that_offers_nothing_cannot_be_searched(running_simulators):
    simulator = running_simulators("nothing")

    answer = simulator.ask("GET", "/invoices?reference=OI-AAAAAAAAAA")

    assert (answer.status, answer.error_code) == (404, "lookup_not_offered")


def test_a_document_is_read_by_id_or_by_the_erp_s_number_within_its_company(simulator):
    created = simulator.create().json()

    by_id, by_number = (simulator.ask("GET", f"/invoices/{name}").json() for name in (created["id"], "AR-100001"))
    elsewhere = simulator.ask("GET", f"/invoices/{created['id']}", X_Company="northline")

    assert by_id == by_number == simulator.ledger()[0]
    assert (elsewhere.status, elsewhere.error_code) == (404, "not_found")


def test_a_closed_period_takes_nothing_until_it_is_opened(simulator):
    simulator.send("PUT", "/periods/2026-10", {"open": False})
    refused = simulator.create(key="k1")

    simulator.send("PUT", "/periods/2026-10", {"open": True})
    accepted = simulator.create(key="k1")

    assert (refused.status, refused.json()["error"]["period"]) == (422, "2026-10")
    assert accepted.status == 201


REFUSED = [
    ({"reference": ""}, "field_required", "reference"),
    ({"reference": "x" * 41}, "text_too_long", "reference"),
    ({"reference": "a b"}, "field_invalid", "reference"),
    ({"reference": 7}, "field_invalid", "reference"),
    ({"number": "x" * 22}, "number_too_long", "number"),
    ({"customer": "C-9999"}, "customer_unknown", "customer"),
    ({"customer": "C-0901"}, "customer_closed", "customer"),
    ({"customer": None}, "field_required", "customer"),
    ({"date": "2026-02-30"}, "date_invalid", "date"),
    ({"date": "31.10.2026"}, "date_invalid", "date"),
    ({"currency": "usd"}, "currency_unknown", "currency"),
    ({"lines": []}, "field_required", "lines"),
    ({"lines": {}}, "field_required", "lines"),
    ({"lines": [7]}, "field_invalid", "lines[0]"),
    ({"lines": [{"amount": "1.00"}] * 5001}, "too_many_lines", "lines"),
    ({"lines": [{"amount": 1.0}]}, "amount_invalid", "lines[0].amount"),
    ({"lines": [{"amount": "1,000.00"}]}, "amount_invalid", "lines[0].amount"),
    ({"lines": [{"amount": "NaN"}]}, "amount_invalid", "lines[0].amount"),
    ({"lines": [{"amount": "１.00"}]}, "amount_invalid", "lines[0].amount"),
    ({"lines": [{"amount": "1.00", "description": "x" * 501}]}, "text_too_long", "lines[0].description"),
    ({"total": "720.450"}, "amount_invalid", "total"),
    ({"total": "720.46"}, "total_mismatch", "total"),
]


@pytest.mark.parametrize(("changes", "code", "field"), REFUSED)
def test_what_cannot_be_booked_is_refused_with_its_field(simulator, changes, code, field):
    answer = simulator.create(**changes)

    error = answer.json()["error"]
    assert (answer.status, error["code"], error["field"]) == (422, code, field)
    assert simulator.ledger() == []


def test_any_text_survives(simulator):
    text = "Béton <b>&amp;</b> \ud800 \0 \u202e 混凝土 🏗"
    lines = [{"item": "1", "description": text, "amount": "720.45", "retainage": "0.00"}]

    simulator.create(lines=lines)

    assert simulator.ledger()[0]["lines"][0]["description"] == text
    page = simulator.send("GET", simulator.ledger()[0]["url"])
    assert page.status == 200
    assert "<b>" not in page.body.decode().split("Lines of")[1].split("<tfoot")[0].replace('<th role="rowheader"', "")


def test_the_api_wants_its_token(simulator):
    answers = [simulator.send("GET", "/customers", Authorization=value) for value in ("", "Bearer x", "Basic eA==")]

    assert [(one.status, one.error_code) for one in answers] == [(401, "sign_in_refused")] * 3


def test_codes_come_in_pages_and_can_be_searched_and_added(simulator):
    known = len(simulator.ask("GET", "/customers").json()["codes"])
    for number in range(60):
        simulator.send("POST", "/customers", {"code": f"D-{number:03}", "name": f"Added owner {number}"})

    first = simulator.ask("GET", "/customers").json()
    second = simulator.ask("GET", f"/customers?after={first['after']}").json()
    searched = simulator.ask("GET", "/customers?search=tidewater").json()

    codes = [one["code"] for one in first["codes"] + second["codes"]]
    assert codes == sorted(codes)
    assert (len(first["codes"]), len(codes), second["after"]) == (50, known + 60, "")
    assert searched["codes"] == [{"code": "C-1001", "name": "Tidewater Development", "active": True}]
    assert simulator.create(customer="D-007").status == 201


@pytest.mark.parametrize("kind", ["customers", "projects", "jobs", "accounts"])
def test_every_list_of_codes_is_there(simulator, kind):
    codes = simulator.ask("GET", f"/{kind}").json()["codes"]

    assert codes
    assert all(set(one) == {"code", "name", "active"} for one in codes)
