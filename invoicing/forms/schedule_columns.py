"""Which column of a spreadsheet is which, by its title; without titles, by how many there are."""

import re

from invoicing.forms.schedule_entries import COLUMNS

# What people call them, in small letters without punctuation.
NAMES = {
    "item": "item, item no, item number, item nr, no, nr, number, line, line no, line number, pos, position",
    "description": "description, description of work, work, name, scope, title",
    "group": "group, heading, section, division, phase, trade, area",
    "cost_code": "cost code, costcode, code, budget code, wbs, wbs code, account",
    "quantity": "quantity, qty, scheduled quantity",
    "unit": "unit, uom, units, unit of measure, um",
    "unit_price": "unit price, price, unit cost, rate, price per unit",
    "scheduled_value": "scheduled value, value, amount, total, contract value, contract amount, sum, extended",
}
KNOWN = {title: name for name, titles in NAMES.items() for title in titles.split(", ")}
NEEDED = ("item", "description")
TITLES_WITHIN = 20


def columns_in(rows, wanted):
    """(place of each column by name, number of rows down to the titles, titles not known, what is wrong or "").

    `wanted` are the columns of this contract's schedule, for rows without titles.
    """
    for number, row in enumerate(rows[:TITLES_WITHIN], start=1):
        places, unknown = _titled(row)
        if len(places) >= 2 and "description" in places:
            return places, number, unknown, _missing(places)
    width = max((len(row) for row in rows), default=0)
    places = {name: at for at, name in enumerate(_by_width(width, wanted))}
    sentence = "" if places else _no_titles(wanted)
    return places, 0, [], sentence


def _titled(row):
    places, unknown = {}, []
    for at, title in enumerate(row):
        name = KNOWN.get(re.sub(r"[^a-z0-9]+", " ", title.lower()).strip())
        if name and name not in places:
            places[name] = at
        elif title.strip():
            unknown.append(" ".join(title.split())[:40])
    return places, unknown


def _missing(places):
    missing = [COLUMNS[name] for name in NEEDED if name not in places]
    if not missing and not {"scheduled_value", "quantity"} & set(places):
        missing = [COLUMNS["scheduled_value"]]
    return f"No column is called {' or '.join(missing)}. Name it so in the row of titles." if missing else ""


def _by_width(width, wanted):
    """Item, description and value; with the cost code, with the group too; or everything there is."""
    if width == len(wanted):
        return wanted
    return {
        3: ("item", "description", "scheduled_value"),
        4: ("item", "description", "cost_code", "scheduled_value"),
        5: ("item", "description", "group", "cost_code", "scheduled_value"),
    }.get(width, ())


def _no_titles(wanted):
    return f"The first row must name the columns: {', '.join(COLUMNS[name] for name in wanted)}."
