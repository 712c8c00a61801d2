"""The guarded client against a socket that says what it is told to: rules, clocks, caps, and what a status means."""

import datetime
import gzip
import os
import time
import zlib
from decimal import Decimal

import pytest
import time_machine

from erp_integrations.adapters.base import (
    AuthFailed,
    Connection,
    Deadlines,
    Duplicate,
    NotSent,
    OutboundRules,
    Refused,
    Throttled,
    Unknown,
)
from erp_integrations.adapters.http import HttpClient
from erp_integrations.adapters.http.reply import retry_after_of
from tests.erp_integrations.adapters.wire import Fault, Wire, answer, anything

LOOPBACK = OutboundRules(http_hosts=("127.0.0.1",), private_hosts=("127.0.0.1",))
HURRIED = Deadlines(connect_s=0.3, read_s=0.3, total_s=0.5)


@pytest.fixture
def server():
    """`server.says = …` is sent to whoever asks; `server.requests` keeps what they sent."""
    wire = Wire("http://127.0.0.1:1", strikes=anything)
    yield wire
    wire.close()


def client(server, **more):
    given = {"rules": LOOPBACK, "deadlines": Deadlines()} | more
    return HttpClient(Connection(settings={}, **given), server.url)


def ask(server, says, method="GET", path="/x", **more):
    server.fault = says if isinstance(says, Fault) else Fault(passes_on=False, says=says)
    request = {name: more.pop(name) for name in ("query", "body", "headers") if name in more}
    return client(server, **more).request(method, path, **request)


# What goes out


def test_the_request_is_what_was_asked_for_and_no_more(server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    ask(server, answer("200 OK"), "POST", "/a%2Fb", query={"q": "ü&"}, body='{"ä":1}', trace_id="trace-1")

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    request_line, *headers = head.split(b"\r\n")
    assert (request_line, body) == (b"POST /a%2Fb?q=%C3%BC%26 HTTP/1.1", '{"ä":1}'.encode())
    assert sorted(headers) == [
        b"Accept-Encoding: identity",
        b"Accept: application/json",
        b"Connection: close",
        b"Content-Length: 8",
        b"Content-Type: application/json",
        b"Host: " + server.url.removeprefix("http://").encode(),
        b"User-Agent: Tieout",
        b"X-Request-Id: trace-1",
    ]


def test_our_process_is_named_only_where_the_deployment_asks_for_it(server):
    rules = OutboundRules(http_hosts=("127.0.0.1",), private_hosts=("127.0.0.1",), tells_caller=True)

    ask(server, answer("200 OK"), rules=rules)

    assert f"X-Caller-Pid: {os.getpid()}".encode() in server.requests[0]


def test_cookies_are_neither_kept_nor_sent(server):
    speaker = client(server)
    server.fault = Fault(passes_on=False, says=answer("200 OK", b"{}", b"Set-Cookie: session=1; Path=/"))

    speaker.request("GET", "/x")
    speaker.request("GET", "/x")

    assert b"ookie" not in server.requests[1]


@pytest.mark.parametrize("secret", ["tok\nen", "tok\r\nX-Evil: 1"])
def test_a_header_cannot_smuggle_another(server, secret):
    with pytest.raises(NotSent):
        ask(server, answer("200 OK"), headers={"Authorization": secret})

    assert server.requests == []


def test_a_sign_in_that_cannot_be_written_is_a_wrong_sign_in(server):
    with pytest.raises(AuthFailed):
        ask(server, answer("200 OK"), headers={"Authorization": "Bearer “quoted”"})

    assert server.requests == []


# What each answer means

MEANINGS = [
    ("301", Refused, "REDIRECTED"),
    ("302", Refused, "REDIRECTED"),
    ("304", Refused, "REDIRECTED"),
    ("307", Refused, "REDIRECTED"),
    ("400", Refused, "UNKNOWN"),
    ("401", AuthFailed, "AUTH_EXPIRED"),
    ("403", AuthFailed, "AUTH_EXPIRED"),
    ("404", Refused, "UNKNOWN"),
    ("408", Unknown, "ERP_FAULT"),
    ("409", Duplicate, "DUPLICATE_NUMBER"),
    ("410", Refused, "UNKNOWN"),
    ("413", Refused, "UNKNOWN"),
    ("422", Refused, "UNKNOWN"),
    ("429", Throttled, "RATE_LIMIT"),
    ("500", Unknown, "ERP_FAULT"),
    ("502", Unknown, "ERP_FAULT"),
    ("503", Throttled, "RATE_LIMIT"),
    ("504", Unknown, "ERP_FAULT"),
    ("599", Unknown, "ERP_FAULT"),
]


@pytest.mark.parametrize(("status", "error", "code"), MEANINGS)
def test_each_status_has_one_meaning(server, status, error, code):
    reply = ask(server, answer(f"{status} Told", b"because" if status != "304" else b""))

    with pytest.raises(error) as told:
        reply.check()

    assert (type(told.value), told.value.code, told.value.http_status) == (error, code, int(status))
    assert status == "304" or "because" in told.value.technical


def test_a_success_is_read_with_exact_figures(server):
    reply = ask(server, answer("201 Created", b'{"total": 0.1, "big": 12345678901234567890.01}'))

    reply.check()
    assert reply.json() == {"total": Decimal("0.1"), "big": Decimal("12345678901234567890.01")}


def test_redirects_are_not_followed(server):
    reply = ask(server, answer("302 Found", b"", b"Location: " + server.url.encode() + b"/elsewhere"))

    assert reply.status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b'{"a":', b"[" * 100_000])
def test_a_success_that_cannot_be_read_is_unknown(server, body):
    reply = ask(server, answer("200 OK", body))

    with pytest.raises(Unknown) as told:
        reply.json()

    assert told.value.code == "UNREADABLE"


RETRY_AFTER = [
    ("5", 5.0),
    (" 0 ", 0.0),
    ("99999999", 3_600.0),
    ("9" * 400, 3_600.0),
    ("Fri, 30 Oct 2026 12:00:30 GMT", 30.0),
    ("Fri, 30 Oct 2026 11:00:00 GMT", 0.0),
    ("Fri, 30 Oct 2099 12:00:00 GMT", 3_600.0),
    ("", None),
    ("soon", None),
    ("-5", None),
    ("1.5", None),
    ("٣", None),
]


@pytest.mark.parametrize(("text", "seconds"), RETRY_AFTER)
def test_retry_after_is_respected_within_reason(text, seconds):
    with time_machine.travel(datetime.datetime(2026, 10, 30, 12, tzinfo=datetime.UTC), tick=False):
        told = retry_after_of(text)

    assert Throttled(retry_after=told).retry_after == seconds


# Whether anything went out


def test_nobody_listening_is_not_sent(server):
    server.close()

    with pytest.raises(NotSent) as told:
        ask(server, None)

    assert told.value.code == "UNREACHABLE"


LOST = [
    ("at once", Fault(passes_on=False), "CONNECTION_LOST"),
    ("in the headers", Fault(passes_on=False, says=b"HTTP/1.1 200 OK\r\nContent-Le"), None),
    ("in the body", Fault(passes_on=False, says=answer("200 OK", b"12345")[:-2]), "CONNECTION_LOST"),
    ("in a chunk", Fault(False, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n12"), "CONNECTION_LOST"),
    ("not http", Fault(passes_on=False, says=b"SSH-2.0-OpenSSH\r\n"), "CONNECTION_LOST"),
    ("bad chunk", Fault(False, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "CONNECTION_LOST"),
    ("endless headers", Fault(False, b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000), "CONNECTION_LOST"),
    ("silence", Fault(passes_on=False, silent_s=5), "TIMEOUT"),
]


@pytest.mark.parametrize(("fault", "code"), [one[1:] for one in LOST], ids=[one[0] for one in LOST])
def test_an_answer_that_did_not_come_whole_is_unknown(server, fault, code):
    with pytest.raises(Unknown) as told:
        ask(server, fault, "POST", body="{}", deadlines=HURRIED).json()

    assert code is None or told.value.code == code


DRIPS = {
    "headers": b"HTTP/1.1 200 OK\r\nX-Slow: " + b"1" * 1_000,
    "body": answer("200 OK", b'"' + b"1" * 1_000),
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n1\r\n" * 500,
}


@pytest.mark.parametrize("says", DRIPS.values(), ids=DRIPS)
def test_a_slow_drip_is_cut_by_the_total_deadline(server, says):
    started = time.monotonic()

    with pytest.raises(Unknown) as told:
        ask(server, Fault(passes_on=False, says=says, drip_s=0.005), deadlines=HURRIED)

    assert told.value.code == "TIMEOUT"
    assert HURRIED.total_s <= time.monotonic() - started < HURRIED.total_s + 1


def test_the_total_deadline_covers_all_requests_of_one_attempt(server):
    speaker = client(server, deadlines=HURRIED)
    server.fault = Fault(passes_on=False, says=DRIPS["body"], drip_s=0.005)
    with pytest.raises(Unknown):
        speaker.request("GET", "/x")

    with pytest.raises(NotSent):
        speaker.request("POST", "/x", body="{}")

    assert len(server.requests) == 1


# How much is read


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
def test_a_huge_body_is_not_read_to_its_end(server, status):
    with pytest.raises(Unknown) as told:
        ask(server, answer(status, b"1" * 5_000_000))

    assert told.value.code == "UNREADABLE"


def test_a_body_as_large_as_the_cap_is_read(server):
    assert len(ask(server, answer("200 OK", b"1" * 1_000_000)).body) == 1_000_000


PACKED = {"gzip": gzip.compress, "deflate": zlib.compress}


@pytest.mark.parametrize("encoding", PACKED)
def test_packed_answers_are_read(server, encoding):
    body = PACKED[encoding](b'{"packed": true}')

    reply = ask(server, answer("200 OK", body, b"Content-Encoding: " + encoding.encode()))

    assert reply.json() == {"packed": True}


@pytest.mark.parametrize(
    "body", [gzip.compress(b"1" * 50_000_000), gzip.compress(b"{}")[:-9], b"nonsense"], ids=["bomb", "cut", "nonsense"]
)
def test_packed_nonsense_is_unknown(server, body):
    with pytest.raises(Unknown) as told:
        ask(server, answer("200 OK", body, b"Content-Encoding: gzip"))

    assert told.value.code == "UNREADABLE"


# What is kept


def test_our_secrets_are_taken_out_of_what_the_erp_sends_back(server):
    reply = ask(server, answer("400 Bad", b"token canary-1 refused\0"), credentials={"token": "canary-1", "empty": ""})

    assert reply.excerpt == "token [secret] refused"
    assert "canary-1" not in repr(reply)
    assert len(ask(server, answer("400 Bad", b"x" * 9_000)).error().technical) <= 2_000
