from django.db import connection

from invoicing.figures import LINE_COLUMNS

WRITTEN = {name: "numeric" for name in (*LINE_COLUMNS, "retainage_percent", "materials_retainage_percent")}
SCHEDULED = {
    "item": "text",
    "description": "text",
    "group": "text",
    "cost_code_id": "bigint",
    "quantity": "numeric",
    "unit": "text",
    "unit_price": "numeric",
    "scheduled_value": "numeric",
}


def update_rows(rows):
    """Write the figures and rates of existing `OwnerInvoiceLine` rows."""
    _update("invoicing_ownerinvoiceline", WRITTEN, rows)


def update_schedule(lines):
    """Write what was typed of existing `ContractLine` rows."""
    _update("invoicing_contractline", SCHEDULED, lines)


def _update(table, columns, rows):
    """One statement for any number of rows: bulk_update's CASE per row and column takes minutes for 5,000 lines."""
    if not rows:
        return
    values = [[row.pk for row in rows], *([getattr(row, name) for row in rows] for name in columns)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(table, columns), values)


def _statement(table, columns):
    names = [f'"{name}"' for name in columns]
    return (
        f"UPDATE {table} AS line SET ({', '.join(names)}) = ROW({', '.join(f'new.{name}' for name in names)})"  # noqa: S608 - our own names
        f" FROM unnest(%s::bigint[], {', '.join(f'%s::{kind}[]' for kind in columns.values())})"
        f" AS new (id, {', '.join(names)}) WHERE line.id = new.id"
    )
