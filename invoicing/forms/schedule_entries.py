"""From typed texts to a `ScheduleEntry`: the same rules for the grid and for an import."""

from invoicing.actions import ScheduleEntry
from invoicing.forms.cells import CANNOT_BE_STORED
from invoicing.money import ZERO, AmountError, extended, parse_amount, parse_quantity
from invoicing.spreadsheet import has_control, one_line

COLUMNS = {
    "item": "Item",
    "description": "Description",
    "group": "Group",
    "cost_code": "Cost code",
    "quantity": "Quantity",
    "unit": "Unit",
    "unit_price": "Unit price",
    "scheduled_value": "Scheduled value",
}
UNIT_COLUMNS = ("quantity", "unit", "unit_price")
LENGTHS = {"item": 20, "description": 250, "group": 120, "unit": 12}
MISSING = {"item": "Enter an item, such as 01.", "description": "Say what the line is for."}


def columns_of(contract):
    """Names of the columns that a contract's schedule has, in their order."""
    return [name for name in COLUMNS if contract.has_units or name not in UNIT_COLUMNS]


def read_words(texts):
    """The texts of a line, each in one line, and what is wrong with them by column."""
    words = {name: one_line(texts.get(name, "")) for name in LENGTHS}
    problems = {name: _wrong(name, text) for name, text in words.items()}
    return words, {name: sentence for name, sentence in problems.items() if sentence}


def _wrong(name, text):
    if not text:
        return MISSING.get(name, "")
    if len(text) > LENGTHS[name]:
        return f"This is too long. The limit is {LENGTHS[name]} characters."
    return CANNOT_BE_STORED if has_control(text) else ""


def read_figures(texts):
    """Value, quantity and price of a line, and what is wrong with them by column.

    A line with a quantity is worth quantity times price, whatever was typed as its value.
    """
    problems = {}
    wanted = [name for name in ("quantity", "unit_price") if texts.get(name, "").strip()]
    if not wanted:
        value = _parsed(texts, "scheduled_value", parse_amount, problems)
        return {"scheduled_value": ZERO if value is None else value}, problems
    quantity, price = (_parsed(texts, name, parse_quantity, problems) for name in ("quantity", "unit_price"))
    value = ZERO
    if not problems:
        try:
            value = extended(quantity, price)
        except AmountError as error:
            problems["unit_price"] = str(error)
    return {"scheduled_value": value, "quantity": quantity, "unit_price": price}, problems


def _parsed(texts, name, parse, problems):
    try:
        return parse(texts.get(name, ""))
    except AmountError as error:
        problems[name] = str(error)
        return None


def find_code(text, codes):
    """The cost code that a text names, by its code alone or by code and name; `codes` by their lower-cased code."""
    return codes.get(text.lower()) or next((code for code in codes.values() if str(code).lower() == text.lower()), None)


def entry_of(words, figures, code, line=None, removed=False):
    return ScheduleEntry(
        **words, **figures, cost_code_id=code.pk if code else None, line_id=line.pk if line else None, removed=removed
    )
