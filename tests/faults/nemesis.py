"""The nemesis of a random run: it kills, freezes and empties one part after the other, from one seed."""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from config.laptop import children
from config.services import SERVICES
from erp_integrations import tasks
from tests.erp_integrations.accounting import heal, switch_faults
from tests.real.databases import as_owner
from tests.real.processes import get

SCALE = 0.1
LATE = 1.5  # seconds for which the ERP hides what it booked; companies' connections say that it may

# How often each misbehaves: those that leave a doubt more often than those that a person has to answer.
ERP_MODES = {
    "error_after_store": 3,
    "drop_after_store": 3,
    "kill_caller": 3,
    "hang_after_store": 2,
    "slow_drip": 1,
    "garbage": 2,
    "huge_body": 1,
    "duplicate": 1,
    "late_visible": 2,
    "error_before_store": 2,
    "unavailable": 2,
    "throttle": 2,
    "lookup_fails": 2,
    "refuse": 1,
    "redirect": 1,
    "auth_failed": 1,
    "truncate_amount": 1,
    "move_date": 1,
    "two_matches": 1,
}


class Parts:
    """The running product of one run, at a tenth of the timing law: worker, sweeper, ERP and broker."""

    def __init__(self, processes, broker, addresses, folder, personality):
        self.processes, self.broker = processes, broker
        self.environment = {"EXPORT_TIME_SCALE": str(SCALE), "ERP_IS_TOLD_CALLER": "yes"}
        self.url = addresses.erp
        port, ledger = str(urlsplit(self.url).port), str(folder / "ledger.jsonl")
        erp = (sys.executable, "-m", "erp_integrations.simulator", "--port", port, "--ledger", ledger)
        self.commands = {
            "worker": SERVICES["worker"].command,
            "sweeper": (*SERVICES["sweeper"].command, "--every", "1.5"),
            "erp": (*erp, "--personality", personality),
        }
        self.running = {}

    def start(self, name):
        self.running[name] = self.processes.start(name, self.commands[name], **self.environment)

    def wait_for_worker(self):
        log = self.running["worker"].log
        self.processes.wait(self.running["worker"], lambda: "ready." in log.read_text(errors="replace"))

    def wait_for_erp(self):
        self.processes.wait(self.running["erp"], lambda: get(f"{self.url}/health")[0] == 200)

    def restart_the_dead(self):
        """What a supervisor does; the ERP also kills a sweeper that has called it in a worker's place."""
        for name, process in list(self.running.items()):
            if process.popen.poll() is not None:
                self.start(name)

    def kill(self, name):
        """kill -9 of the process and of whatever it has started."""
        children.end_group(self.running[name].popen)

    def ledger(self):
        return json.loads(get(f"{self.url}/ledger?lines=no")[1])

    def numbers_under(self, reference):
        status, body = get(f"{self.url}/ledger?lines=no&reference={reference}")
        return [each["number"] for each in json.loads(body)] if status == 200 else []

    def pool(self):
        pid = self.running["worker"].popen.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Nemesis:
    """Strikes again and again, in the main thread: what another thread has started ends together with it."""

    ACTS = {
        "misbehave": 8,
        "kill_one_worker": 4,
        "flush_broker": 3,
        "double_the_doorbells": 2,
        "cut_database_connections": 2,
        "freeze_broker": 2,
        "restart_broker": 2,
        "kill_sweeper": 2,
        "restart_erp": 1,
        "kill_worker_tree": 1,
    }

    def __init__(self, seed, parts, connection_ids):
        self.random = random.Random(f"{seed} nemesis")
        self.parts, self.connection_ids = parts, connection_ids
        self.done = Counter()

    def strike(self):
        self.parts.restart_the_dead()
        name = self.random.choices(list(self.ACTS), list(self.ACTS.values()))[0]
        getattr(self, name)()
        self.done[name] += 1

    def misbehave(self):
        mode = self.random.choices(list(ERP_MODES), list(ERP_MODES.values()))[0]
        delays = {"late_visible": LATE, "throttle": 1.0, "unavailable": 1.0}
        switch_faults(self.parts, mode, times=self.random.randint(1, 3), delay=delays.get(mode, 10.0))
        self.done[mode] += 1

    def heal(self):
        heal(self.parts)
        self.parts.restart_the_dead()

    def kill_one_worker(self):
        if pool := self.parts.pool():
            os.kill(self.random.choice(pool), signal.SIGKILL)

    def kill_worker_tree(self):
        self.parts.kill("worker")
        self.parts.start("worker")

    def kill_sweeper(self):
        self.parts.kill("sweeper")
        self.parts.start("sweeper")

    def restart_erp(self):
        self.parts.kill("erp")
        self.parts.start("erp")
        self.parts.wait_for_erp()

    def flush_broker(self):
        self.parts.broker.client.flushall()

    def restart_broker(self):
        self.parts.broker.stop()
        time.sleep(self.random.uniform(0, 2))
        self.parts.broker.start()

    def freeze_broker(self):
        with frozen(self.parts.broker.child.popen.pid):
            time.sleep(self.random.uniform(0.5, 3))

    def double_the_doorbells(self):
        for connection_id in self.connection_ids * 10:
            tasks.export_due.apply_async((connection_id,), retry=False)

    def cut_database_connections(self):
        """Everybody's, in the middle of whatever they do; the owner's own are not the product's."""
        with as_owner() as owner:
            owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename <> current_user"
            )


@contextmanager
def frozen(pid):
    """SIGSTOP: the process takes connections and answers nothing."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
