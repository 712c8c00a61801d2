"""An application worked out with a pencil: whole cents, line by line. Nothing here knows the product's arithmetic."""

from dataclasses import dataclass

WORK_RATE, MATERIALS_RATE = 10, 5


def said(cents):
    """1234567 is "12,345.67"."""
    return f"{'−' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def part(cents, percent):
    """So much of an amount, to the cent, halves away from zero."""
    share = (abs(cents) * percent + 50) // 100
    return -share if cents < 0 else share


@dataclass
class Line:
    """A line of the schedule: what it is worth, what was billed on it before, and what is billed on it now."""

    item: str
    value: int
    group: str = ""
    by_change_order: bool = False
    work_before: int = 0
    stored_before: int = 0
    held_before: int = 0
    work: int = 0
    stored: int = 0
    released: int = 0

    @property
    def completed(self):
        return self.work_before + self.work + self.stored

    @property
    def left(self):
        return self.value - self.completed

    @property
    def held(self):
        withheld = part(self.work * WORK_RATE + (self.stored - self.stored_before) * MATERIALS_RATE, 1)
        return self.held_before + withheld - self.released

    @property
    def held_on_stored(self):
        return min(part(self.stored, MATERIALS_RATE), self.held) if self.stored else 0

    def install(self, cents):
        self.work, self.stored = self.work + cents, self.stored - cents

    def turn(self):
        """A new application begins: what is stored stays stored."""
        self.held_before = self.held
        self.work_before, self.stored_before = self.work_before + self.work, self.stored
        self.work = self.released = 0


class Books:
    """The lines of one contract, and what each application so far came to, line 8."""

    def __init__(self, lines):
        self.lines, self.certificates = list(lines), []

    def summary(self):
        """Lines 1 to 9 by the names on the page."""
        original = sum(line.value for line in self.lines if not line.by_change_order)
        changes = sum(line.value for line in self.lines if line.by_change_order)
        completed = sum(line.completed for line in self.lines)
        held, on_stored = (sum(getattr(line, name) for line in self.lines) for name in ("held", "held_on_stored"))
        earned, before = completed - held, sum(self.certificates)
        return {
            "1 Original contract sum": original,
            "2 Net change by change orders": changes,
            "3 Contract sum to date": original + changes,
            "4 Completed and stored to date": completed,
            "5a Retainage on completed work": held - on_stored,
            "5b Retainage on stored material": on_stored,
            "5 Total retainage": held,
            "6 Earned less retainage": earned,
            "7 Less previous certificates": before,
            "8 Current payment due": earned - before,
            "9 Balance to finish, with retainage": original + changes - earned,
        }

    def certify(self):
        """The application stands; the next one carries on from it."""
        self.certificates.append(self.summary()["8 Current payment due"])
        for line in self.lines:
            line.turn()
