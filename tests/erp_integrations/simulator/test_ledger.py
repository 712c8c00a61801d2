"""The books outlive the process, and can be filled with what Tieout knows already."""

import json
import subprocess
import sys
import time

import pytest

from tests.erp_integrations.simulators import ROOT, invoice, start


def standing(simulator):
    return [(one["id"], one["number"], one["reference"], one["total"]) for one in simulator.ledger()]


@pytest.fixture
def restarted(tmp_path):
    """`restarted()` starts the ERP on the same file, ending the one before; options go on the command line."""
    running = []

    def again(*options):
        if running:
            running[-1].end()
        running.append(start(tmp_path / "books" / "ledger.jsonl", *options))
        return running[-1]

    yield again
    running[-1].end()


def test_it_starts_in_half_a_second(restarted):
    started = time.monotonic()

    simulator = restarted()

    assert simulator.send("GET", "/health").json() == {"ready": True, "documents": 0}
    assert time.monotonic() - started < 2  # half a second on an idle machine


def test_the_books_are_the_same_after_a_restart(restarted):
    simulator = restarted()
    simulator.create(key="k1")
    removed = simulator.create(key="k2", reference="OI-B", number="PC-2").json()
    simulator.ask("DELETE", f"/invoices/{removed['id']}")
    simulator.send("PUT", "/periods/2026-09", {"open": False})
    simulator.send("POST", "/customers", {"code": "D-1", "name": "Added"})
    before = standing(simulator)

    simulator = restarted()

    assert standing(simulator) == before
    assert simulator.create(key="k1").status == 200
    assert simulator.create(reference="OI-C", number="PC-3", customer="D-1").json()["number"] == "AR-100003"
    assert simulator.ask("GET", "/periods").json() == {"closed": ["2026-09"]}


def test_what_was_answered_survives_kill_9(restarted):
    simulator = restarted()
    simulator.create(key="k1")
    before = standing(simulator)
    simulator.end(subprocess.Popen.kill)

    simulator = restarted()

    assert standing(simulator) == before


def test_a_last_line_cut_short_is_cut_off(restarted, tmp_path):
    restarted().create(key="k1")
    ledger = tmp_path / "books" / "ledger.jsonl"
    with ledger.open("ab") as file:
        file.write(b'{"event": "document", "id": "ha')

    simulator = restarted()
    simulator.create(key="k2", reference="OI-B", number="PC-2")

    assert [one["key"] for one in simulator.ledger()] == ["k1", "k2"]
    assert [json.loads(line)["key"] for line in ledger.read_text().splitlines()] == ["k1", "k2"]


def test_nothing_is_ever_taken_out_of_the_file(restarted, tmp_path):
    simulator = restarted()
    created = simulator.create().json()
    simulator.ask("DELETE", f"/invoices/{created['id']}")
    simulator.send("DELETE", "/ledger")

    lines = (tmp_path / "books" / "ledger.jsonl").read_text().splitlines()

    assert [json.loads(line)["event"] for line in lines] == ["document", "removed", "emptied"]
    assert simulator.ledger() == []


def seeds(count=200):
    return [
        invoice(reference=f"OI-{n:010}", number=f"PC-{n}", erp_number=f"AR-{90_000 + n}", company="harborvine")
        | {"id": f"seed-{n}", "received_at": "2026-09-30T17:00:00+02:00"}
        for n in range(count)
    ]


def test_seeding_puts_documents_in_the_books_as_they_are(simulator):
    answer = simulator.send("POST", "/ledger", seeds(2))

    listed = simulator.ledger()
    shown = [(one["id"], one["number"], one["invoice_number"], one["company"], one["received_at"]) for one in listed]
    assert shown == [
        ("seed-0", "AR-90000", "PC-0", "harborvine", "2026-09-30T15:00:00.000+00:00"),
        ("seed-1", "AR-90001", "PC-1", "harborvine", "2026-09-30T15:00:00.000+00:00"),
    ]
    assert [one["url"] for one in answer.json()] == ["/documents/seed-0", "/documents/seed-1"]


def test_seeding_again_changes_nothing(simulator):
    first = simulator.send("POST", "/ledger", seeds(200)).json()

    again = simulator.send("POST", "/ledger", seeds(200)).json()

    assert again == first
    assert len(simulator.ledger()) == 200


def test_a_seeded_document_stands_as_its_create_would_have_left_it(simulator):
    seed = invoice() | {"id": "seed-0", "key": "k1", "company": "", "received_at": "2026-09-30T17:00:00Z"}
    simulator.send("POST", "/ledger", [seed])

    again = simulator.create(key="k1")

    assert (again.status, again.json()["id"], again.json()["key"]) == (200, "seed-0", "k1")


def test_a_seed_without_number_gets_the_next_one(simulator):
    simulator.send("POST", "/ledger", [invoice(reference="OI-A", erp_number="AR-100500")])

    answer = simulator.send("POST", "/ledger", [invoice(reference="OI-B"), invoice(reference="OI-C")])

    assert [one["number"] for one in answer.json()] == ["AR-100501", "AR-100502"]


@pytest.mark.parametrize(
    "bad",
    [
        {"total": "1.00"},
        {"received_at": "yesterday"},
        {"id": 7},
        {"id": "a/b"},
        {"received_at": "0001-01-01T00:00:00+14:00"},
        {"id": "seed-0"},
    ],
)
def test_one_bad_seed_stores_none(simulator, bad):
    answer = simulator.send(
        "POST", "/ledger", [invoice(reference="OI-A", id="seed-0"), invoice(reference="OI-B") | bad]
    )

    assert answer.status in (400, 409, 422)
    assert simulator.ledger() == []


def test_a_seed_file_at_start_stands_once(restarted, tmp_path):
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(seeds(3)))

    restarted("--seed", str(file))
    simulator = restarted("--seed", str(file))

    assert [one["id"] for one in simulator.ledger()] == ["seed-0", "seed-1", "seed-2"]


def test_a_seed_file_that_cannot_be_used_says_so(tmp_path):
    command = (sys.executable, "-m", "erp_integrations.simulator", "--port", "0", "--ledger", str(tmp_path / "l"))

    ended = subprocess.run((*command, "--seed", "/nowhere"), cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith("The seed file /nowhere cannot be used:")
