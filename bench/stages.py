"""Where the time of one export goes: each stage of the engine, in this process, one export after the other."""

import time
from collections import defaultdict
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from erp_integrations.export import work

STAGES = {
    "claim_next": "claim",
    "_answer_to": "the ERP: create, read back, compare",
    "_write_down": "finish",
    "close_run": "close the run",
}


@contextmanager
def timed(monkeypatch):
    spent = defaultdict(lambda: [0.0, 0.0])

    def timing(name, call):
        def timed_call(*arguments):
            began, computed = time.perf_counter(), time.process_time()
            try:
                return call(*arguments)
            finally:
                spent[STAGES[name]][0] += time.perf_counter() - began
                spent[STAGES[name]][1] += time.process_time() - computed

        return timed_call

    for name in STAGES:
        monkeypatch.setattr(work, name, timing(name, getattr(work, name)))
    yield spent
    monkeypatch.undo()


def milliseconds_by_stage(company, monkeypatch):
    """stage -> milliseconds of one export, all of them and those this process computed; and how many SQL statements."""
    with CaptureQueriesContext(connection) as queries:
        work.export_next(company.connection.pk)
    count = 0
    with timed(monkeypatch) as spent:
        while work.export_next(company.connection.pk):
            count += 1
    return {stage: [1_000 * each / count for each in seconds] for stage, seconds in spent.items()}, len(queries)
