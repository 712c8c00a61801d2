"""The ways this ERP can be told to misbehave, each with the words a person picks it by."""

import math
import threading
from dataclasses import dataclass

from .documents import Refusal

ANY, BEFORE, STORING, AFTER, LOOK_UP = "any", "before", "storing", "after", "look_up"


@dataclass(frozen=True)
class Mode:
    """`phase` is the moment it acts in, `words` what the page says, `delay_s` what it waits unless told otherwise."""

    phase: str
    words: str
    delay_s: float = 0.0


MODES = {
    "refuse": Mode(BEFORE, "Refuse: the period is closed"),
    "slow": Mode(ANY, "Be slow: wait before every answer", 5.0),
    "unavailable": Mode(ANY, "Be down: answer nothing but “unavailable”"),
    "throttle": Mode(ANY, "Ask to slow down", 5.0),
    "auth_failed": Mode(ANY, "Refuse the sign-in"),
    "error_before_store": Mode(BEFORE, "Break before booking"),
    "error_after_store": Mode(AFTER, "Book, then break"),
    "drop_after_store": Mode(AFTER, "Book, then lose the answer"),
    "hang_after_store": Mode(AFTER, "Book, then fall silent", 120.0),
    "slow_drip": Mode(AFTER, "Book, then answer one byte at a time", 120.0),
    "garbage": Mode(AFTER, "Book, then answer nonsense"),
    "huge_body": Mode(AFTER, "Book, then answer far too much"),
    "redirect": Mode(BEFORE, "Send the caller elsewhere"),
    "duplicate": Mode(AFTER, "Book, then call it a duplicate"),
    "truncate_amount": Mode(STORING, "Book without the cents"),
    "move_date": Mode(STORING, "Book on another date"),
    "late_visible": Mode(STORING, "Book, lose the answer, and hide the document for a while", 60.0),
    "lookup_fails": Mode(LOOK_UP, "Book, lose the answer, and break when asked about it"),
    "two_matches": Mode(LOOK_UP, "Book, lose the answer, and find it twice when asked"),
    "kill_caller": Mode(AFTER, "Book, then kill the process that called"),
}


@dataclass
class Fault:
    """One mode in force, for `times` more requests (None: until switched off)."""

    mode: str
    times: int | None
    delay_s: float


class Faults:
    """What is in force. Several at once are allowed; in each phase the first that fits acts."""

    def __init__(self):
        self._lock = threading.Lock()
        self._in_force: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        with self._lock:
            self._in_force = faults

    def drop(self, mode: str) -> None:
        with self._lock:
            self._in_force = [fault for fault in self._in_force if fault.mode != mode]

    def take(self, phase: str, *modes: str) -> Fault | None:
        """The first fault of that phase (and of `modes`, when given), with one of its times used up."""
        with self._lock:
            for fault in self._in_force:
                if MODES[fault.mode].phase == phase and (not modes or fault.mode in modes):
                    self._use(fault)
                    return fault
        return None

    def hides_answers(self) -> bool:
        """A look-up fault is in force: it would never be met if the create before it were answered."""
        with self._lock:
            return any(MODES[fault.mode].phase == LOOK_UP for fault in self._in_force)

    def in_force(self) -> list[dict]:
        with self._lock:
            return [{"mode": one.mode, "times": one.times, "delay_s": one.delay_s} for one in self._in_force]

    def _use(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._in_force.remove(fault)


def faults_of(body: object) -> list[Fault]:
    """Read {"mode", "times", "delay_s"} or a list of such."""
    bodies = body if isinstance(body, list) else [body]
    return [_fault_of(one) for one in bodies[:20]]


def _fault_of(body: object) -> Fault:
    if not isinstance(body, dict) or not isinstance(body.get("mode"), str) or body["mode"] not in MODES:
        raise Refusal("mode_unknown", f"mode must be one of {', '.join(MODES)}.", "mode", status=400)
    times, delay_s = body.get("times"), body.get("delay_s")
    if times is not None and (type(times) is not int or not 1 <= times <= 1_000_000):
        raise Refusal("times_invalid", "times must be a whole number from 1 to 1000000, or left out.", "times", 400)
    if delay_s is None:
        delay_s = MODES[body["mode"]].delay_s
    if type(delay_s) not in (int, float) or not math.isfinite(delay_s) or not 0 <= delay_s <= 3_600:
        raise Refusal("delay_invalid", "delay_s must be seconds from 0 to 3600.", "delay_s", 400)
    return Fault(body["mode"], times, float(delay_s))
