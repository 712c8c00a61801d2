"""Adapters by name: those the deployment lists, and those of packages that were merely installed."""

import sys
import textwrap

import pytest

from erp_integrations.adapters import registry
from erp_integrations.adapters.base import Mappings
from erp_integrations.adapters.demo import DemoErp
from tests.erp_integrations.adapters.conformance import AdapterConformance
from tests.erp_integrations.adapters.subject import Subject
from tests.erp_integrations.simulators import TOKEN

# A whole adapter as somebody else would write it: `create` and `find`, in a package of its own.
ADAPTER = '''
"""Books in Otherbooks, which happens to speak like the demo ERP."""

import datetime
from decimal import Decimal

from erp_integrations.adapters.base import (
    ADDRESS, Ambiguous, Capabilities, Created, Duplicate, ErpAdapter, Found, NotFound, SettingField, Snapshot,
)
from erp_integrations.adapters.http import HttpClient, fields_of, text_of


class Otherbooks(ErpAdapter):
    label = "Otherbooks"
    capabilities = Capabilities(idempotency_key=True, lookup_delay_s=0.0, limits={"number": 21})
    settings_fields = (SettingField("url", "Address", kind=ADDRESS), SettingField("token", "Token", is_secret=True))

    def __init__(self, connection):
        super().__init__(connection)
        self._http = HttpClient(connection, connection.settings["url"])
        self._sign_in = {"Authorization": "Bearer " + connection.credentials["token"]}

    def create(self, rendered, key):
        headers = {**self._sign_in, "Idempotency-Key": key}
        reply = self._http.request("POST", "/invoices", body=rendered.body, headers=headers)
        reply.check()
        return Created((self._document(reply.json(), reply),))

    def find(self, reference):
        reply = self._http.request("GET", "/invoices", query={"reference": reference}, headers=self._sign_in)
        reply.check()
        listed = fields_of(reply.json()).get("invoices")
        if not isinstance(listed, list):
            raise reply.unreadable("No list of invoices.")
        found = tuple(self._document(one, reply) for one in listed)
        if len(found) > 1:
            return Ambiguous(found)
        return Found(found) if found else NotFound()

    def _document(self, value, reply):
        told = fields_of(value)
        try:
            return Snapshot(
                erp_id=told["id"],
                number=told["number"],
                total=Decimal(told["total"]),
                date=datetime.date.fromisoformat(told["date"]),
            )
        except (KeyError, TypeError, ValueError, ArithmeticError):
            raise reply.unreadable("No document.") from None
'''


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """`installed(name="module:Class")` puts a distribution with these entry points and the adapter on the path."""

    def install(source=ADAPTER, **entry_points):
        (tmp_path / "otherbooks.py").write_text(textwrap.dedent(source))
        told = tmp_path / "tieout_otherbooks-1.0.dist-info"
        told.mkdir()
        (told / "METADATA").write_text("Metadata-Version: 2.1\nName: tieout-otherbooks\nVersion: 1.0\n")
        lines = [f"{name} = {where}" for name, where in entry_points.items()]
        (told / "entry_points.txt").write_text("[tieout.erp_adapters]\n" + "\n".join(lines) + "\n")

    monkeypatch.syspath_prepend(tmp_path)
    yield install
    sys.modules.pop("otherbooks", None)


class TestAdapterFromOutsideTheTree(AdapterConformance):
    @pytest.fixture
    def subject(self, running_simulators, installed):
        installed(otherbooks="otherbooks:Otherbooks")
        settings = {"url": running_simulators("key", emptied=False).url}
        return Subject(registry.adapter_class("otherbooks"), settings, {"token": TOKEN}, Mappings("C-1001"))


def test_the_smallest_useful_adapter_is_under_a_hundred_lines():
    assert len(ADAPTER.strip().splitlines()) < 100


def test_it_is_found_by_its_name_once_installed(installed):
    before = registry.adapter_names()

    installed(otherbooks="otherbooks:Otherbooks")

    assert registry.adapter_class("otherbooks").label == "Otherbooks"
    assert {*registry.adapter_names()} == {*before, "otherbooks"}


def test_the_demo_erp_is_listed_by_the_settings():
    assert registry.adapter_class("demo") is DemoErp


def test_what_the_deployment_lists_wins_over_what_is_installed(installed, settings):
    installed(demo="otherbooks:Otherbooks", other="otherbooks:Otherbooks")
    settings.ERP_ADAPTERS = {"demo": "erp_integrations.adapters.demo.DemoErp"}

    assert (registry.adapter_class("demo"), registry.adapter_names()) == (DemoErp, ("demo", "other"))


def test_an_unknown_name_says_where_it_was_looked_for(settings):
    settings.ERP_ADAPTERS = {"demo": "erp_integrations.adapters.demo.DemoErp"}

    with pytest.raises(registry.UnknownAdapter) as unknown:
        registry.adapter_class("sage")

    assert str(unknown.value) == (
        "There is no ERP adapter “sage”: it is neither in ERP_ADAPTERS nor announced by an installed package "
        "(entry point group tieout.erp_adapters). Known: demo."
    )


UNUSABLE = [
    ("nowhere.at.all.Adapter", "cannot be imported from nowhere.at.all.Adapter: No module named 'nowhere'"),
    ("erp_integrations.adapters.demo.Gone", "cannot be imported from erp_integrations.adapters.demo.Gone: module"),
    ("Adapter", "cannot be imported from Adapter: "),
    ("", "cannot be imported from : "),
    ("erp_integrations.adapters.base.Snapshot", "at erp_integrations.adapters.base.Snapshot is not an ErpAdapter."),
    ("erp_integrations.adapters.base.canonical_json", "is not an ErpAdapter."),
    ("erp_integrations.adapters.base.ErpAdapter", "lacks create, find."),
]


@pytest.mark.parametrize(("path", "told"), UNUSABLE)
def test_what_cannot_be_used_says_why(settings, path, told):
    settings.ERP_ADAPTERS = {"mine": path}

    with pytest.raises(registry.UnknownAdapter) as unknown:
        registry.adapter_class("mine")

    assert str(unknown.value).startswith("The ERP adapter “mine” ")
    assert told in str(unknown.value)


@pytest.mark.parametrize("where", ["gone:Adapter", "otherbooks:Gone", "otherbooks:HttpClient", "otherbooks"])
def test_an_installed_adapter_that_cannot_be_used_says_why(installed, where):
    installed(broken=where)

    with pytest.raises(registry.UnknownAdapter) as unknown:
        registry.adapter_class("broken")

    assert where in str(unknown.value)
