"""Tie-out checks 1 to 5 of stored applications: PostgreSQL adds up and picks the lines in doubt, `tie_out` says so.

Two queries for any number of applications; only lines that break a rule leave the database.
"""

from collections import defaultdict, namedtuple

from django.db import connection

from invoicing.money import ZERO, format_amount
from invoicing.payment_application import LineFigures, Summary
from invoicing.tie_out import Certificate, ContractFigures, ScheduledLine, dollars, tie_out

# Every line beside the line it had in the last standing application before; nothing before is zero.
# MATERIALIZED and OFFSET 0 fix the way there, from each application by index to its lines, whatever the server guesses
# of tables that were filled a moment ago.
LINES = """
WITH wanted AS MATERIALIZED (
    SELECT invoice.*, before.id AS previous_id, before.earned_less_retainage AS certified
    FROM invoicing_ownerinvoice AS invoice
    LEFT JOIN LATERAL (
        SELECT earlier.id, earlier.earned_less_retainage
        FROM invoicing_ownerinvoice AS earlier
        WHERE earlier.contract_id = invoice.contract_id AND earlier.position < invoice.position
          AND earlier.deleted_at IS NULL AND earlier.status <> 'void'
        ORDER BY earlier.position DESC LIMIT 1
    ) AS before ON true
    WHERE invoice.id = ANY(%s)
), compared AS (
    SELECT line.*, wanted.retainage_note,
        line.work_previous + line.work_this_period + line.materials_stored AS completed,
        contract.work_retainage_percent AS work_rate, contract.materials_retainage_percent AS materials_rate,
        coalesce(before.work_previous + before.work_this_period, 0) AS work_then,
        coalesce(before.materials_stored, 0) AS materials_then,
        coalesce(before.retainage_previous + before.retainage_withheld - before.retainage_released, 0) AS retainage_then
    FROM wanted
    JOIN invoicing_primecontract AS contract ON contract.id = wanted.contract_id
    CROSS JOIN LATERAL (
        SELECT * FROM invoicing_ownerinvoiceline AS own WHERE own.invoice_id = wanted.id OFFSET 0
    ) AS line
    LEFT JOIN LATERAL (
        SELECT * FROM invoicing_ownerinvoiceline AS earlier
        WHERE earlier.invoice_id = wanted.previous_id AND earlier.contract_line_id = line.contract_line_id OFFSET 0
    ) AS before ON true
), earned AS (
    SELECT compared.*,
        CASE WHEN scheduled_value < 0 THEN least(completed, 0) ELSE greatest(completed, 0) END AS earned,
        retainage_previous + round(
            (work_rate * work_this_period + materials_rate * (materials_stored - materials_previous)) * 0.01, 2
        ) AS wished
    FROM compared
), judged AS (
    SELECT earned.*,
        (work_previous, materials_previous, retainage_previous)
            IS DISTINCT FROM (work_then, materials_then, retainage_then)
        OR completed NOT BETWEEN least(scheduled_value, 0) AND greatest(scheduled_value, 0)
        OR (retainage_note !~ '[^[:space:]]' AND (
            retainage_released <> 0
            OR retainage_previous + retainage_withheld
               <> least(greatest(wished, least(earned, 0)), greatest(earned, 0))
        )) AS in_doubt
    FROM earned
), sums AS MATERIALIZED (
    SELECT invoice_id, bool_or(in_doubt) AS in_doubt, sum(scheduled_value) AS scheduled, sum(completed) AS completed,
        sum(retainage_previous + retainage_withheld - retainage_released - retainage_on_materials) AS on_work,
        sum(retainage_on_materials) AS on_materials,
        sum(work_previous + materials_previous - retainage_previous) AS carried,
        sum(work_this_period + materials_stored - materials_previous) AS billed,
        sum(retainage_withheld - retainage_released) AS retained
    FROM judged GROUP BY invoice_id
)
"""


# A change order belongs to an application that carries its lines, or that ends after it was approved.
APPLICATIONS = """
SELECT wanted.id, company.currency, wanted.retainage_note, wanted.certified,
    contract.work_retainage_percent AS work_rate, contract.materials_retainage_percent AS materials_rate,
    (SELECT coalesce(sum(line.scheduled_value), 0) FROM invoicing_contractline AS line
     WHERE line.contract_id = contract.id AND line.change_order_id IS NULL) AS original,
    (SELECT coalesce(sum(line.scheduled_value), 0) FROM invoicing_contractline AS line
     JOIN invoicing_changeorder AS change ON change.id = line.change_order_id
     WHERE line.contract_id = contract.id AND change.status = 'approved'
       AND (change.approved_on <= period."end" OR EXISTS (
           SELECT FROM invoicing_ownerinvoiceline AS billed
           WHERE billed.invoice_id = wanted.id AND billed.contract_line_id = line.id))) AS changes,
    ARRAY[wanted.original_sum, wanted.change_order_sum, wanted.completed_and_stored, wanted.retainage_on_work,
        wanted.retainage_on_materials, wanted.less_previous_certificates, wanted.billed_this_period,
        wanted.retainage_this_period] AS stored,
    ARRAY[sums.scheduled, 0, sums.completed, sums.on_work, sums.on_materials, sums.carried, sums.billed,
        sums.retained] AS added_up,
    coalesce(sums.in_doubt, false) AS in_doubt
FROM wanted
JOIN invoicing_primecontract AS contract ON contract.id = wanted.contract_id
JOIN directory_company AS company ON company.id = wanted.company_id
JOIN invoicing_billingperiod AS period ON period.id = wanted.period_id
LEFT JOIN sums ON sums.invoice_id = wanted.id
"""

LINES_IN_DOUBT = """
SELECT judged.invoice_id, judged.contract_line_id, scheduled.item,
    ARRAY[judged.scheduled_value, judged.work_previous, judged.materials_previous, judged.retainage_previous,
        judged.work_this_period, judged.materials_stored, judged.retainage_withheld, judged.retainage_released,
        judged.retainage_on_materials] AS now,
    judged.work_then, judged.materials_then, judged.retainage_then
FROM judged
JOIN invoicing_contractline AS scheduled ON scheduled.id = judged.contract_line_id
WHERE judged.in_doubt
ORDER BY scheduled.position
"""


def tie_outs(invoices):
    """Check stored applications, as they stand in the database; a `TieOut` by id of each of `invoices`."""
    wanted = [invoice.pk for invoice in invoices]
    if not wanted:
        return {}
    applications = _rows(LINES + APPLICATIONS, wanted)
    doubtful = [row.id for row in applications if row.in_doubt]
    lines = defaultdict(list)
    for row in _rows(LINES + LINES_IN_DOUBT, doubtful):  # also for none, so that a page always costs the same
        lines[row.invoice_id].append(row)
    return {row.id: _tie_out(row, lines[row.id]) for row in applications}


def _rows(statement, ids):
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])
        row_type = namedtuple("Row", [column.name for column in cursor.description])
        return [row_type(*values) for values in cursor.fetchall()]


def _tie_out(row, in_doubt):
    added_up = [amount or ZERO for amount in row.added_up]
    return tie_out(
        Summary(*row.stored),
        [ScheduledLine(line.contract_line_id, line.item, LineFigures(*line.now)) for line in in_doubt],
        ContractFigures(row.original, row.changes, row.work_rate, row.materials_rate),
        _certificate(row, in_doubt),
        row.retainage_note,
        written_in(row.currency),
        sums=Summary(*added_up),
    )


def _certificate(row, in_doubt):
    """The application before, as far as its lines matter; `next_line` of what is made up here is what stands there."""
    if row.certified is None:
        return None
    before = {
        line.contract_line_id: LineFigures(
            work_previous=line.work_then, materials_stored=line.materials_then, retainage_previous=line.retainage_then
        )
        for line in in_doubt
    }
    return Certificate(row.certified, before)


def written_in(currency):
    """How the sentences write an amount of that currency."""
    return dollars if currency == "USD" else lambda amount: f"{format_amount(amount)} {currency}"
