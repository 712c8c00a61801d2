"""An application as an XLSX workbook that goes on calculating: sums and line arithmetic are formulas."""

import io

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from invoicing.printing.cached import with_cached_values
from invoicing.printing.printed import SUMMARY
from invoicing.printing.sections import COLUMNS
from invoicing.spreadsheet import guarded

AMOUNT, SHARE = "#,##0.00;(#,##0.00)", "0.0%"
SHEET = "Continuation"
TITLES = ("A Item", "B Description", *(f"{letter} {title}" for letter, title, _ in COLUMNS))
# What the summary's formulas need beside the printed columns.
MORE = ("Of I, on stored material", "Certified before", "By change order", "Subtotal")
FIRST = 2  # the row of the first line
FORMULAS = {
    "completed_and_stored": "=ROUND(D{0}+E{0}+F{0},2)",
    "percent": '=IF(C{0}=0,"",TRUNC(ROUND(G{0}/C{0},12),3))',
    "balance_to_finish": "=ROUND(C{0}-G{0},2)",
}
# Which column of the sheet holds which figure.
PLACES = {name: "CDEFGHIJ"[n] for n, (_, _, name) in enumerate(COLUMNS)}
SUMMED = PLACES | {"retainage_on_materials": "K", "payment_previous": "L"}


def as_workbook(printed):
    """The file's bytes. Formulas carry the printed figure as their value, for programs that do not calculate."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = printed.title, "Tieout"
    known = {"Summary": {}, SHEET: {}}
    _summary(_Pen(book.create_sheet("Summary"), known["Summary"]), printed)
    _continuation(_Pen(book.create_sheet(SHEET), known[SHEET]), printed)
    out = io.BytesIO()
    book.save(out)
    return with_cached_values(out.getvalue(), list(known.values()))


class _Pen:
    """Writes rows onto a sheet and keeps the values that its formulas come to, by place."""

    def __init__(self, sheet, known):
        self.sheet, self.known, self.row = sheet, known, 0
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.right.text = "Page &P of &N"

    def write(self, *cells):
        self.row += 1
        self.sheet.append(list(cells))

    def text(self, text, *, bold=False, wrap=False):
        """A cell that is text for good: it is typed so, and stays so when somebody edits it."""
        cell = WriteOnlyCell(self.sheet, text)
        cell.data_type = "s"
        if guarded(text) != text:
            cell.quotePrefix = True
        if bold:
            cell.font = Font(bold=True)
        if wrap:
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="center")
        return cell

    def figure(self, value, form=AMOUNT, *, bold=False):
        cell = WriteOnlyCell(self.sheet, value)
        cell.number_format = form
        if bold:
            cell.font = Font(bold=True)
        return cell

    def formula(self, column, formula, value, form=AMOUNT, *, bold=False):
        """A formula of the row that is written next, and what it comes to."""
        self.known[f"{column}{self.row + 1}"] = value
        return self.figure(formula, form, bold=bold)


def _summary(pen, printed):
    pen.sheet.column_dimensions["A"].width, pen.sheet.column_dimensions["B"].width = 28, 48
    for column in "CDE":
        pen.sheet.column_dimensions[column].width = 20
    pen.write(pen.text(printed.title, bold=True))
    if printed.mark:
        pen.write(pen.text(f"{printed.mark.upper()}: this is not for payment", bold=True))
    for label, text in printed.facts:
        pen.write(pen.text(label), pen.text(text))
    pen.write()
    pen.write(*(pen.text(title, bold=True) for title in ("Line", "Summary", "Amount")))
    formulas = _summary_formulas(pen.row + 1, FIRST + sum(map(_rows, printed.sections)))
    for number, label, amount in printed.summary_rows:
        pen.write(pen.text(number), pen.text(label), pen.formula("C", formulas[number], amount, bold=number == "8"))
    pen.write()
    _changes(pen, printed)


def _summary_formulas(first, total):
    """Lines 1 to 9, the first of them in row `first`; the continuation sheet's totals stand in row `total`."""
    at = {number: f"C{first + n}" for n, (number, _, _) in enumerate(SUMMARY)}
    marks, values = (f"{SHEET}!{column}{FIRST}:{column}{total - 1}" for column in "MC")
    return {
        "1": f"=ROUND({SHEET}!C{total}-{at['2']},2)",
        "2": f'=ROUND(SUMIF({marks},"yes",{values}),2)',
        "3": f"=ROUND({at['1']}+{at['2']},2)",
        "4": f"={SHEET}!G{total}",
        "5a": f"=ROUND({SHEET}!J{total}-{at['5b']},2)",
        "5b": f"={SHEET}!K{total}",
        "5": f"=ROUND({at['5a']}+{at['5b']},2)",
        "6": f"=ROUND({at['4']}-{at['5']},2)",
        "7": f"={SHEET}!L{total}",
        "8": f"=ROUND({at['6']}-{at['7']},2)",
        "9": f"=ROUND({at['3']}-{at['6']},2)",
    }


def _changes(pen, printed):
    pen.write(*(pen.text(title, bold=True) for title in ("Change orders", "", "Additions", "Deductions", "Net")))
    for each in printed.changes:
        net = pen.formula("E", f"=ROUND(C{pen.row + 1}+D{pen.row + 1},2)", each.net)
        pen.write(pen.text(each.title), None, pen.figure(each.additions), pen.figure(each.deductions), net)


def _continuation(pen, printed):
    pen.sheet.freeze_panes, pen.sheet.print_title_rows = "C2", "1:1"
    for column, width in {"A": 10, "B": 44, **dict.fromkeys("CDEFGHIJKLMN", 17)}.items():
        pen.sheet.column_dimensions[column].width = width
    pen.write(*(pen.text(title, bold=True, wrap=True) for title in (*TITLES, *MORE)))
    for section in printed.sections:
        _section(pen, section)
    pen.write(*_sums(pen, "Total", "", printed.totals, _total_of(printed.sections, pen.row)))


def _rows(section):
    return len(section.lines) + (2 if section.heading else 0)


def _section(pen, section):
    if section.heading:
        pen.write(pen.text(section.heading, bold=True))
    first = pen.row + 1
    for line in section.lines:
        pen.write(*_line(pen, line, section))
    if section.heading:
        row = _sums(pen, "Subtotal", section.heading, section.totals, f"SUM({{0}}{first}:{{0}}{pen.row})")
        pen.write(*row, None, pen.text("yes"))


def _total_of(sections, last):
    """How a column's total is made: of the subtotals, whose lines are counted with them and whose rows are marked."""
    if any(section.heading for section in sections):
        return f'SUMIF(N{FIRST}:N{last},"yes",{{0}}{FIRST}:{{0}}{last})'
    return f"SUM({{0}}{FIRST}:{{0}}{last})" if sections else "0"


def _line(pen, line, section):
    figures = line.figures
    yield pen.text(line.item)
    yield pen.text(line.description)
    for name, column in PLACES.items():
        value, form = _value(name, getattr(figures, name))
        formula = FORMULAS.get(name)
        yield pen.formula(column, formula.format(pen.row + 1), value, form) if formula else pen.figure(value, form)
    yield pen.figure(figures.retainage_on_materials)
    yield pen.figure(figures.payment_previous)
    yield pen.text("yes" if section.by_change_order else "")


def _sums(pen, label, name, totals, formula):
    """A row of sums, each made as `formula` says of its column."""
    yield pen.text(label, bold=True)
    yield pen.text(name, bold=True) if name else None
    for figure, column in SUMMED.items():
        value, form = _value(figure, getattr(totals, figure))
        share = FORMULAS["percent"].format(pen.row + 1)
        summed = share if figure == "percent" else f"=ROUND({formula.format(column)},2)"
        yield pen.formula(column, summed, value, form, bold=True)


def _value(name, figure):
    """A figure as a cell holds it: a share is a number between 0 and 1, "" where there is nothing to share."""
    if name != "percent":
        return figure, AMOUNT
    return ("" if figure is None else figure / 100), SHARE
