"""Every clock of the export engine, in seconds; the setting EXPORT_TIME_SCALE scales them all."""

import random
from dataclasses import dataclass, fields

from django.conf import settings


@dataclass(frozen=True)
class TimingLaw:
    """connect < read < total < soft limit < hard limit < lease: no call outlives its worker, no worker its lease."""

    connect: float = 5
    read: float = 30
    total: float = 60
    soft_limit: float = 75
    hard_limit: float = 90
    lease: float = 120
    first_backoff: float = 30
    longest_backoff: float = 30 * 60
    longest_pause: float = 5 * 60
    ring_again: float = 30
    launch: float = 10 * 60
    turn: float = 1  # how long a worker stays with one connection before the next has its turn

    @property
    def longest_stay(self):
        """How long one may go on claiming so that a call begun last still ends before the soft limit."""
        return self.soft_limit - self.total

    def scaled(self, scale):
        return TimingLaw(**{each.name: getattr(self, each.name) * scale for each in fields(self)})

    @property
    def in_order(self):
        limits = [self.connect, self.read, self.total, self.soft_limit, self.hard_limit, self.lease]
        return limits == sorted(set(limits)) and self.turn <= self.longest_stay


TRIES = 8
# An unknown outcome is looked up this often before a person is asked.
LOOK_UPS = 12
# No job is claimed more often between two decisions of people, whatever becomes of its workers.
CLAIMS = TRIES + LOOK_UPS

LAW = TimingLaw().scaled(settings.EXPORT_TIME_SCALE)


def backoff(attempts):
    """Seconds to wait after so many attempts: full jitter, so that a queue does not come back as one herd."""
    return random.uniform(0, min(LAW.longest_backoff, LAW.first_backoff * 2 ** min(attempts, 16)))  # noqa: S311


def pause(probes, *, is_locked_out):
    """Seconds until a paused connection is probed again. A refused sign-in is seldom repeated: ERPs lock accounts."""
    longest = LAW.longest_backoff if is_locked_out else min(LAW.longest_pause, LAW.first_backoff * 2 ** min(probes, 16))
    return random.uniform(longest / 2, longest)  # noqa: S311
