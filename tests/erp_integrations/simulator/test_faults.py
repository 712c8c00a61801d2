"""Each way to misbehave: what the caller sees, and what stands in the ledger afterwards."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.erp_integrations.simulators import ROOT, TOKEN, invoice

SEEN_AND_STORED = [
    ("refuse", 422, 0),
    ("error_before_store", 500, 0),
    ("error_after_store", 500, 1),
    ("throttle", 429, 0),
    ("auth_failed", 401, 0),
    ("unavailable", 503, 0),
    ("garbage", 200, 1),
    ("huge_body", 201, 1),
    ("redirect", 307, 0),
    ("duplicate", 409, 1),
    ("truncate_amount", 201, 1),
    ("move_date", 201, 1),
    ("late_visible", 504, 1),
    ("lookup_fails", 504, 1),
    ("two_matches", 504, 1),
    ("slow", 201, 1),
]


@pytest.mark.parametrize(("mode", "status", "stored"), SEEN_AND_STORED)
def test_what_the_caller_sees_and_the_ledger_holds(simulator, mode, status, stored):
    simulator.misbehave(mode, delay_s=0.05)

    answer = simulator.create()

    assert (answer.status, len(simulator.ledger())) == (status, stored)


@pytest.mark.parametrize("mode", ["drop_after_store", "hang_after_store", "kill_caller"])
def test_the_answer_is_lost_and_the_document_is_not(simulator, mode):
    simulator.misbehave(mode, delay_s=0.05)

    with pytest.raises(ConnectionResetError):
        simulator.create()

    assert len(simulator.ledger()) == 1


def test_a_fault_lasts_as_many_times_as_told_and_then_the_erp_is_well(simulator):
    simulator.misbehave("unavailable", times=2)

    statuses = [simulator.create().status for _ in range(4)]

    assert statuses == [503, 503, 201, 200]
    assert simulator.send("GET", "/faults").json() == {"faults": []}


def test_delete_heals(simulator):
    simulator.misbehave("unavailable")

    simulator.send("DELETE", "/faults")

    assert simulator.create().status == 201


def test_several_faults_at_once(simulator):
    both = [{"mode": "error_after_store", "times": 1}, {"mode": "lookup_fails", "times": 1}]
    simulator.send("PUT", "/faults", both)

    create = simulator.create()
    lookups = [simulator.ask("GET", "/invoices?reference=OI-AAAAAAAAAA").status for _ in range(2)]

    assert (create.status, lookups) == (500, [500, 200])


def test_slow_drip_takes_its_time(simulator):
    simulator.misbehave("slow_drip", delay_s=0.3)

    started = time.monotonic()
    answer = simulator.create()

    assert answer.status == 201
    assert time.monotonic() - started >= 0.3


def test_throttle_and_unavailable_say_when_to_come_back(simulator):
    simulator.misbehave("throttle", delay_s=7)
    throttled = simulator.create()
    simulator.misbehave("unavailable", delay_s=9)
    unavailable = simulator.create()

    assert [answer.headers["Retry-After"] for answer in (throttled, unavailable)] == ["7", "9"]


def test_a_follower_of_the_redirect_would_book(simulator):
    simulator.misbehave("redirect")
    location = simulator.create().headers["Location"]

    followed = simulator.ask("POST", location, '{"reference": "OI-X"}')

    assert followed.status == 422
    assert simulator.ledger() == []


def test_the_books_differ_from_what_was_sent(simulator):
    simulator.misbehave("truncate_amount", times=1)
    truncated = simulator.create().json()
    simulator.misbehave("truncate_amount", times=1)
    whole = [{"amount": "700.00"}]
    no_cents = simulator.create(reference="OI-B", number="PC-2", lines=whole, total="700.00").json()
    simulator.misbehave("move_date", times=1)
    moved = simulator.create(reference="OI-C", number="PC-3").json()

    simulator.misbehave("move_date", times=1)
    last = simulator.create(reference="OI-D", number="PC-4", date="9999-12-31").json()

    assert [truncated["total"], no_cents["total"], moved["date"]] == ["720.00", "699.00", "2026-11-01"]
    assert last["date"] == "9999-12-30"


def test_late_visible_hides_the_document_from_look_ups_only(simulator):
    simulator.misbehave("late_visible", times=1, delay_s=0.2)
    simulator.create()

    at_once = simulator.find("OI-AAAAAAAAAA")
    deadline = time.monotonic() + 5
    while not (later := simulator.find("OI-AAAAAAAAAA")) and time.monotonic() < deadline:
        time.sleep(0.01)

    assert (at_once, [one["reference"] for one in later]) == ([], ["OI-AAAAAAAAAA"])
    assert len(simulator.ledger()) == 1


def test_two_matches_are_found_and_one_is_in_the_books(simulator):
    simulator.misbehave("two_matches")
    simulator.create()

    found = simulator.find("OI-AAAAAAAAAA")

    assert [one["number"] for one in found] == ["AR-100001", "AR-100001-B"]
    assert len(simulator.ledger()) == 1


def test_lookup_fails(simulator):
    simulator.misbehave("lookup_fails", times=1)
    simulator.create()

    answers = [simulator.ask("GET", "/invoices?reference=OI-AAAAAAAAAA") for _ in range(2)]

    assert [one.status for one in answers] == [500, 200]


CALLER = """
import http.client, os, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
headers = {"Authorization": "Bearer " + sys.argv[2], "X-Caller-Pid": sys.argv[4] or str(os.getpid())}
connection.request("POST", "/invoices", sys.argv[3], headers)
connection.getresponse()
"""


def call(simulator, pid=""):
    port = simulator.url.rpartition(":")[2]
    command = (sys.executable, "-c", CALLER, port, TOKEN, json.dumps(invoice()), pid)
    return subprocess.run(command, cwd=ROOT, timeout=10, stderr=subprocess.DEVNULL, check=False)


def test_kill_caller_kills_the_process_that_called(simulator):
    simulator.misbehave("kill_caller", times=1)

    called = call(simulator)

    assert called.returncode == -signal.SIGKILL
    assert len(simulator.ledger()) == 1


@pytest.mark.parametrize(
    "pid", [str(os.getpid()), "1", "0", "-1", "9" * 30, "x"], ids=["its parent", "1", "0", "-1", "huge", "x"]
)
def test_kill_caller_kills_nobody_else(simulator, pid):
    """The caller names a process that is not its own, this test's first of all."""
    simulator.misbehave("kill_caller", times=1)

    called = call(simulator, pid)

    assert called.returncode == 1
    assert len(simulator.ledger()) == 1


REFUSED = [
    "{",
    "[" * 100_000,
    "[7]",
    '"refuse"',
    "{}",
    '{"mode": "nope"}',
    '{"mode": ["refuse"]}',
    '{"mode": "refuse", "times": 0}',
    '{"mode": "refuse", "times": 1.5}',
    '{"mode": "refuse", "times": true}',
    '{"mode": "refuse", "times": "3"}',
    '{"mode": "slow", "delay_s": -1}',
    '{"mode": "slow", "delay_s": NaN}',
    '{"mode": "slow", "delay_s": 1e999}',
    '{"mode": "slow", "delay_s": "1"}',
    b"\xff",
]


@pytest.mark.parametrize("body", REFUSED, ids=range(len(REFUSED)))
def test_nonsense_switches_nothing(simulator, body):
    answer = simulator.send("PUT", "/faults", body)

    assert answer.status == 400
    assert simulator.send("GET", "/faults").json() == {"faults": []}


def test_what_was_asked_is_on_record_without_the_token(simulator):
    simulator.misbehave("error_after_store", times=1)
    simulator.ask("POST", "/invoices", "{}", Idempotency_Key="k1", X_Request_Id="trace-1")
    simulator.create(key="k2")
    simulator.find("OI-AAAAAAAAAA")

    asked = simulator.send("GET", "/requests")

    shown = [(one["method"], one["path"], one["query"], one["key"], one["status"]) for one in asked.json()]
    assert shown == [
        ("POST", "/invoices", {}, "k1", 422),
        ("POST", "/invoices", {}, "k2", 500),
        ("GET", "/invoices", {"reference": "OI-AAAAAAAAAA"}, "", 200),
    ]
    assert asked.json()[0]["trace"] == "trace-1"
    assert TOKEN not in asked.text()


RAW = [
    b"GET / HTTP/9.9\r\n\r\n",
    b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /?a=%ff&b=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /faults HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /faults HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /faults HTTP/1.1\r\nHost: x\r\nContent-Length: \xb2\r\n\r\n",
    b"PUT /faults HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /behaviour HTTP/1.1\r\nHost: x\r\nOrigin: http://[\r\nContent-Length: 0\r\n\r\n",
    b"HEAD /ledger HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
]


@pytest.mark.parametrize("message", RAW, ids=range(len(RAW)))
def test_no_bytes_break_it(simulator, message):
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(message)
        raw.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: raw.recv(65536), b""))

    status = int(answer.split(None, 2)[1]) if answer.startswith(b"HTTP/") else 400
    assert status in (200, 400, 403, 404, 405, 411, 413, 505)
    assert simulator.send("GET", "/health").status == 200


def test_keep_alive_serves_many_requests_on_one_connection(simulator):
    connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=5)
    for _ in range(3):
        connection.request("GET", "/health")
        assert connection.getresponse().read() == b'{"ready": true, "documents": 0}\n'
    connection.close()
