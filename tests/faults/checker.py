"""Holds what was accepted against the ERP's own ledger, and names what is lost, doubled, stuck or differs.

A finding reads "lost: OI-ABC…, 0 documents while synced". It looks at rows and at the ledger alone, so that it knows
nothing of how the engine came there.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count

from directory import audit
from directory.models import Company
from erp_integrations.models import ErpDocument, ExportJob, ExportRun, JobState
from invoicing.models import InvoiceEvent, OwnerInvoice
from invoicing.states import ERP_MOVES, IN_MOTION, MOVES, SETTLE, UNLINK, WITH_PROJECT, ErpStatus
from notifications.models import OutgoingEmail

LOST, DOUBLED, STUCK, DIFFERS, HISTORY = "lost", "doubled", "stuck", "differs", "history"
STRAY, MAILS, AUDIT, ORDER = "stray", "mails", "audit", "order"
NEVER_BOOKED = {
    ErpStatus.READY_TO_EXPORT,
    ErpStatus.ACCEPTED,
    ErpStatus.FAILED,
    ErpStatus.BOOKED_OUTSIDE,
    *WITH_PROJECT,
}


@dataclass(frozen=True)
class Finding:
    kind: str
    name: str
    told: str

    def __str__(self):
        return f"{self.kind}: {self.name}, {self.told}"


def findings(ledger, mailbox=()):
    """Everything that is wrong. `ledger` is the ERP's list of documents, `mailbox` the Message-IDs that arrived."""
    by_reference = {}
    for document in ledger:
        by_reference.setdefault(document["reference"], []).append(document)
    invoices = OwnerInvoice.objects.exclude(reference="").order_by("pk")
    found = [one for invoice in invoices for one in _of_invoice(invoice, by_reference.get(invoice.reference, []))]
    known = set(ExportJob.objects.values_list("reference", flat=True))
    found += [Finding(STRAY, name, "booked without a job") for name in sorted(by_reference.keys() - known)]
    return [*found, *_of_order(ledger), *_of_runs(), *_of_mails(mailbox), *_of_audit()]


def _of_invoice(invoice, booked):
    job = ExportJob.objects.live().filter(invoice=invoice).first()
    told = f"{_counted(booked)} while {invoice.erp_status}"
    if len(booked) > 1:
        yield Finding(DOUBLED, invoice.reference, told)
    if not booked and invoice.erp_status in {ErpStatus.SYNCED, *IN_MOTION} and not _waits_for_a_person(job):
        yield Finding(LOST, invoice.reference, told)
    if booked and invoice.erp_status in NEVER_BOOKED:
        yield Finding(DIFFERS, invoice.reference, told)
    if invoice.erp_status in IN_MOTION and not _waits_for_a_person(job):
        yield Finding(STUCK, invoice.reference, f"job {job.state if job else 'missing'} while {invoice.erp_status}")
    if job is not None:
        yield from _of_job(job, invoice, booked)
    yield from _of_history(invoice)


def _of_history(invoice):
    """The moves on record must lead, one from the other, to where the invoice is."""
    moves = InvoiceEvent.objects.filter(invoice=invoice, move__in=[move.name for move in ERP_MOVES])
    status = ErpStatus.NOT_SENT
    for event in moves.order_by("pk"):
        if (event.source, event.target) != (status, MOVES[event.move].target):
            yield Finding(HISTORY, invoice.reference, f"{event} while {status}")
        status = event.target
    if status != invoice.erp_status:
        yield Finding(HISTORY, invoice.reference, f"{invoice.erp_status} now, {status} by its history")


def _waits_for_a_person(job):
    return job is not None and job.state == JobState.NEEDS_REVIEW


def _of_job(job, invoice, booked):
    if hashlib.sha256(job.payload["body"].encode()).hexdigest() != job.payload_sha256:
        yield Finding(DIFFERS, job.reference, "the frozen payload is not the one that was hashed")
    if invoice.erp_status != ErpStatus.SYNCED:
        return
    sent = {(each["total"], each["date"]) for each in job.payload["expected"]}
    there = {(each["total"], each["date"]) for each in booked}
    ours = ErpDocument.objects.filter(job=job, detached_at__isnull=True)
    kept = {(f"{each.total:.2f}", each.date.isoformat()) for each in ours}
    if booked and not sent == there == kept:
        yield Finding(DIFFERS, job.reference, f"sent {sorted(sent)}, booked {sorted(there)}, shown {sorted(kept)}")
    if {each["number"] for each in booked} != {each.number for each in ours}:
        yield Finding(DIFFERS, job.reference, "the number that people see is not the ERP's")


def _of_order(ledger):
    """Of one contract application N is booked after N-1, unless people went past the guard or took a booking back."""
    booked_at = {}
    for number, document in enumerate(ledger):
        booked_at.setdefault(document["reference"], number)
    past = InvoiceEvent.objects.filter(move__in=[SETTLE.name, UNLINK.name]).values("invoice__contract")
    synced = OwnerInvoice.objects.filter(erp_status=ErpStatus.SYNCED, reference__in=booked_at)
    synced = synced.exclude(contract__in=past)
    for one, other in pairwise(synced.order_by("contract", "position")):
        if one.contract_id == other.contract_id and booked_at[one.reference] > booked_at[other.reference]:
            yield Finding(ORDER, other.reference, f"booked before {one.reference}, the application before it")


def _of_runs():
    """A run that goes on although everything of it rests has nobody told how it ended."""
    for run in ExportRun.objects.filter(finished_at__isnull=True):
        moving = ExportJob.objects.filter(run=run, invoice__erp_status__in=IN_MOTION).exclude(
            state=JobState.NEEDS_REVIEW
        )
        if not moving.exists():
            yield Finding(STUCK, str(run), "nothing of it moves, and it has not ended")


def _of_mails(mailbox):
    keys = OutgoingEmail.objects.values("dedupe_key").annotate(rows=Count("pk")).filter(rows__gt=1)
    for each in keys:
        yield Finding(MAILS, each["dedupe_key"], f"{each['rows']} mails")
    for message_id, times in Counter(mailbox).items():
        if times > 1:
            yield Finding(MAILS, message_id, f"arrived {times} times")


def _of_audit():
    for company in Company.objects.all():
        if broken := audit.first_break(company.pk):
            yield Finding(AUDIT, str(company), f"the chain breaks at {broken.sequence}")


def _counted(documents):
    return "1 document" if len(documents) == 1 else f"{len(documents)} documents"
