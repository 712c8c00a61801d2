"""The launcher of laptop servers: ports, secrets, children, and the sentences with which it gives up."""

import os
import signal
import socket
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg
import pytest

from config.laptop import broker as laptop_broker
from config.laptop import children, chromium, environment, ports, postgres, servers
from config.laptop.account import account_for, reachable_home
from config.laptop.announcement import text
from config.laptop.errors import LaptopError
from config.laptop.paths import writable_folder
from tests.real.processes import wait_for

PYTHON = sys.executable
SLEEPER = (PYTHON, "-c", "import time; time.sleep(60)")
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def test_a_busy_port_gives_the_next_free_one():
    with socket.create_server((ports.LOOPBACK, 0)) as busy:
        taken = busy.getsockname()[1]

        chosen = ports.next_free_port(taken)

    assert chosen > taken


def test_ports_come_from_the_environment_and_never_twice(monkeypatch):
    free = ports.any_free_port()
    monkeypatch.setenv("WEB_PORT", str(free))

    chosen = ports.choose({"WEB_PORT": 1, "ERP_PORT": free})

    assert chosen["WEB_PORT"] == free
    assert chosen["ERP_PORT"] > free


@pytest.mark.parametrize("nonsense", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_named(monkeypatch, nonsense):
    monkeypatch.setenv("WEB_PORT", nonsense)

    with pytest.raises(LaptopError, match=f"^WEB_PORT={nonsense} is not a port number.$"):
        ports.choose({"WEB_PORT": 8000})


def test_a_kept_secret_stays_and_is_private(tmp_path):
    kept = tmp_path / "secret.key"

    first, second = (environment.kept_secret(kept, lambda: os.urandom(8).hex()) for _ in range(2))

    assert first == second
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_given_database_needs_both_roles(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://tieout_app@db/tieout")
    monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)

    with pytest.raises(LaptopError, match="MIGRATION_DATABASE_URL"):
        environment.given_database()


def test_a_folder_that_cannot_be_made_says_whose_it_may_be(tmp_path):
    (tmp_path / "var").touch()

    with pytest.raises(LaptopError, match="another user ran Tieout here before"):
        writable_folder(tmp_path / "var" / "log")


@pytest.fixture
def spawn(tmp_path):
    spawned = []

    def start(*command):
        child = children.spawn("child", command, log=tmp_path / "log", env=os.environ, cwd=tmp_path)
        spawned.append(child)
        return child

    yield start
    children.end(spawned, seconds=0)


def test_a_child_ends_by_its_signal(spawn):
    child = spawn(*SLEEPER)

    children.end([child])

    assert child.popen.returncode == -signal.SIGTERM


def test_a_deaf_child_is_killed(spawn):
    child = spawn(PYTHON, "-c", DEAF)
    wait_for(lambda: "deaf" in child.tail())

    children.end([child], seconds=0.1)

    assert child.popen.returncode == -signal.SIGKILL


def test_a_child_that_dies_while_it_is_waited_for_is_quoted(spawn):
    child = spawn(PYTHON, "-c", "raise SystemExit('no such ledger')")

    with pytest.raises(LaptopError, match=r"(?s)^The ERP ended at once \(exit 1\).*no such ledger$"):
        children.wait_until(lambda: False, child, seconds=20, what="The ERP")


def test_children_end_with_a_parent_that_is_killed(tmp_path):
    parent = f"""
import os, time
from functools import cache
from pathlib import Path
from config.laptop import children
child = children.spawn("child", {SLEEPER!r}, log=Path({str(tmp_path / "log")!r}), env=os.environ, cwd="/")
print(child.popen.pid, flush=True)
time.sleep(60)
"""
    popen = subprocess.Popen([PYTHON, "-c", parent], stdout=subprocess.PIPE, text=True, cwd=postgres.HERE.parents[1])
    child = int(popen.stdout.readline())

    popen.kill()
    popen.communicate()

    wait_for(lambda: has_ended(child), what="the end of the child")


def has_ended(pid: int) -> bool:
    """Gone, or a zombie that nobody collects: in a container the first process may not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_broker_wants_its_password(broker):
    stranger = f"redis://:wrong@{broker.url.partition('@')[2]}"

    assert [laptop_broker.answers(url) for url in (broker.url, stranger)] == [True, False]


@pytest.fixture
def cluster(tmp_path):
    """In a folder that only we may enter, so that root has to keep the data elsewhere."""
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    cluster = postgres.Cluster("cluster", hidden / "postgres", fast=True)
    yield cluster
    postgres.stop_running(cluster)
    cluster.forget()


def test_the_data_stands_where_its_account_can_enter(cluster):
    account = account_for(cluster.data)

    assert account.can("-x", cluster.home)
    assert (cluster.home == cluster.folder) == (os.geteuid() != 0)
    assert reachable_home(cluster.folder, lasting=False) == cluster.home


def test_a_cluster_has_two_roles_without_rights_and_keeps_its_data(cluster):
    roles = "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'tieout%' ORDER BY 1"
    child, port = postgres.start(cluster)
    with psycopg.connect(cluster.url("tieout_owner", port)) as owner:
        owner.execute("CREATE TABLE kept (x int)")
    with psycopg.connect(cluster.url("tieout_app", port)) as app:
        app.execute("INSERT INTO kept VALUES (1)")
    children.end([child])

    child, port = postgres.start(cluster)

    with psycopg.connect(cluster.url("tieout_app", port), autocommit=True) as app:
        assert app.execute("SELECT x FROM kept").fetchall() == [(1,)]
        assert app.execute(roles).fetchall() == [("tieout_app", False, False), ("tieout_owner", False, False)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("TRUNCATE kept")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (x int)")
    children.end([child])


def test_a_wrong_password_is_refused(cluster):
    child, port = postgres.start(cluster)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgres://tieout_app:wrong@{ports.LOOPBACK}:{port}/tieout")

    children.end([child])


def test_a_missing_browser_is_an_error_for_ci_and_one_loud_line_for_people(monkeypatch, capsys):
    monkeypatch.setattr(chromium, "missing", cache(lambda: ("chromium",)))
    monkeypatch.setattr(chromium, "is_debian", lambda: False)
    monkeypatch.setenv("CI", "true")

    with pytest.raises(LaptopError, match="NO BROWSER TEST WILL RUN"):
        chromium.ensure()
    monkeypatch.delenv("CI")
    chromium.ensure()

    assert [line[:35] for line in capsys.readouterr().out.split("\n") if line] == [
        "*** No chromium, so NO BROWSER TEST"
    ]


def test_a_given_server_takes_the_role_of_the_tests():
    url = servers.as_role("postgres://me:secret@db.example:5433/mine?sslmode=require", "tieout_test_app", "pw")

    assert url == "postgres://tieout_test_app:pw@db.example:5433/mine?sslmode=require"


def test_the_announcement_names_addresses_and_people():
    ana = {"email": "ana@x.example", "password": "pw", "name": "Ana", "role": "approver", "company": "Harbor"}
    facts = {"url": "http://a", "erp_url": "http://b", "mailbox_url": "http://c", "people": [ana]}

    lines = text(facts, 12.3).split("\n")

    assert lines[1] == "Tieout is ready (12 s): http://a"
    assert lines[5] == "  ana@x.example  pw  Ana, approver, Harbor"
