"""A person's question to the ERP about one export: opened before the call, settled only if nothing came in between.

docs/decisions/answers-of-people.md tells what could, and what holds.
"""

from dataclasses import dataclass

from django.db import transaction

from erp_integrations.connecting import adapter_for
from erp_integrations.credentials import CredentialsUnreadable
from erp_integrations.exceptions import BeingAsked
from erp_integrations.export.calls import Answer
from erp_integrations.export.evidence import close_attempt, open_attempt
from erp_integrations.models import CallKind, ErpConnection, ExportAttempt, ExportJob, JobState, Outcome
from invoicing import lifecycle
from invoicing.exceptions import StaleVersion, TransitionNotAllowed
from invoicing.models import OwnerInvoice
from notifications import trace


@dataclass(frozen=True)
class Question:
    """What stood when it was opened; `attempt` is the evidence row of the look-up."""

    invoice: OwnerInvoice
    job: ExportJob
    attempt: ExportAttempt


@transaction.atomic
def open_question(invoice_id, transition, *, status, actor, version=None):
    """Commit to asking about an invoice that is in `status`, before `transition`.

    Raises TransitionNotAllowed, StaleVersion or, while a worker holds the job, BeingAsked. Locks: invoice, job.
    """
    invoice = lifecycle.lock(invoice_id)
    job = _locked_job(invoice)
    if invoice.erp_status != status or job is None:
        raise TransitionNotAllowed(transition, invoice, lifecycle.last_event(invoice))
    lifecycle.refuse_stale(invoice, version)
    if job.state == JobState.LEASED:
        raise BeingAsked(invoice)
    return Question(invoice, job, open_attempt(job, CallKind.FIND, job.lease_token, f"person:{actor.pk}"))


def ask(question, call):
    """The answer of `call`, which gets an adapter; Unknown when there is none to be had."""
    try:
        adapter = adapter_for(question.job.connection, trace_id=f"{trace.current()}.{question.job.pk}")
    except CredentialsUnreadable as error:
        return Answer(Outcome.UNKNOWN, code="AUTH_EXPIRED", technical=str(error))
    return call(adapter)


def drop(question, answer):
    """Keep what the ERP said as evidence, and change nothing."""
    close_attempt(question.attempt, answer.outcome, answer.technical)


def settle(question, answer, write):
    """Write the outcome down and call `write`, or raise what came in between; what `write` returns.

    Locks: connection, invoice, job, and what `write` locks.
    """
    with transaction.atomic():
        held = _still_holds(question)
        close_attempt(question.attempt, answer.outcome, answer.technical, stale=not held)
        if held:
            return write()
    fresh = OwnerInvoice.objects.select_related("contract", "company").get(pk=question.invoice.pk)
    if fresh.version == question.invoice.version:
        raise BeingAsked(fresh)
    raise StaleVersion(fresh, lifecycle.last_event(fresh))


def _still_holds(question):
    asked = question.job
    connection = ErpConnection.objects.select_for_update(no_key=True).get(pk=asked.connection_id)
    invoice = lifecycle.lock(question.invoice.pk)
    job = _locked_job(invoice)
    return (
        job is not None
        and invoice.version == question.invoice.version
        and (job.pk, job.state, job.lease_token) == (asked.pk, asked.state, asked.lease_token)
        and (connection.adapter, connection.settings) == (asked.connection.adapter, asked.connection.settings)
    )


def _locked_job(invoice):
    jobs = ExportJob.objects.live().select_for_update(of=("self",), no_key=True)
    return jobs.select_related("connection", "run").filter(invoice=invoice).first()
