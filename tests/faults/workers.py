"""Workers that can be killed without a word, and what happens after them."""

import os
import signal

from django.conf import settings
from django.db import connections

from erp_integrations import export, sweeper
from erp_integrations.models import ErpConnection


def forked(act, *, fail_point="", tells_caller=False):
    """Do this in a process of its own, which nothing in ours outlives; the signal that ended it, 0 for none."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        settings.EXPORT_FAIL_POINT, settings.ERP_IS_TOLD_CALLER = fail_point, tells_caller
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert code <= 0, "the worker raised"
    return -code


KILLED = signal.SIGKILL


def work_off(clock, rounds=8):
    """What the sweeper and workers that live do over some hours."""
    for _ in range(rounds):
        clock.advance(hours=1)
        sweeper.sweep()
        for connection_id in ErpConnection.objects.order_by("pk").values_list("pk", flat=True):
            while export.export_next(connection_id):
                pass
