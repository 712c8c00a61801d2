"""Jobs, evidence and ERP documents as the engine leaves them, and the same documents in the demo ERP's ledger."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from config.demo import ledger
from config.demo.moves import DUPLICATE
from erp_integrations.connecting import adapter_for
from erp_integrations.documents import documents_of
from erp_integrations.error_catalogue import explain
from erp_integrations.export import calls
from erp_integrations.models import (
    AttemptOutcome,
    CallKind,
    ErpDocument,
    ExportAttempt,
    ExportJob,
    ExportRun,
    JobState,
    Outcome,
)
from invoicing.states import COMPLETE, DOUBT, FAIL

WORKER = "worker:1"
CALL = timedelta(seconds=2)


@dataclass(frozen=True)
class Call:
    """One call to the ERP and how it ended; each was made under a lease of its own."""

    kind: CallKind
    outcome: Outcome
    technical: str = ""


CREATED = (Call(CallKind.CREATE, Outcome.CREATED),)


def book(settled, invoices, runs):
    """Succeeded jobs with their documents; the demo ERP's ledger holds the same. Returns the engine's notes."""
    jobs = _jobs(settled, invoices, runs, JobState.SUCCEEDED)
    entries = ledger.write(settled, jobs)
    _save(settled, jobs, [CREATED] * len(jobs))
    pairs = list(zip(jobs, entries, strict=True))
    ErpDocument.objects.bulk_create(_document(job, entry) for job, entry in pairs)
    ended = ExportJob.objects.filter(pk=OuterRef("job")).values("finished_at")
    ErpDocument.objects.filter(company=settled.company).update(attached_at=Subquery(ended))
    label = settled.connection.adapter_label
    return {(job.invoice_id, COMPLETE.name): f"{label} number {entry['number']}" for job, entry in pairs}


def _document(job, entry):
    return ErpDocument(
        company_id=job.company_id,
        connection_id=job.connection_id,
        job=job,
        erp_id=entry["id"],
        number=entry["number"],
        url=f"{ledger.address()}{entry['url']}",
        total=Decimal(entry["total"]),
        date=entry["date"],
    )


def fail(settled, invoices, runs, failures):
    """Failed jobs, and in the demo ERP what makes them fail again until a person deals with it.

    The ERP is really asked, so the evidence holds its own words. Returns the engine's notes.
    """
    jobs = _jobs(settled, invoices, runs, JobState.FAILED)
    evidence, notes = [], {}
    for job in jobs:
        _make_trouble(settled, job, failures[job.invoice_id])
        told = calls.write(adapter_for(settled.connection), job)
        assert told.code == failures[job.invoice_id], told
        job.last_error_code, job.last_error_params, job.last_error_technical = told.code, told.params, told.technical
        evidence.append(_calls_after(settled, job, told))
        notes |= _notes(job, told)
    _save(settled, jobs, evidence)
    return notes


def _make_trouble(settled, job, failure):
    if failure == DUPLICATE:
        ledger.write_by_hand(settled, job)
    else:
        ledger.close_period(job.invoice.billing_date)


def _calls_after(settled, job, told):
    """The refused create; after a duplicate the ERP was asked for our reference, which it does not have."""
    create = Call(CallKind.CREATE, told.outcome, told.technical)
    if told.outcome != Outcome.DUPLICATE:
        return (create,)
    looked = calls.look_up(adapter_for(settled.connection), job)
    return (create, Call(CallKind.FIND, looked.outcome, told.technical))


def _notes(job, told):
    what = explain(told.code, {"erp": job.connection.adapter_label, **told.params}).what
    return {(job.invoice_id, DOUBT.name): what, (job.invoice_id, FAIL.name): what}


def _jobs(settled, invoices, runs, state):
    """Ended jobs, not saved, with what was frozen for them."""
    adapter = adapter_for(settled.connection)
    documents = documents_of([invoice.pk for invoice in invoices], settled.connection)
    rendered = {pk: adapter.render(document) for pk, document in documents.items()}
    return [_job(settled, invoice, runs[invoice.pk], rendered[invoice.pk], state) for invoice in invoices]


def _job(settled, invoice, run, rendered, state):
    return ExportJob(
        company=settled.company,
        connection=settled.connection,
        invoice=invoice,
        run=run,
        generation=1,
        reference=rendered.reference,
        payload=rendered.as_payload(),
        payload_sha256=rendered.sha256.hex(),
        expected_documents=len(rendered.expected),
        state=state,
        next_attempt_at=invoice.erp_status_at,
        lease_owner=WORKER,
        finished_at=invoice.erp_status_at,
    )


def _save(settled, jobs, calls_of_jobs):
    """Jobs with the calls that were made for each; the last call ended when the job did."""
    for job, made in zip(jobs, calls_of_jobs, strict=True):
        job.attempts = job.lease_token = len(made)
    ExportJob.objects.bulk_create(jobs)
    started = ExportRun.objects.filter(pk=OuterRef("run")).values("started_at")
    ExportJob.objects.filter(company=settled.company).update(created_at=Subquery(started))
    told = [
        (_attempt(job, number, call, job.finished_at - timedelta(seconds=20 * (len(made) - number))), call)
        for job, made in zip(jobs, calls_of_jobs, strict=True)
        for number, call in enumerate(made, start=1)
    ]
    ExportAttempt.objects.bulk_create(attempt for attempt, _ in told)
    AttemptOutcome.objects.bulk_create(_outcome(attempt, call) for attempt, call in told)


def _attempt(job, number, call, ended):
    return ExportAttempt(
        company_id=job.company_id,
        job=job,
        number=number,
        kind=call.kind,
        lease_token=number,
        worker=WORKER,
        started_at=ended - CALL,
    )


def _outcome(attempt, call):
    return AttemptOutcome(
        company_id=attempt.company_id,
        attempt=attempt,
        outcome=call.outcome,
        technical=call.technical,
        finished_at=attempt.started_at + CALL,
    )
