"""The bench runs on what the tests run on: a database, a broker, a worker and a demo ERP of its own."""

import pytest

from bench import report
from bench.noop import app
from tests.erp_integrations.simulators import start

pytest_plugins = ["tests.real.brokers", "tests.real.databases", "tests.real.processes", "tests.real.browser"]


@pytest.fixture(scope="session", autouse=True)
def fresh_figures():
    report.forget()


@pytest.fixture
def erp(tmp_path):
    simulator = start(tmp_path / "ledger.jsonl")
    yield simulator
    simulator.end()


@pytest.fixture
def bench_worker(processes):
    """A worker as a deployment has it, which knows one task more."""
    command = ("celery", "-A", "bench.noop", "worker", "--loglevel", "WARNING", "--concurrency", "4")
    child = processes.start("bench-worker", (*command, "--without-gossip", "--without-mingle"), LOG_LEVEL="WARNING")
    processes.wait(child, lambda: app.control.ping(timeout=1))
    return child
