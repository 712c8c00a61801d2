"""A real Tryton per test worker: a process of its own on a copy of seeded books, reached over HTTP alone."""

import base64
import datetime
import itertools
import json
import urllib.request
from dataclasses import dataclass, field

import pytest

from config.laptop import children
from config.laptop.ports import LOOPBACK, any_free_port
from config.laptop.tryton.server import DATABASE, USER, Books, Wanted, books_with, serve
from erp_integrations.adapters.base import Mappings
from erp_integrations.adapters.tryton import Tryton
from tests.erp_integrations.adapters.subject import Deadlines, Subject
from tests.erp_integrations.adapters.wire import Wire

WANTED = Wanted(
    company="Harborline Builders",
    years=tuple(sorted({2026, datetime.date.today().year})),
    customers=(("C-1001", "Tidewater Development"), ("C-0901", "Quayside Partners")),
    revenues=(("4000", "Contract Revenue"), ("4030", "Concrete")),
)
UNPRIVILEGED = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class RunningTryton:
    """The server, and its administrator who does what accounting would do in Tryton itself."""

    url: str
    books: Books
    child: children.Child
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    @property
    def settings(self):
        return {
            "url": self.url,
            "database": DATABASE,
            "user": USER,
            "retainage": "two_documents",
            "retainage_account": WANTED.retainage[0],
            "revenue_account": "4000",
            "future_dates": "allow",
        }

    @property
    def credentials(self):
        return {"password": self.books.password("user")}

    def subject(self, **settings):
        return Subject(
            Tryton,
            self.settings | settings,
            self.credentials,
            Mappings("C-1001", accounts={"03-300": "4030"}),
            hurried=Deadlines(connect_s=2, read_s=2, total_s=6),
            writes=lambda request: b'"model.account.invoice.create"' in request,
        )

    def call(self, method, *parameters):
        """As the administrator, over the same door: Tryton's own client would send the same."""
        user, token, *_ = self._send("common.db.login", ["admin", {"password": self.books.password("admin")}, "en"])
        session = base64.b64encode(f"admin:{user}:{token}".encode()).decode()
        context = self._send("model.res.user.get_preferences", [True, {}], session)
        return self._send(f"model.{method}", [*parameters, context], session)

    def rows(self, model, domain, *fields):
        return self.call(f"{model}.search_read", domain, 0, None, None, list(fields))

    def _send(self, method, parameters, session=""):
        body = json.dumps({"id": next(self.numbers), "method": method, "params": parameters}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Session {session}"} if session else {})
        asked = urllib.request.Request(f"{self.url}/{DATABASE}/rpc/", data=body, headers=headers)
        with UNPRIVILEGED.open(asked, timeout=60) as reply:
            answer = json.loads(reply.read())
        assert "error" not in answer, answer
        return answer["result"]


@pytest.fixture(scope="session")
def tryton(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tryton")
    books, port = books_with(WANTED).copy_to(folder / "books"), any_free_port()
    child = serve(books, port, folder / "tryton.log")
    yield RunningTryton(f"http://{LOOPBACK}:{port}", books, child)
    children.end([child], seconds=5)


@pytest.fixture
def wire(tryton):
    """A wire to that Tryton which can be cut."""
    wire = Wire(tryton.url)
    yield wire
    wire.close()


@dataclass(frozen=True)
class October:
    """October 2026, as accounting closes it and opens it again: the period, then the journals in it."""

    tryton: RunningTryton

    def close(self):
        self._move("account.period", "close", [["name", "=", "2026-10"], ["state", "=", "open"]])

    def open(self):
        self.open_without_its_journals()
        self._move("account.journal.period", "reopen", [["period.name", "=", "2026-10"], ["state", "=", "closed"]])

    def open_without_its_journals(self):
        self._move("account.period", "reopen", [["name", "=", "2026-10"], ["state", "=", "closed"]])

    def _move(self, model, transition, domain):
        if ids := [row["id"] for row in self.tryton.rows(model, domain, "state")]:
            self.tryton.call(f"{model}.{transition}", ids)


@pytest.fixture
def closed_october(tryton):
    october = October(tryton)
    october.close()
    yield october
    october.open()
