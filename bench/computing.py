"""What the parts of a measure compute, whichever of them it is that keeps the machine busy. Read from Linux's /proc."""

import os
from pathlib import Path

from django.db import connection

TICK = 1 / os.sysconf("SC_CLK_TCK")


class Computing:
    """Adds up the CPU seconds of each part over every `with` block it is given."""

    def __init__(self, worker, erp, broker):
        self.roots = {
            "worker": worker.popen.pid,
            "PostgreSQL": _postmaster(),
            "ERP": erp.popen.pid,
            "broker": broker.child.popen.pid,
        }
        self.spent = dict.fromkeys(self.roots, 0.0)
        self.times = 0

    def __enter__(self):
        self.before = _seconds_of(self.roots)

    def __exit__(self, *exception):
        after = _seconds_of(self.roots)
        self.spent = {part: self.spent[part] + after[part] - self.before[part] for part in self.roots}
        self.times += 1

    def each(self, count):
        """part -> CPU seconds of one of the `count` that a block worked off."""
        return {part: spent / self.times / count for part, spent in self.spent.items()}


def _postmaster():
    """The process that every connection's backend is a child of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return _stat(cursor.fetchone()[0])[0]


def _seconds_of(roots):
    """part -> CPU seconds of its process and of all that it has started."""
    processes = {int(each.name): found for each in Path("/proc").glob("[0-9]*") if (found := _stat(each.name))}
    return {part: sum(processes[pid][1] for pid in _family(root, processes)) for part, root in roots.items()}


def _family(root, processes):
    children = [pid for pid, (parent, _) in processes.items() if parent == root]
    return [root, *(pid for child in children for pid in _family(child, processes))]


def _stat(pid):
    """Parent and CPU seconds, those of ended children among them; None when it is gone. Fields as in proc(5)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) * TICK
