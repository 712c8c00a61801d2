"""`make demo` in a copy of the tree: everything answers, Ctrl-C leaves nothing behind, a second run keeps the data."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.laptop.digests import ROOMS
from config.laptop.ports import any_free_port
from tests.real.processes import get, wait_for

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    tree = tmp_path_factory.mktemp("demo")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("manage.py", "requirements.txt"):
        shutil.copy(ROOT / name, tree)
    yield tree
    laptop(tree, "reset").communicate()


def laptop(tree: Path, command: str) -> subprocess.Popen:
    """A laptop command in this tree, in an environment as a person's shell has it."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {name: str(any_free_port()) for name in ("WEB_PORT", "ERP_PORT", "MAILBOX_PORT", "SMTP_PORT")}
    arguments = [sys.executable, "-m", "config.laptop", command]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, cwd=tree, env=environment, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture
def start(tree):
    """Starts the demo and returns its process and what var/demo.json says."""
    started = []

    def start():
        facts = tree / "var" / "demo.json"
        # A demo that was killed leaves it; the next one removes it, but only once it runs.
        facts.unlink(missing_ok=True)
        demo = laptop(tree, "demo")
        started.append(demo)
        wait_for(lambda: facts.exists() or demo.poll() is not None, seconds=500, what="the demo")
        assert demo.poll() is None, demo.communicate()
        return demo, json.loads(facts.read_text())

    yield start
    for demo in started:
        if demo.poll() is None:
            demo.terminate()
            demo.communicate()


def processes_of(tree: Path) -> dict[int, str]:
    """Pid and command line of what runs in this tree or on its data, by working folder and command line."""
    data = [line for note in tree.glob("var/*/*/elsewhere") for line in note.read_text().split()]
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            here = Path(os.readlink(folder / "cwd")).is_relative_to(tree)
        except OSError:
            continue
        if command and (here or any(place in command for place in data)):
            found[int(folder.name)] = command
    return found


def is_worker_of(demo: subprocess.Popen, pid: int, command: str) -> bool:
    """Whether this is the Celery worker that the demo started, not one of its pool, whose command lines are the same.

    Known by its parent: process ids start over, so the oldest need not have the lowest.
    """
    parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    return "celery -A config worker" in command and int(parent) == demo.pid


def owner_connection(tree: Path):
    """To the running demo's database, with the password and port that its files tell."""
    folder = tree / "var" / "demo" / "postgres"
    note = folder / "elsewhere"
    home = Path(note.read_text().strip()) if note.exists() else folder
    port = (home / "data" / "postmaster.pid").read_text().split("\n")[3]
    password = (folder / "tieout_owner.password").read_text()
    return psycopg.connect(f"postgres://tieout_owner:{password}@127.0.0.1:{port}/tieout", autocommit=True)


def test_everything_answers_and_ctrl_c_leaves_nothing_behind(tree, start):
    demo, facts = start()
    pages = [get(facts[name])[0] for name in ("erp_url", "mailbox_url")] + [get(facts["url"] + "/signin/")[0]]
    running = processes_of(tree)

    demo.send_signal(signal.SIGINT)
    said, complained = demo.communicate(timeout=60)

    assert pages == [200, 200, 200]
    assert len(running) > 7
    assert processes_of(tree) == {}
    assert (demo.returncode, complained) == (0, "")
    assert said.endswith("Ending the demo; what you did in it is kept.\n")
    assert not (tree / "var" / "demo.json").exists()


def test_a_second_run_keeps_the_data(tree, start):
    demo, _ = start()
    with owner_connection(tree) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS x")
    demo.terminate()
    demo.communicate()

    start()

    with owner_connection(tree) as owner:
        assert owner.execute("SELECT x FROM kept").fetchall() == [(1,)]


def test_a_second_demo_and_a_reset_are_refused_while_one_runs(tree, start):
    _, facts = start()

    answers = [laptop(tree, command).communicate()[1] for command in ("demo", "reset")]

    assert answers == [f"A demo is running here already at {facts['url']}. End it with Ctrl-C first.\n"] * 2


def test_a_demo_ends_and_says_why_when_one_of_its_processes_dies(tree, start):
    demo, _ = start()
    (worker,) = (pid for pid, command in processes_of(tree).items() if is_worker_of(demo, pid, command))

    os.kill(worker, signal.SIGKILL)
    _, complained = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert complained.startswith("worker ended (exit -9). The end of ")
    assert processes_of(tree) == {}


def test_a_demo_that_is_killed_takes_its_processes_along(tree, start):
    demo, _ = start()

    demo.kill()
    demo.communicate()

    wait_for(lambda: not processes_of(tree), what="the end of its processes")
