"""When the demo brings a real Tryton along, and whom it connects to it."""

import pytest
from django.core.management import call_command

from config.laptop.errors import LaptopError
from config.laptop.tryton import demo as tryton
from config.management.commands import connect_demo_to_tryton
from directory.models import AuditEvent
from erp_integrations.adapters.tryton import Tryton
from erp_integrations.connecting import adapter_for
from erp_integrations.models import ErpConnection
from tests.erp_integrations.accounting import connected_company


@pytest.fixture
def books(tmp_path, monkeypatch):
    folder = tmp_path / "tryton"
    monkeypatch.setattr(tryton, "BOOKS", folder)
    monkeypatch.setattr(connect_demo_to_tryton, "BOOKS", folder)
    return folder


@pytest.mark.parametrize(("asked", "made_before", "wanted"), [("", 0, 0), ("demo", 0, 0), ("tryton", 0, 1), ("", 1, 1)])
def test_tryton_comes_when_asked_for_and_then_stays(books, monkeypatch, asked, made_before, wanted):
    monkeypatch.setenv("ERP", asked)
    if made_before:
        books.mkdir()

    assert tryton.is_wanted() is bool(wanted)


def test_an_erp_that_the_demo_does_not_know_stops_it(books, monkeypatch):
    monkeypatch.setenv("ERP", "sage")

    with pytest.raises(LaptopError, match=r"^ERP=sage is not known"):
        tryton.is_wanted()


def test_the_general_contractor_is_connected_once(db, books):
    books.mkdir()
    accounting = connected_company("http://127.0.0.1:1")
    accounting.company.name = "Harbor & Vine Builders"
    accounting.company.save()

    for _ in range(2):
        call_command("connect_demo_to_tryton", "http://127.0.0.1:8804")

    connection = ErpConnection.objects.get()
    adapter = adapter_for(connection)
    assert isinstance(adapter, Tryton)
    assert adapter.connection.settings["url"] == "http://127.0.0.1:8804"
    assert AuditEvent.objects.filter(action="erp.connect", subject="tryton").count() == 1
