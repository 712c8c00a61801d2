import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from erp_integrations.exceptions import ExportError
from invoicing.exceptions import InvoicingError
from tests.erp_integrations.simulators import running_simulators

__all__ = ["running_simulators"]


@pytest.fixture
def at_once():
    """Run acts at the same moment, each on a connection of its own; what each returned or raised, in order.

    Threads and their connections last for the whole test, so that a round costs what its acts cost.
    """
    with ThreadPoolExecutor(4) as pool:

        def run_all(*acts):
            gate = threading.Barrier(len(acts))
            return [each.result(timeout=30) for each in [pool.submit(run, gate, act) for act in acts]]

        yield run_all
        run_all(*[lambda: connection.close()] * 4)  # each thread its own


def run(gate, act):
    gate.wait(timeout=10)
    try:
        return act()
    except (ExportError, InvoicingError) as error:
        return error
