"""Running demo ERPs, one process per personality, shared by a test session and emptied for each test. No database."""

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "demo-erp-token"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)

    @property
    def error_code(self):
        return self.json()["error"]["code"]

    def text(self):
        return self.body.decode()


@dataclass
class Simulator:
    """A running demo ERP and the two ways to speak to it: as an accounting client with a token, or to its controls."""

    popen: subprocess.Popen
    url: str

    def send(self, method, path, body=None, **headers):
        """Headers by keyword, underscores for hyphens. `body` is bytes, text, or a value sent as JSON."""
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
        content = body if body is None or isinstance(body, bytes | str) else json.dumps(body)
        try:
            connection.request(method, path, content, {name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def ask(self, method, path, body=None, **headers):
        return self.send(method, path, body, **({"Authorization": f"Bearer {TOKEN}"} | headers))

    def create(self, key="", **changes):
        return self.ask("POST", "/invoices", invoice(**changes), **({"Idempotency_Key": key} if key else {}))

    def find(self, reference):
        return self.ask("GET", f"/invoices?reference={reference}").json()["invoices"]

    def misbehave(self, mode, **figures):
        assert self.send("PUT", "/faults", {"mode": mode, **figures}).status == 200

    def ledger(self):
        return self.send("GET", "/ledger").json()

    def reset(self):
        for path in ("/faults", "/ledger", "/requests"):
            assert self.send("DELETE", path).status == 200

    def end(self, stop=subprocess.Popen.terminate):
        stop(self.popen)
        self.popen.wait(10)
        self.popen.stdout.close()


def invoice(**changes):
    """A create request that every personality accepts."""
    return {
        "reference": "OI-AAAAAAAAAA",
        "number": "PC-001-4",
        "customer": "C-1001",
        "job": "J-2401",
        "date": "2026-10-31",
        "due_date": "2026-11-30",
        "currency": "USD",
        "lines": [
            {"item": "1", "cost_code": "03-300", "description": "Concrete", "amount": "1000.50", "retainage": "100.05"},
            {"item": "2", "cost_code": "05-100", "description": "Steel", "amount": "-200.00", "retainage": "-20.00"},
        ],
        "total": "720.45",
    } | changes


def start(ledger, *options):
    """Start a demo ERP on a free port; it prints its address when it can be asked."""
    command = (sys.executable, "-m", "erp_integrations.simulator", "--port", "0", "--ledger", str(ledger), *options)
    popen = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return Simulator(popen, popen.stdout.readline().strip().rstrip("/"))


@pytest.fixture(scope="session")
def running_simulators(tmp_path_factory):
    """personality -> Simulator, started when first asked for, and emptied each time unless told otherwise."""
    running = {}

    def get(personality="key", emptied=True):
        if personality not in running:
            ledger = tmp_path_factory.mktemp("erp") / f"{personality}.jsonl"
            running[personality] = start(ledger, "--personality", personality)
        if emptied:
            running[personality].reset()
        return running[personality]

    yield get
    for simulator in running.values():
        simulator.end()


@pytest.fixture
def simulator(running_simulators):
    """The demo ERP as it is by default, with an empty ledger and no fault."""
    return running_simulators()
