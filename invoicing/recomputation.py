"""Every figure of every stored application once more, in SQL alone: nothing here knows the Python arithmetic.

A `Difference` within an application means that a figure was changed behind the product's back. One in the chain is what
check 3 warns of: an application that does not carry on where the standing one before it stopped.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection


@dataclass(frozen=True)
class Difference:
    """A figure of an application that is not what it should be."""

    company: str
    invoice_id: int
    number: str
    figure: str
    stored: Decimal
    computed: Decimal

    def __str__(self):
        stored, computed = f"{self.stored:,.2f}", f"{self.computed:,.2f}"
        return f"{self.company}, {self.number}: {self.figure} is {stored}, recomputed {computed}"


# Columns G and I, and what was carried in, of each line; then lines 1 to 9 from these sums, never from one another.
WITHIN = """
WITH sheet AS (
    SELECT line.invoice_id, scheduled.change_order_id, line.scheduled_value AS c,
        line.work_previous + line.work_this_period + line.materials_stored AS g,
        line.retainage_previous + line.retainage_withheld - line.retainage_released AS i,
        line.retainage_on_materials AS i_materials,
        line.work_previous + line.materials_previous - line.retainage_previous AS certified,
        line.work_this_period + line.materials_stored - line.materials_previous AS billed,
        line.retainage_withheld - line.retainage_released AS retained
    FROM invoicing_ownerinvoiceline AS line
    JOIN invoicing_contractline AS scheduled ON scheduled.id = line.contract_line_id
), sums AS (
    SELECT invoice_id,
        coalesce(sum(c) FILTER (WHERE change_order_id IS NULL), 0) AS original,
        coalesce(sum(c) FILTER (WHERE change_order_id IS NOT NULL), 0) AS changes,
        sum(g) AS g, sum(i) AS i, sum(i_materials) AS i_materials,
        sum(certified) AS certified, sum(billed) AS billed, sum(retained) AS retained
    FROM sheet GROUP BY invoice_id
)
SELECT company.name, invoice.id, contract.number || ' #' || invoice.position, told.figure, told.stored, told.computed
FROM invoicing_ownerinvoice AS invoice
JOIN sums ON sums.invoice_id = invoice.id
JOIN invoicing_primecontract AS contract ON contract.id = invoice.contract_id
JOIN directory_company AS company ON company.id = invoice.company_id
CROSS JOIN LATERAL (VALUES
    ('line 1', invoice.original_sum, sums.original),
    ('line 2', invoice.change_order_sum, sums.changes),
    ('line 3', invoice.contract_sum_to_date, sums.original + sums.changes),
    ('line 4', invoice.completed_and_stored, sums.g),
    ('line 5a', invoice.retainage_on_work, sums.i - sums.i_materials),
    ('line 5b', invoice.retainage_on_materials, sums.i_materials),
    ('line 5', invoice.total_retainage, sums.i),
    ('line 6', invoice.earned_less_retainage, sums.g - sums.i),
    ('line 7', invoice.less_previous_certificates, sums.certified),
    ('line 8', invoice.current_payment_due, sums.g - sums.i - sums.certified),
    ('line 9', invoice.balance_to_finish, sums.original + sums.changes - sums.g + sums.i),
    ('billed this period', invoice.billed_this_period, sums.billed),
    ('retainage this period', invoice.retainage_this_period, sums.retained)
) AS told (figure, stored, computed)
WHERE invoice.deleted_at IS NULL AND told.stored IS DISTINCT FROM told.computed
ORDER BY company.name, contract.number, invoice.position, told.figure
"""

# Line 7 beside line 6 of the standing application before, and each line beside the same line there.
CHAIN = """
WITH linked AS (
    SELECT invoice.*, before.id AS before_id, coalesce(before.earned_less_retainage, 0) AS certified
    FROM invoicing_ownerinvoice AS invoice
    LEFT JOIN LATERAL (
        SELECT earlier.id, earlier.earned_less_retainage FROM invoicing_ownerinvoice AS earlier
        WHERE earlier.contract_id = invoice.contract_id AND earlier.position < invoice.position
          AND earlier.deleted_at IS NULL AND earlier.status <> 'void'
        ORDER BY earlier.position DESC LIMIT 1
    ) AS before ON true
    WHERE invoice.deleted_at IS NULL AND invoice.status <> 'void'
), compared AS (
    SELECT linked.id, 'line 7' AS figure, linked.less_previous_certificates AS stored, linked.certified AS computed
    FROM linked
    UNION ALL
    SELECT linked.id, 'item ' || scheduled.item || ', ' || told.figure, told.stored, told.computed
    FROM linked
    JOIN invoicing_ownerinvoiceline AS line ON line.invoice_id = linked.id
    JOIN invoicing_contractline AS scheduled ON scheduled.id = line.contract_line_id
    LEFT JOIN invoicing_ownerinvoiceline AS was
        ON was.invoice_id = linked.before_id AND was.contract_line_id = line.contract_line_id
    CROSS JOIN LATERAL (VALUES
        ('column D', line.work_previous, coalesce(was.work_previous + was.work_this_period, 0)),
        ('stored materials carried in', line.materials_previous, coalesce(was.materials_stored, 0)),
        ('retainage carried in', line.retainage_previous,
            coalesce(was.retainage_previous + was.retainage_withheld - was.retainage_released, 0))
    ) AS told (figure, stored, computed)
)
SELECT company.name, linked.id, contract.number || ' #' || linked.position, compared.figure, compared.stored,
    compared.computed
FROM compared
JOIN linked ON linked.id = compared.id
JOIN invoicing_primecontract AS contract ON contract.id = linked.contract_id
JOIN directory_company AS company ON company.id = linked.company_id
WHERE compared.stored IS DISTINCT FROM compared.computed
ORDER BY company.name, contract.number, linked.position, compared.figure
"""


# Money stands only against approved applications, and at most what is due on them.
PAYMENTS = """
SELECT company.name, invoice.id, contract.number || ' #' || invoice.position, 'payments', sums.paid, sums.payable
FROM invoicing_ownerinvoice AS invoice
JOIN invoicing_primecontract AS contract ON contract.id = invoice.contract_id
JOIN directory_company AS company ON company.id = invoice.company_id
JOIN LATERAL (
    SELECT sum(payment.amount) AS paid,
        CASE WHEN invoice.status = 'approved' AND invoice.deleted_at IS NULL
            THEN greatest(0, least(sum(payment.amount), invoice.current_payment_due)) ELSE 0 END AS payable
    FROM invoicing_payment AS payment WHERE payment.invoice_id = invoice.id
) AS sums ON sums.paid IS DISTINCT FROM sums.payable AND sums.paid IS NOT NULL
ORDER BY company.name, contract.number, invoice.position
"""

# A reversal takes back what its payment brought in, for the same application.
REVERSALS = """
SELECT company.name, invoice.id, contract.number || ' #' || invoice.position, 'reversal of a payment',
    reversal.amount, CASE WHEN undone.invoice_id = reversal.invoice_id THEN -undone.amount ELSE 0 END
FROM invoicing_payment AS reversal
JOIN invoicing_payment AS undone ON undone.id = reversal.reverses_id
JOIN invoicing_ownerinvoice AS invoice ON invoice.id = reversal.invoice_id
JOIN invoicing_primecontract AS contract ON contract.id = invoice.contract_id
JOIN directory_company AS company ON company.id = invoice.company_id
WHERE undone.invoice_id <> reversal.invoice_id OR reversal.amount <> -undone.amount
ORDER BY company.name, contract.number, invoice.position, reversal.id
"""


def broken_within():
    """Figures of applications, void ones too, that do not follow from their own lines; none in sound books."""
    return [each for statement in (WITHIN, PAYMENTS, REVERSALS) for each in _differences(statement)]


def breaks_in_the_chain():
    """Where a standing application does not carry on from the one before."""
    return _differences(CHAIN)


def _differences(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Difference(*row) for row in cursor.fetchall()]
