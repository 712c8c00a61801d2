"""Processes of the product, started as the demo starts them, on the worker's own database and broker.

Web and worker run for the rest of the session once a test asked for them; the ERP and the mailbox start afresh, at the
same address, for each test that asks for them.
"""

import http.client
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.laptop import children
from config.laptop.environment import with_our_programs
from config.laptop.ports import LOOPBACK, any_free_port
from config.services import SERVICES

ROOT = Path(__file__).resolve().parents[2]


def get(url: str) -> tuple[int, bytes]:
    """Status and body of a GET, or 0 when nobody answers. Asked directly, past any proxy of the environment's."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    try:
        connection.request("GET", f"{where.path or '/'}?{where.query}")
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def wait_for(condition: Callable[[], object], *, seconds: float = 20, what: str = "the condition"):
    """Poll until the condition answers something true, and return that. Fails the test when time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come true within {seconds} s")
        time.sleep(0.02)
    return answer


@dataclass
class Processes:
    """Starts processes with a log each in one folder, and ends those that are left."""

    folder: Path
    running: list[children.Child] = field(default_factory=list)

    def start(self, name: str, command: tuple[str, ...], **environment: str) -> children.Child:
        """Start a command; `child.popen` is the process, `child.tail()` the end of its log."""
        env = with_our_programs() | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment
        log = self.folder / f"{name}-{len(self.running)}.log"
        child = children.spawn(name, command, log=log, env=env, cwd=ROOT)
        self.running.append(child)
        return child

    def wait(self, child: children.Child, ready: Callable[[], bool]) -> None:
        children.wait_until(ready, child, seconds=60, what=child.name)

    def start_worker(self, name: str = "worker", **environment: str) -> children.Child:
        """A Celery worker that has begun to consume."""
        child = self.start(name, SERVICES["worker"].command, **environment)
        self.wait(child, lambda: "ready." in child.log.read_text(errors="replace"))
        return child

    def start_web(self, port: int, **environment: str) -> children.Child:
        """gunicorn that answers on this port."""
        at = {"WEB_BIND": f"{LOOPBACK}:{port}", "BASE_URL": f"http://{LOOPBACK}:{port}"}
        child = self.start("web", SERVICES["web"].command, **(at | environment))
        self.wait(child, lambda: get(f"http://{LOOPBACK}:{port}/signin/")[0] == 200)
        return child

    def end(self, *ended: children.Child) -> None:
        """End these; all when none is named."""
        children.end(ended or list(reversed(self.running)), seconds=10)
        self.running = [child for child in self.running if child.popen.poll() is None]


@pytest.fixture
def processes(tmp_path, django_db_setup):
    """For tests that start, kill and restart processes themselves; what is left is ended with the test."""
    processes = Processes(tmp_path)
    yield processes
    processes.end()


@dataclass(frozen=True)
class Addresses:
    """Where the processes of this worker are, known before they run."""

    web: str
    erp: str
    mailbox: str
    smtp_port: int


@pytest.fixture(scope="session")
def addresses():
    web, erp, mailbox, smtp = (any_free_port() for _ in range(4))
    found = Addresses(*(f"http://{LOOPBACK}:{port}" for port in (web, erp, mailbox)), smtp_port=smtp)
    os.environ |= {
        "BASE_URL": found.web,
        "DEMO_ERP_URL": found.erp,
        "DEMO_MAILBOX_URL": found.mailbox,
        "EMAIL_URL": f"smtp://{LOOPBACK}:{smtp}",
    }
    return found


@pytest.fixture(scope="session")
def session_processes(tmp_path_factory, django_db_setup, addresses):
    processes = Processes(tmp_path_factory.mktemp("processes"))
    yield processes
    processes.end()


@pytest.fixture(scope="session")
def web(session_processes, addresses):
    """gunicorn on the worker's database; `web.url`. Use with transactional_db: it only sees what is committed."""
    session_processes.start_web(urlsplit(addresses.web).port)
    return Address(addresses.web)


@pytest.fixture(scope="session")
def worker(session_processes):
    """A Celery worker on the worker's database and broker. Use with transactional_db."""
    return session_processes.start_worker()


@dataclass(frozen=True)
class Address:
    url: str

    def json(self, path: str):
        status, body = get(self.url + path)
        assert status == 200, f"{path}: {status}"
        return json.loads(body)


@pytest.fixture
def erp(processes, addresses, tmp_path):
    """The demo ERP with an empty ledger; `erp.url`, `erp.json("/ledger")`."""
    port = str(urlsplit(addresses.erp).port)
    ledger = str(tmp_path / "ledger.jsonl")
    command = (sys.executable, "-m", "erp_integrations.simulator", "--port", port, "--ledger", ledger)
    child = processes.start("erp", command)
    processes.wait(child, lambda: get(addresses.erp)[0] == 200)
    return Address(addresses.erp)


@pytest.fixture
def mailbox(processes, addresses, tmp_path):
    """A mail server with an empty mailbox page; `mailbox.url`. EMAIL_URL of started processes points at it."""
    http_port, smtp_port = str(urlsplit(addresses.mailbox).port), str(addresses.smtp_port)
    command = (sys.executable, "-m", "notifications.mailbox", "--http-port", http_port, "--smtp-port", smtp_port)
    child = processes.start("mailbox", (*command, "--maildir", str(tmp_path / "mail")))
    processes.wait(child, lambda: get(addresses.mailbox)[0] == 200)
    return Address(addresses.mailbox)
