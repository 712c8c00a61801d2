"""The demo: every process of Tieout on this machine, started in order, watched, and ended in order."""

import fcntl
import http.client
import json
import os
import shutil
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from config.laptop import broker, children, postgres
from config.laptop.announcement import announce, running_at
from config.laptop.digests import digest_of_product
from config.laptop.environment import PORTS, demo_environment, given_database
from config.laptop.errors import Interrupted, LaptopError
from config.laptop.paths import DEMO, DEMO_JSON, LOGS, ROOT, VAR, writable_folder
from config.laptop.ports import choose
from config.laptop.progress import step
from config.laptop.tryton import demo as tryton
from config.services import SERVICES

CLUSTER = postgres.Cluster("postgres", DEMO / "postgres", fast=False)
LOCK = VAR / "demo.lock"
# Long, since a machine that is busy with other things is no reason to give up.
PATIENCE = 180
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PEOPLE = DEMO / "people.json"
PREPARED = DEMO / "prepared"


def run() -> int:
    """Start everything, say where it is, wait for Ctrl-C, end everything."""
    began = time.monotonic()
    with interruptible(), only_demo():
        demo = Demo()
        try:
            demo.start()
            announce(demo.environment, json.loads(PEOPLE.read_text()), time.monotonic() - began)
            demo.watch()
        except Interrupted:
            print("\nEnding the demo; what you did in it is kept.", flush=True)
        finally:
            deaf_to_signals()
            demo.end()
    return 0


class Demo:
    """The running processes: those that last, in the order of their start, and those that end by themselves."""

    def __init__(self):
        self.lasting: list[children.Child] = []
        self.passing: list[children.Child] = []
        self.ports = choose(PORTS | tryton.PORT)
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        with step("PostgreSQL and Valkey"):
            self.environment = demo_environment(self.ports, self.servers())
        self.start_world()
        self.prepare()
        tryton.join(self)
        with step("Web, worker and beat"):
            for name in ("web", "worker", "beat"):
                self.spawn(name, SERVICES[name].command)
            self.wait_for_page("web", self.environment["BASE_URL"] + "/signin/")
            self.wait_for_line("worker", "ready.")
            self.wait_for_line("beat", "Starting")

    def servers(self) -> dict[str, str]:
        """The addresses of database and broker; ours are started, unless the environment names others."""
        urls = given_database()
        if not urls:
            child, port = postgres.start(CLUSTER)
            self.lasting.append(child)
            urls = {
                "DATABASE_URL": CLUSTER.url("tieout_app", port),
                "MIGRATION_DATABASE_URL": CLUSTER.url("tieout_owner", port),
            }
        redis_url = os.environ.get("REDIS_URL")
        if not redis_url:
            redis_url = broker.new_url()
            self.lasting.append(broker.start(redis_url, DEMO / "valkey", log_of("valkey")))
        return urls | {"REDIS_URL": redis_url}

    def start_world(self) -> None:
        """What stands around Tieout: an ERP and a mail server."""
        erp, mailbox, smtp = (str(self.ports[name]) for name in ("ERP_PORT", "MAILBOX_PORT", "SMTP_PORT"))
        ledger, maildir = str(DEMO / "erp-ledger.jsonl"), str(DEMO / "mail")
        with step("Demo ERP and mailbox"):
            self.spawn("erp", ("python", "-m", "erp_integrations.simulator", "--port", erp, "--ledger", ledger))
            mailbox_command = ("python", "-m", "notifications.mailbox", "--http-port", mailbox)
            self.spawn("mailbox", (*mailbox_command, "--smtp-port", smtp, "--maildir", maildir))
            self.wait_for_page("erp", self.environment["DEMO_ERP_URL"])
            self.wait_for_page("mailbox", self.environment["DEMO_MAILBOX_URL"])

    def prepare(self) -> None:
        """Migrations, demo data and static files, unless all of that was done with exactly this code."""
        digest = digest_of_product()
        if not given_database() and PREPARED.exists() and PREPARED.read_text() == digest:
            return
        PREPARED.unlink(missing_ok=True)
        static = self.spawn_passing("static", "config.laptop.static")
        # It prints its own steps.
        self.finish(self.spawn_passing("prepare", "config.laptop.prepare", str(PEOPLE), shown=True))
        with step("Static files"):
            self.finish(static)
        PREPARED.write_text(digest)

    def spawn(self, name: str, command: tuple[str, ...]) -> None:
        self.lasting.append(children.spawn(name, command, log=log_of(name), env=self.environment, cwd=ROOT))

    def spawn_passing(self, name: str, module: str, *arguments: str, shown: bool = False) -> children.Child:
        command = ("python", "-m", module, *arguments)
        child = children.spawn(name, command, log=log_of(name), env=self.environment, cwd=ROOT, shown=shown)
        self.passing.append(child)
        return child

    def finish(self, child: children.Child) -> None:
        """Wait for a child that ends by itself, watching the lasting ones meanwhile."""
        while child.popen.poll() is None:
            self.check()
            time.sleep(0.05)
        if child.popen.returncode:
            raise LaptopError(f"{child.name} failed. The end of {child.log}:\n{child.tail(25)}")

    def wait_for_page(self, name: str, url: str) -> None:
        children.wait_until(lambda: page_answers(url), self.child(name), seconds=PATIENCE, what=name)

    def wait_for_line(self, name: str, line: str) -> None:
        child = self.child(name)
        children.wait_until(lambda: line in child.log.read_text(errors="replace"), child, seconds=PATIENCE, what=name)

    def child(self, name: str) -> children.Child:
        return next(child for child in self.lasting if child.name == name)

    def check(self) -> None:
        """Give up when a lasting process has ended: a demo without it would only look alive."""
        for child in self.lasting:
            if (code := child.popen.poll()) is not None:
                raise LaptopError(f"{child.name} ended (exit {code}). The end of {child.log}:\n{child.tail()}")

    def watch(self) -> None:
        while True:
            self.check()
            time.sleep(0.25)

    def end(self) -> None:
        """The product first, then the world around it, the database last."""
        DEMO_JSON.unlink(missing_ok=True)
        servers = [child for child in self.lasting if child.name in ("valkey", "postgres")]
        world = [child for child in self.lasting if child.name in ("erp", "mailbox", "tryton")]
        product = [child for child in self.lasting if child not in servers and child not in world]
        for group in (self.passing + product, world, servers):
            children.end(group, seconds=10)


def page_answers(url: str) -> bool:
    """Whether a GET is answered with 200, asked directly: the environment's proxies do not lead to this machine."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=5)
    try:
        connection.request("GET", where.path or "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def log_of(name: str) -> Path:
    return LOGS / f"{name}.log"


@contextmanager
def only_demo():
    """Hold var/demo.lock, which goes with the process that holds it. Logs of the run before go."""
    for folder in (VAR, DEMO, LOGS):
        writable_folder(folder)
    with LOCK.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = f" at {url}" if (url := running_at()) else ""
            raise LaptopError(f"A demo is running here already{where}. End it with Ctrl-C first.") from None
        DEMO_JSON.unlink(missing_ok=True)
        for name in ("postgres", "valkey", "static", "erp", "mailbox", "prepare", "web", "worker", "beat"):
            log_of(name).unlink(missing_ok=True)
        yield


@contextmanager
def interruptible():
    """Turn Ctrl-C, SIGTERM and a closed terminal into an exception. Under make, also its end."""

    def interrupt(number, frame):
        deaf_to_signals()
        raise Interrupted

    for number in SIGNALS:
        signal.signal(number, interrupt)
    if "MAKELEVEL" in os.environ:
        children.end_with_parent(signal.SIGTERM)
        if os.getppid() == 1:  # it has ended already
            raise Interrupted
    yield


def deaf_to_signals() -> None:
    """From here on everything is being ended, which takes seconds; a second Ctrl-C must not leave half of it."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def reset() -> int:
    """Forget the demo's data."""
    with only_demo():
        if CLUSTER.folder.exists():
            postgres.stop_running(CLUSTER)
            CLUSTER.forget()
        shutil.rmtree(DEMO)
    print("The demo's data is gone; make demo starts over.")
    return 0
