"""The inputs of a typed grid, made here since a page has a thousand of them; {% load grid %}."""

import json

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from invoicing.forms import quantities
from invoicing.money import format_quantity

register = template.Library()

# What js/grid.js reads of a line, and what it adds up of the lines that stand on other pages of the grid.
CARRIED = {
    "scheduled": "scheduled_value",
    "work-previous": "work_previous",
    "materials-previous": "materials_previous",
    "retainage-previous": "retainage_previous",
}
ADDED = {
    "work": "work_this_period",
    "materials": "materials_stored",
    "released": "retainage_released",
    "completed": "completed_and_stored",
    "balance": "balance_to_finish",
    "retainage": "retainage",
    "retainageOnMaterials": "retainage_on_materials",
    "previousCertificates": "payment_previous",
}


# Columns of a schedule that are figures, and those whose cells are offered a list.
NUMBERS = ("quantity", "unit_price", "scheduled_value")
LUMP_SUM = SafeString("<td></td>")
OFFERED = {"cost_code": "codes", "group": "groups"}


@register.simple_tag
def schedule_cells(row):
    """The inputs of a line of a schedule of values."""
    return format_html_join("", '<td data-label="{}" class="{}">{}</td>', (_cell(*each) for each in row.cells.items()))


def _cell(name, cell):
    if name in NUMBERS:
        return cell.title, "num", number_cell(cell, name)
    return cell.title, f"text {name}", text_cell(cell, name, OFFERED.get(name, ""))


@register.simple_tag
def schedule_texts(row):
    """The same to be read only."""
    item, *others = row.cells.items()
    cells = ((cell.title, "num" if name in NUMBERS else "", cell.value) for name, cell in others)
    texts = format_html_join("", '<td data-label="{}" class="{}">{}</td>', cells)
    return format_html('<th scope="row">{}</th>{}', item[1].value, texts)


@register.simple_tag
def text_cell(cell, column="", choices=""):
    """`choices` is the id of a datalist."""
    return format_html(
        '<input type="text" name="{}" id="{}" value="{}" aria-label="{}"{}{}{}>{}',
        cell.name,
        cell.id_for_label,
        cell.value,
        cell.label,
        format_html(' data-col="{}"', column) if column else "",
        format_html(' list="{}"', choices) if choices else "",
        _invalid(cell),
        _error(cell),
    )


@register.simple_tag
def number_cell(cell, column=""):
    """`column` is what js/grid.js calls it; "" where no figure follows from it."""
    return format_html(
        '<input type="text" inputmode="decimal" autocomplete="off" name="{}" id="{}" value="{}" aria-label="{}"'
        "{}{}>{}{}",
        cell.name,
        cell.id_for_label,
        cell.value,
        cell.label,
        format_html(' data-col="{}"', column) if column else "",
        _invalid(cell),
        _error(cell),
        format_html('<span class="sub warn">Saved: {}</span>', cell.saved) if cell.saved else "",
    )


@register.simple_tag
def quantity_cells(row):
    """The quantities of a unit-price line, empty cells for a lump sum."""
    if not quantities.columns_of(row.line):
        return LUMP_SUM
    cells = [number_cell(row.cells[field], column) for field, (column, _) in quantities.COLUMNS.items()]
    label = "Quantity, this period and to date"
    return format_html('<td class="num" data-label="{}"><span>{}<br>{}</span></td>', label, *cells)


@register.simple_tag
def unit_price(line):
    """What a schedule line is per unit, under its value: "1,450 m3 at 18.50"."""
    if not line.unit_price:
        return ""
    quantity, price = format_quantity(line.quantity), format_quantity(line.unit_price, 2)
    return format_html('<span class="sub">{} {} at {}</span>', quantity, line.unit, price)


@register.simple_tag
def quantities_billed(row):
    """What an application bills of a unit-price line, under column E: "310 m3, 620 to date"."""
    if not quantities.columns_of(row.line):
        return ""
    now, whole = (row.cells[field].value for field in quantities.COLUMNS)
    return format_html('<span class="sub">{} {}, {} to date</span>', now, row.line.contract_line.unit, whole)


def _invalid(cell):
    described = format_html(' aria-invalid="true" aria-describedby="{}_error"', cell.id_for_label)
    return described if cell.error else ""


def _error(cell):
    return format_html('<span class="err" id="{}_error">{}</span>', cell.id_for_label, cell.error) if cell.error else ""


@register.simple_tag
def carried_figures(line):
    """The figures of a line that nobody types, as data attributes of its row."""
    attributes = "".join(f' data-{name}="{{}}"' for name in CARRIED)
    price = line.contract_line.unit_price
    shown = format_html(attributes, *(getattr(line, field) for field in CARRIED.values()))
    return format_html('{} data-unit-price="{}"', shown, price) if price else shown


@register.simple_tag
def figures_elsewhere(sums):
    """What the lines of the other pages come to in cents, so that the totals count them."""
    return json.dumps({name: str(getattr(sums, field)).replace(".", "") for name, field in ADDED.items()})
