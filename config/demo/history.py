"""The past of every application: what people and the engine did, with the audit chain, written in bulk."""

from collections import defaultdict
from datetime import UTC, timedelta

from django.db import transaction

from config.demo import moves
from config.demo.companies import APPROVERS
from config.demo.contracts import FAILED
from config.demo.exports import book, fail
from directory import audit
from erp_integrations.models import ExportRun
from invoicing import lifecycle
from invoicing.actions import history
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import EXPORT, MOVES, ErpStatus

CHANGED_FIELDS = (
    "created_at",
    "status",
    "erp_status",
    "erp_status_at",
    "version",
    "reference",
    "sent_by",
    "sent_at",
    "accepted_by",
    "accepted_at",
)
# Every ninth synced invoice came back once before it went through.
CAME_BACK = 9


@transaction.atomic
def remember(settled, all_billed, now):
    """Let everything happen to a company's applications, in the order of time; export what was exported."""
    planned = [step for billed in all_billed for step in _plan(settled, billed, now)]
    planned.sort(key=lambda step: step[1].at)
    events = [_carry_out(settled, invoice, move) for invoice, move in planned]
    OwnerInvoice.objects.bulk_update({event.invoice_id: event.invoice for event in events}.values(), CHANGED_FIELDS)
    notes = _export(settled, all_billed, events)
    for event in events:
        event.note = event.note or notes.get((event.invoice_id, event.move), "")
    InvoiceEvent.objects.bulk_create(events)
    audit.record_all(settled.company.pk, [_audit_entry(event) for event in events])


def _plan(settled, billed, now):
    """Pairs of invoice and move for all applications of one job."""
    job = billed.job
    cast = moves.Cast(job.sender, APPROVERS[job.company])
    for invoice in billed.invoices[:-1]:
        planned = moves.synced(invoice.period.end, cast, rejected_first=invoice.position % CAME_BACK == 5)
        if job.quirk == "line 7" and invoice == billed.invoices[-2]:
            planned = moves.corrected_late(now, cast)
        yield from ((invoice, move) for move in planned)
    last = billed.invoices[-1]
    yield from ((last, move) for move in moves.ending(job, now, last.period.end, cast))


def _carry_out(settled, invoice, move):
    told = {"actor": settled.people.get(move.actor), "at": move.at.astimezone(UTC), "note": move.note}
    if isinstance(move.what, str):
        return _change(invoice, move.what, **told)
    event, _ = lifecycle.carry_out(invoice, move.what, **told)
    return event


def _change(invoice, past, *, at, **told):
    if past == "created":
        invoice.created_at = at
    else:
        invoice.version += 1
    return history.event_of(invoice, past, at=at, **told)


def _audit_entry(event):
    return lifecycle.audit_entry(event) if event.move in MOVES else history.audit_entry(event)


def _export(settled, all_billed, events):
    """The ERP side: a run for each press of Export to ERP. Returns what the engine notes, by invoice id and move."""
    pressed = defaultdict(list)
    for event in events:
        if event.move == EXPORT.name:
            pressed[event.at].append(event.invoice)
    runs = _runs(settled, pressed)
    invoices = [invoice for each in pressed.values() for invoice in each]
    failures = {billed.invoices[-1].pk: billed.job.failure for billed in all_billed if billed.job.ends == FAILED}
    return {
        **{(pk, EXPORT.name): f"Export {run.number}" for pk, run in runs.items()},
        **book(settled, [each for each in invoices if each.erp_status == ErpStatus.SYNCED], runs),
        **fail(settled, [each for each in invoices if each.pk in failures], runs, failures),
    }


def _runs(settled, pressed):
    """The ended runs, by invoice id."""
    approver = settled.people[APPROVERS[settled.company.name]]
    runs = []
    for number, at in enumerate(sorted(pressed), start=1):
        ended = max(invoice.erp_status_at for invoice in pressed[at])
        runs.append(
            ExportRun(
                company=settled.company,
                number=number,
                started_by=approver,
                started_at=at,
                invoice_ids=sorted(invoice.pk for invoice in pressed[at]),
                launched_at=at + timedelta(seconds=1),
                finished_at=ended,
                dismissed_at=ended + timedelta(minutes=5),
            )
        )
    ExportRun.objects.bulk_create(runs)
    return {pk: run for run in runs for pk in run.invoice_ids}
