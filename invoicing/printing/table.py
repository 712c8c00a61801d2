"""An application as CSV: its facts, summary and change orders, then its lines in their sections, and the totals."""

from invoicing.printing.sections import COLUMNS, columns_of
from invoicing.spreadsheet import as_csv


def as_table(printed):
    rows = [
        *printed.facts,
        [],
        ["Line", "Summary", "Amount"],
        *printed.summary_rows,
        [],
        ["Change orders", "Additions", "Deductions", "Net"],
        *((each.title, each.additions, each.deductions, each.net) for each in printed.changes),
        [],
        ["Item", "Description", *(f"{letter} {title}" for letter, title, _ in COLUMNS)],
        *(row for section in printed.sections for row in _rows(section)),
        ["Total", "", *columns_of(printed.totals)],
    ]
    return as_csv([printed.title, printed.mark], rows)


def _rows(section):
    if section.heading:
        yield [section.heading]
    for line in section.lines:
        yield [line.item, line.description, *columns_of(line.figures)]
    if section.heading:
        yield ["Subtotal", section.heading, *columns_of(section.totals)]
