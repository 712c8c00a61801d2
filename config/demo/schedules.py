"""Schedules of values as builders write them: sixteen divisions, each with its share and its stretch of the job."""

from dataclasses import dataclass
from decimal import Decimal

from invoicing.money import allocate


@dataclass(frozen=True)
class Division:
    """`weight` is its share of the contract in percent; work runs from `start` to `end`, in hundredths of the job."""

    item: str
    cost_code: str
    description: str
    weight: int
    start: int
    end: int
    stores_material: bool = False


DIVISIONS = (
    Division("01", "01-000", "General conditions", 9, 0, 100),
    Division("02", "02-200", "Site work and utilities", 10, 0, 35),
    Division("03", "03-300", "Concrete foundations and slab", 14, 5, 45),
    Division("04", "04-200", "Masonry", 6, 25, 65),
    Division("05", "05-100", "Structural steel", 15, 15, 60, stores_material=True),
    Division("06", "06-200", "Carpentry and millwork", 5, 50, 95),
    Division("07", "07-500", "Roofing and waterproofing", 7, 40, 75),
    Division("08", "08-400", "Doors, windows, glazing", 8, 50, 90, stores_material=True),
    Division("09", "09-900", "Finishes", 9, 60, 100),
    Division("15", "15-500", "Mechanical and plumbing", 10, 30, 95, stores_material=True),
    Division("16", "16-100", "Electrical", 7, 30, 97),
)


def group_of(cost_code):
    """The heading a line stands under, by the division of its cost code."""
    division = cost_code[:2]
    if division == "01":
        return ""
    return "Site and structure" if division < "06" else "Services" if division >= "15" else "Envelope and interiors"


@dataclass(frozen=True)
class ScheduledLine:
    """A line to bill: `joins` is the application it first stands on, `change` the change order it belongs to."""

    item: str
    cost_code: str
    description: str
    value: Decimal
    start: int = 0
    end: int = 100
    stores_material: bool = False
    joins: int = 1
    change: str = ""


def schedule_of(contract_sum):
    """Share a contract sum out over the divisions, in whole dollars where they allow."""
    hundreds = allocate(contract_sum, [Decimal(each.weight) for each in DIVISIONS])
    return tuple(
        ScheduledLine(each.item, each.cost_code, each.description, value, each.start, each.end, each.stores_material)
        for each, value in zip(DIVISIONS, hundreds, strict=True)
    )


KESTREL_CONTRACT = (
    ("01", "01-000", "General conditions", "144000"),
    ("02", "02-200", "Site work and utilities", "385000"),
    ("03", "03-300", "Concrete foundations and slab", "612500"),
    ("04", "04-200", "Masonry", "420000"),
    ("05", "05-100", "Structural steel", "784000"),
    ("06", "06-200", "Carpentry and millwork", "261000"),
    ("07", "07-500", "Roofing and waterproofing", "337500"),
    ("08", "08-400", "Doors, windows, glazing", "472000"),
    ("09", "09-900", "Finishes", "298000"),
    ("15", "15-500", "Mechanical and plumbing", "256000"),
    ("16", "16-100", "Electrical", "180000"),
)
KESTREL = (
    *(ScheduledLine(item, code, description, Decimal(value)) for item, code, description, value in KESTREL_CONTRACT),
    ScheduledLine("CO-01", "02-200", "Added elevator pit sump", Decimal("21500"), joins=3, change="CO-01"),
    ScheduledLine("CO-02", "07-500", "Deleted canopy at east entry", Decimal("-14000"), joins=3, change="CO-02"),
)
# Work and stored materials of applications 1 to 3, by item; application 3 is the one on the printed sheets.
KESTREL_BILLED = (
    {"01": ("21600", "0"), "02": ("150000", "0"), "03": ("95000", "0")},
    {"01": ("21600", "0"), "02": ("158000", "0"), "03": ("150000", "0"), "05": ("0", "31400")},
    {
        "01": ("14400", "0"),
        "02": ("57750", "0"),
        "03": ("183750", "0"),
        "04": ("63000", "21500"),
        "05": ("117600", "98750.50"),
        "07": ("0", "42187.50"),
        "15": ("12800", "0"),
        "16": ("9000", "0"),
        "CO-01": ("21500", "0"),
        "CO-02": ("-14000", "0"),
    },
)
