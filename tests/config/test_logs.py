import io
import json
import logging

import pytest

from config.logs import logging_settings
from notifications import trace


@pytest.fixture
def lines():
    """What a deployment would write while the test runs, as the objects that stand in its lines."""
    formatter = dict(logging_settings(secrets=["deployment-key"])["formatters"]["line"])
    written = io.StringIO()
    console = logging.StreamHandler(written)
    console.setFormatter(formatter.pop("()")(**formatter))
    logging.getLogger().addHandler(console)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(console)


log = logging.getLogger("tieout.example")


def test_a_line_is_an_object_with_the_trace_of_what_is_being_done(lines):
    trace.begin("abc", task="sweep")
    with trace.during(job=7):
        log.warning("The ERP said %s", "no")

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "The ERP said no",
        "level": "warning",
        "logger": "tieout.example",
        "trace": "abc",
        "task": "sweep",
        "job": 7,
    }


def test_what_begins_next_knows_nothing_of_what_was_before(lines):
    trace.begin("abc", task="sweep")
    trace.hide(["of the first"])
    trace.begin()
    log.warning("of the first")

    assert (lines()[0]["event"], lines()[0].get("task")) == ("of the first", None)
    assert lines()[0]["trace"] not in ("", "abc")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("signed with deployment-key", "signed with [secret]"),
        ("the ERP echoed erp-canary!", "the ERP echoed [secret]!"),
        ("Authorization: Bearer abc.def-123", "Authorization: [secret] [secret]"),
        ("redis://:hunter2@broker:6379/0", "redis://:[secret]@broker:6379/0"),
        ("{'password': 'hunter2', 'name': 'Ana'}", "{'password': '[secret]', 'name': 'Ana'}"),
        ("?api_key=hunter2&page=2", "?api_key=[secret]&page=2"),
        ("Two people of Harbor & Vine", "Two people of Harbor & Vine"),
    ],
)
def test_secrets_are_taken_out(lines, said, written):
    trace.begin()
    trace.hide(["erp-canary"])

    log.warning(said)

    assert lines()[0]["event"] == written


def test_secrets_are_taken_out_of_tracebacks_as_well(lines):
    trace.begin()
    trace.hide(["erp-canary"])
    try:
        raise ValueError("cannot read erp-canary")
    except ValueError:
        log.exception("Failed")

    assert "ValueError: cannot read [secret]" in lines()[0]["exception"]
    assert "erp-canary" not in json.dumps(lines())


@pytest.mark.django_db
def test_a_request_tells_its_trace_and_logs_neither_query_nor_form(client, lines):
    answer = client.get("/signin/?next=/c/harbor/search/%3Fq=Riverside")

    (line,) = [each for each in lines() if each["logger"] == "tieout.requests"]
    assert line["trace"] == answer.headers["X-Request-Id"]
    assert line["event"].startswith("GET /signin/: 200 in ")
    assert "Riverside" not in json.dumps(lines())


@pytest.mark.django_db
def test_machines_that_ask_all_the_time_leave_no_lines(client, lines):
    client.get("/healthz/live")

    assert [each for each in lines() if each["logger"] == "tieout.requests"] == []
