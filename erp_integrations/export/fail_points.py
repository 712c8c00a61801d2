"""Named moments of a worker's life at which a fault test has it killed, as kill -9 or a power cut would.

Armed by a setting that only tests' settings read from the environment; the product's own settings fix it to "", so that
no deployment can switch one on. After send is the demo ERP's to do: its mode kill_caller.
"""

import os
import signal

from django.conf import settings

AFTER_CLAIM = "after_claim"
AFTER_ATTEMPT_ROW = "after_attempt_row"
AFTER_RESPONSE = "after_response"
BEFORE_FINISH = "before_finish"
AFTER_FINISH = "after_finish"
BEFORE_RING = "before_ring"

FAIL_POINTS = (AFTER_CLAIM, AFTER_ATTEMPT_ROW, AFTER_RESPONSE, BEFORE_FINISH, AFTER_FINISH, BEFORE_RING)


def reach(point):
    """Go on; unless a fault test waits for this worker here."""
    if point == settings.EXPORT_FAIL_POINT:
        os.kill(os.getpid(), signal.SIGKILL)
