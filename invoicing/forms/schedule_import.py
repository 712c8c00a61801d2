"""Lines of a schedule of values out of a file or pasted text: what they say, and what is wrong with each."""

from dataclasses import dataclass, field

from invoicing.actions import ScheduleEntry
from invoicing.forms.schedule_columns import columns_in
from invoicing.forms.schedule_entries import (
    COLUMNS,
    UNIT_COLUMNS,
    columns_of,
    entry_of,
    find_code,
    read_figures,
    read_words,
)
from invoicing.money import AmountError, format_amount, parse_amount
from invoicing.spreadsheet import MOST_ROWS, NumberStyle, has_control, one_line, plain_number, style_of, unguarded

NUMBERS = ("quantity", "unit_price", "scheduled_value")
LONGEST_CODE = 30
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """`row` is the spreadsheet's number, None for the whole; `value` what stands there."""

    row: int | None
    column: str
    value: str
    sentence: str


@dataclass
class Line:
    """A row of the file: its number, its texts by column, and what was read out of them."""

    row: int
    texts: dict
    entry: ScheduleEntry | None = None


@dataclass
class ScheduleImport:
    """`entries` to save, those of `removed` lines after the ones of `lines`; `new_codes` by the index of the entry."""

    lines: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    unknown_codes: dict = field(default_factory=dict)
    new_codes: dict = field(default_factory=dict)

    def tell(self, row, column, value, sentence):
        self.problems.append(Problem(row, COLUMNS.get(column, column), value[:LONGEST_SHOWN], sentence))

    def refuse(self, problems):
        """Take the problems that the schedule as a whole has with entries."""
        for index, sentences in problems.items():
            line = self.lines[index] if index < len(self.lines) else None
            for column, sentence in sentences.items():
                self.tell(line and line.row, column, line.texts.get(column, "") if line else "", sentence)
        self.sort()

    def sort(self):
        self.problems.sort(key=lambda problem: problem.row or 0)


def read_import(table, contract, stored, codes, *, style="", create_codes=False, remove_others=False):
    """Read a `spreadsheet.Table` for a contract; `stored` are its original lines of today, `codes` its company's.

    Nothing is written. `style` "" finds out how numbers are written.
    """
    found = ScheduleImport(notes=list(table.notes))
    places, first = _columns(table, contract, found)
    if found.problems:
        return found
    found.lines = _lines(table, places, first, found)
    style = style or style_of(line.texts.get(name, "") for line in found.lines for name in NUMBERS)
    if style == NumberStyle.COMMA:
        found.notes.append("Numbers were read with a comma for decimals.")
    by_item = {line.item.lower(): line for line in stored}
    known = {code.code.lower(): code for code in codes}
    for line in found.lines:
        _read(line, style, by_item, known, found)
    found.entries = [line.entry for line in found.lines]
    if create_codes:
        found.new_codes = _codes_to_make(found)
    else:
        _refuse_unknown_codes(found)
    _refuse_doubles(found)
    found.sort()
    if remove_others:
        found.entries += _removals(stored, found.lines)
    return found


def _columns(table, contract, found):
    """Where each column stands, and the index of the first row beneath the titles."""
    places, first, unknown, sentence = columns_in(table.rows, columns_of(contract))
    if sentence:
        found.tell(None, "", "", sentence)
    if unused := [name for name in UNIT_COLUMNS if name in places and not contract.has_units]:
        titles = ", ".join(COLUMNS[places_name] for places_name in unused)
        found.notes.append(f"Not read, since the contract is amount based: {titles}.")
        places = {name: at for name, at in places.items() if name not in unused}
    if unknown:
        found.notes.append(f"Columns that were not read: {', '.join(unknown)}.")
    return places, first


def _lines(table, places, first, found):
    rows = [(number, row) for number, row in enumerate(table.rows, start=1) if number > first and row]
    if not rows and not found.problems:
        found.tell(None, "", "", "There are no lines beneath the titles.")
    if len(rows) > MOST_ROWS:
        found.tell(rows[MOST_ROWS][0], "", "", f"The limit is {MOST_ROWS:,} lines. Import the rest apart.")
    return [Line(number, _texts(row, places)) for number, row in rows[:MOST_ROWS]]


def _texts(row, places):
    return {name: unguarded(one_line(row[at])) if at < len(row) else "" for name, at in places.items()}


def _read(line, style, by_item, known, found):
    """Read one row into an entry; what is wrong with it is told beside its number."""
    texts = line.texts | {name: plain_number(line.texts.get(name, ""), style) for name in NUMBERS}
    words, wrong_words = read_words(texts)
    figures, wrong_figures = read_figures(texts)
    stored = by_item.get(words["item"].lower())
    text = texts.get("cost_code", "")
    code = find_code(text, known) if text else None
    wrong = {**wrong_words, **wrong_figures} or _contradiction(texts, figures)
    if (len(text) > LONGEST_CODE and code is None) or has_control(text):
        wrong["cost_code"] = f"This is no cost code. The limit is {LONGEST_CODE} characters."
    elif text and code is None:
        found.unknown_codes.setdefault(text.lower(), (text, words["description"][:160] or text))
    for column, sentence in wrong.items():
        found.tell(line.row, column, line.texts.get(column, ""), sentence)
    line.entry = _keep_absent(entry_of(words, figures, code, stored), stored, line.texts)


def _keep_absent(entry, stored, texts):
    """What the file has no column for stays as it is on a line that exists."""
    if stored is None:
        return entry
    absent = {name: getattr(stored, name) for name in ("group",) if name not in texts}
    if "cost_code" not in texts:
        absent["cost_code_id"] = stored.cost_code_id
    if not absent:
        return entry
    return ScheduleEntry(**{name: getattr(entry, name) for name in ScheduleEntry.__slots__} | absent)


def _contradiction(texts, figures):
    """A value beside quantity and price must be their product, in a file where nobody sees it being computed."""
    if figures.get("quantity") is None or not texts.get("scheduled_value"):
        return {}
    try:
        value = parse_amount(texts["scheduled_value"])
    except AmountError as error:
        return {"scheduled_value": str(error)}
    if value == figures["scheduled_value"]:
        return {}
    return {"scheduled_value": f"Quantity times unit price is {format_amount(figures['scheduled_value'])}."}


def _codes_to_make(found):
    made = {}
    for index, line in enumerate(found.lines):
        if (text := line.texts.get("cost_code", "").lower()) in found.unknown_codes:
            made[index] = found.unknown_codes[text]
    return made


def _refuse_unknown_codes(found):
    """Each once, with the rows that have it: one tick mends them all."""
    rows = {}
    for line in found.lines:
        if (text := line.texts.get("cost_code", "").lower()) in found.unknown_codes:
            rows.setdefault(text, []).append(line.row)
    for text, where in rows.items():
        also = f" {len(where):,} rows have it, the last is row {where[-1]}." if len(where) > 1 else ""
        code, _ = found.unknown_codes[text]
        found.tell(where[0], "cost_code", code, f"There is no such cost code. It can be created below.{also}")


def _refuse_doubles(found):
    """Items that stand twice in the file, with the row that has it first."""
    seen = {}
    for line in found.lines:
        item = line.entry.item
        if item and (first := seen.setdefault(item.lower(), line.row)) != line.row:
            found.tell(line.row, "item", item, f"Item {item} stands in row {first} already.")


def _removals(stored, lines):
    """Entries that remove the lines the file does not name."""
    named = {line.entry.line_id for line in lines}
    return [
        ScheduleEntry(line.item, line.description, line.scheduled_value, line_id=line.pk, removed=True)
        for line in stored
        if line.pk not in named
    ]
