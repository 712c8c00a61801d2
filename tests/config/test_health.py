import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from config import health
from config.laptop.ports import any_free_port
from erp_integrations.models import ErpConnection, SweeperHeartbeat
from notifications.clock import TieoutNow
from tests.erp_integrations.accounting import connected_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def sweeper():
    return SweeperHeartbeat.objects.create(name="sweeper", at=TieoutNow())


@pytest.fixture
def ready(client):
    def ask():
        answer = client.get("/healthz/ready")
        states = {name: part["state"] for name, part in answer.json()["parts"].items()}
        return (
            answer.status_code,
            answer.json()["status"],
            {name: said for name, said in states.items() if said != "ok"},
        )

    return ask


@pytest.fixture
def overdue(erp_address, clock):
    """A company with one export that nobody comes for, and the hour after."""
    company = connected_company(erp_address)
    company.accepted_invoice()
    company.export()
    clock.advance(minutes=60)
    SweeperHeartbeat.objects.update_or_create(name="sweeper", defaults={"at": TieoutNow()})
    return company


@pytest.fixture
def erp_address():
    return f"http://127.0.0.1:{any_free_port()}"


@pytest.fixture
def no_broker(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{any_free_port()}/0"


@pytest.fixture
def no_database(monkeypatch):
    def away(*arguments):
        raise OperationalError("connection to server at 10.0.0.7 failed for user tieout_app")

    monkeypatch.setattr(connection, "cursor", away)


def test_all_is_well(ready, sweeper):
    assert ready() == (200, "ready", {})


def test_a_sweeper_that_was_never_heard_or_fell_silent_makes_it_not_ready(ready, clock):
    assert ready() == (503, "not ready", {"sweeper": "silent"})

    SweeperHeartbeat.objects.create(name="sweeper", at=TieoutNow())
    clock.advance(seconds=50)
    assert ready() == (200, "ready", {})

    clock.advance(seconds=15)
    assert ready() == (503, "not ready", {"sweeper": "silent"})


def test_without_the_broker_alone_the_sweeper_exports_so_it_is_degraded(ready, sweeper, no_broker):
    assert ready() == (200, "degraded", {"broker": "down"})


def test_an_export_that_waits_for_long_shows_unless_its_connection_is_paused(client, ready, overdue):
    assert ready() == (200, "degraded", {"exports": "late"})
    assert 3_500 < client.get("/healthz/ready").json()["parts"]["exports"]["oldest_due_s"] < 3_700

    ErpConnection.objects.update(paused_at=TieoutNow())
    assert ready() == (200, "ready", {})


def test_without_the_database_it_answers_all_the_same_and_says_nothing_of_it(client, ready, no_database):
    unasked = {"database": "down", "sweeper": "not asked", "exports": "not asked"}

    assert ready() == (503, "not ready", unasked)
    assert b"10.0.0.7" not in client.get("/healthz/ready").content
    assert client.get("/healthz/live").json() == {"status": "live"}


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
def test_answers_are_not_kept_and_need_no_https(client, sweeper, settings, path):
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get(path)

    assert (answer.status_code, client.head(path).status_code) == (200, 200)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies == {}


def test_the_command_says_the_same_and_ends_accordingly(capsys):
    with pytest.raises(CommandError, match="not ready"):
        call_command("health")
    SweeperHeartbeat.objects.create(name="sweeper", at=TieoutNow())
    capsys.readouterr()

    call_command("health")

    assert json.loads(capsys.readouterr().out)["sweeper"]["state"] == health.OK
