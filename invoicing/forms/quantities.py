"""Quantities of a unit-price line in the grid: two more cells beside column E, which say the same in units."""

from invoicing.forms.cells import Cell, read, typed
from invoicing.money import ZERO, AmountError, extended, format_amount, format_quantity, parse_quantity, quantity_for

THIS_PERIOD, TO_DATE = "quantity_this_period", "quantity_to_date"
COLUMNS = {
    THIS_PERIOD: ("quantity", "Quantity this period"),
    TO_DATE: ("quantity-to-date", "Quantity to date"),
}


def columns_of(line):
    """The quantity columns of an `OwnerInvoiceLine`; a lump sum has none."""
    return COLUMNS if line.contract_line.unit_price else {}


def quantity_text(line, field, work=None):
    """What a quantity cell shows for `work` in column E, as stored unless told."""
    work = line.work_this_period if work is None else work
    billed = work if field == THIS_PERIOD else line.work_previous + work
    return format_quantity(quantity_for(billed, line.contract_line.unit_price))


def work_by_quantity(row, post, work):
    """Column E as the quantity cells have it where one was typed into, else `work`, which is what E itself says.

    A cell was typed into where it neither says what is saved nor what follows from E: of cells that were left alone,
    one follows the other. Two that say different things are refused beside the cell.
    """
    asked = {}
    for field in columns_of(row.line):
        cell, stands = row.cells[field], quantity_text(row.line, field)
        followed = None if work is None else quantity_text(row.line, field, work)
        if typed(post, cell) and cell.value.strip() not in (stands, followed):
            asked[field] = _amount(row, field, cell)
    wanted = {field: amount for field, amount in asked.items() if amount is not None}
    if not wanted:
        return work
    amount = next(iter(wanted.values()))
    if work not in (row.line.work_this_period, None):
        amount = work
    _refuse_others(row, wanted, amount)
    return amount


def _refuse_others(row, wanted, amount):
    for field, other in wanted.items():
        if other != amount:
            cell = row.cells[field]
            said, stands = format_amount(other), format_amount(amount)
            cell.error = f"This comes to {said} in column E, where {stands} is asked for too. Leave one of them."


def _amount(row, field, cell):
    """Column E by a typed quantity; None and a message on the cell where there is none."""
    quantity = read(cell, lambda text: parse_quantity(text) if text.strip() else ZERO)
    if quantity is None:
        return None
    try:
        billed = extended(quantity, row.line.contract_line.unit_price)
    except AmountError as error:
        cell.error = str(error)
        return None
    return billed if field == THIS_PERIOD else billed - row.line.work_previous


def quantity_cells(line):
    item = line.contract_line.item
    return {
        field: Cell(f"{column}-{line.pk}", f"{title}, line {item}", quantity_text(line, field))
        for field, (column, title) in columns_of(line).items()
    }
