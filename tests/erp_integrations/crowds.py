"""Thousands of owner invoices in a moment, as copies of one that the product's own actions have made."""

from django.db import connection

from invoicing.models import OwnerInvoice

# Figures that PostgreSQL computes, and what each copy has of its own.
GENERATED = {each.column for each in OwnerInvoice._meta.get_fields() if getattr(each, "generated", False)}
OWN = {"id", "position", "number", "reference", "status", "erp_status", "sent_at"}
LINE_COLUMNS = [
    "company_id",
    "contract_line_id",
    "scheduled_value",
    "work_previous",
    "materials_previous",
    "retainage_previous",
    "work_this_period",
    "materials_stored",
    "retainage_percent",
    "materials_retainage_percent",
    "retainage_released",
    "retainage_withheld",
    "retainage_on_materials",
]


def crowd(invoice, count):
    """`count` more applications of the invoice's contract in its state, each two of them sent a minute before the last.

    Two have the same `sent_at`, so that a keyset page has to tell them apart by id.
    """
    first = OwnerInvoice.objects.filter(contract=invoice.contract).count() + 1
    kept = [each.column for each in OwnerInvoice._meta.concrete_fields if each.column not in GENERATED | OWN]
    values = {"source": invoice.pk, "first": first, "last": first + count - 1, "number": invoice.contract.number}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO invoicing_ownerinvoice
                ({", ".join(kept)}, position, number, reference, status, erp_status, sent_at)
            SELECT {", ".join(kept)}, n, %(number)s || '-' || n, 'OI-' || lpad(n::text, 10, '0'), 'draft', 'recalled',
                   sent_at - (n / 2) * interval '1 minute'
            FROM invoicing_ownerinvoice, generate_series(%(first)s, %(last)s) AS n WHERE id = %(source)s
            RETURNING id
            """,
            values,
        )
        values["copies"] = [pk for (pk,) in cursor.fetchall()]
        # Each copy is named by its id: what the server guesses of a table filled a moment ago may be far off.
        cursor.execute(
            f"""
            INSERT INTO invoicing_ownerinvoiceline (invoice_id, {", ".join(LINE_COLUMNS)})
            SELECT copy, {", ".join(LINE_COLUMNS)}
            FROM unnest(%(copies)s::bigint[]) AS copy, invoicing_ownerinvoiceline WHERE invoice_id = %(source)s
            """,
            values,
        )
        cursor.execute(
            """
            UPDATE invoicing_ownerinvoice SET (status, erp_status) =
                (SELECT status, erp_status FROM invoicing_ownerinvoice WHERE id = %(source)s)
            WHERE id = ANY(%(copies)s)
            """,
            values,
        )
        # Plans that the server kept from when the tables were empty (those of foreign keys above all) read them whole.
        cursor.execute("DISCARD PLANS")
