"""The demo's contracts: who is billed, how far the job is, and where its last application stands (jobs.csv)."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

FOLDER = Path(__file__).parent
SYNCED, WAITING, FAILED, REJECTED = "synced", "waiting", "failed", "rejected"


@dataclass(frozen=True)
class Change:
    """A change order (changes.csv); billed whole on the application it `joins`."""

    number: str
    title: str
    amount: Decimal
    joins: int
    cost_code: str = "02-200"


@dataclass(frozen=True)
class Job:
    """One project with its contract.

    `applications` counts all of them; `billed` is line 4 of the last in percent of the contract, `last` what the last
    one bills. `ends` is how the last one stands, `hours` how long ago it was sent, `lag` its period in months before
    the last full one. `reduced_from` lowers the retainage to 5 % from that application on, with a note.
    """

    company: str
    number: str
    project: str
    owner: str
    sender: str
    contract_sum: Decimal
    applications: int
    billed: Decimal
    last: Decimal
    rate: Decimal
    ends: str
    hours: int
    lag: int
    reduced_from: int
    failure: str
    has_draft: bool
    quirk: str
    changes: tuple[Change, ...]


def jobs():
    """All jobs, in the order they stand in."""
    changes = _rows("changes.csv")
    return [_job(row, [each for each in changes if each["contract"] == row["number"]]) for row in _rows("jobs.csv")]


def _job(row, changes):
    typed = row | {name: Decimal(row[name]) for name in ("contract_sum", "billed", "last", "rate")}
    typed |= {name: int(row[name] or 0) for name in ("applications", "hours", "lag", "reduced_from")}
    typed["has_draft"] = row["has_draft"] == "yes"
    return Job(**typed, changes=tuple(_change(each) for each in changes))


def _change(row):
    return Change(row["number"], row["title"], Decimal(row["amount"]), int(row["joins"]))


def _rows(name):
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))
