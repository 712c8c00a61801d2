"""Tie-out check 6: would the ERP take this invoice? Answered without asking the ERP."""

from dataclasses import dataclass

from erp_integrations.connecting import adapter_for
from erp_integrations.credentials import CredentialsUnreadable
from erp_integrations.documents import documents_of
from erp_integrations.error_catalogue import explain
from erp_integrations.models import ErpConnection


@dataclass(frozen=True)
class ReadinessProblem:
    """Why not, in words, and where it is mended. `code` is the error catalogue's."""

    code: str
    sentence: str
    fix: str
    where: str = ""


@dataclass(frozen=True)
class Readiness:
    problems: tuple = ()

    def __bool__(self):
        return not self.problems

    @property
    def word(self):
        """Two words for a chip."""
        return "Not mapped" if self.first and self.first.code.endswith("_UNMAPPED") else "Not ready"

    @property
    def first(self):
        return self.problems[0] if self.problems else None


READY = Readiness()
NO_CONNECTION = Readiness(
    (
        ReadinessProblem(
            "NO_CONNECTION", "This company has no ERP connection yet.", "An ERP Admin connects it in Settings."
        ),
    )
)


def readiness(invoices):
    """Readiness of each invoice (all of one company), by invoice id, in a constant number of queries."""
    invoices = list(invoices)
    if not invoices:
        return {}
    connection = ErpConnection.objects.filter(company_id=invoices[0].company_id).first()
    if connection is None:
        return {invoice.pk: NO_CONNECTION for invoice in invoices}
    return readiness_on(connection, [invoice.pk for invoice in invoices])


def readiness_on(connection, invoice_ids):
    """The same on a connection that is at hand."""
    try:
        adapter = adapter_for(connection)
    except CredentialsUnreadable as error:
        unreadable = ReadinessProblem("AUTH_EXPIRED", str(error), "An ERP admin enters the credentials again.")
        return dict.fromkeys(invoice_ids, Readiness((unreadable,)))
    documents = documents_of(invoice_ids, connection)
    return {invoice_id: _judge(adapter, document) for invoice_id, document in documents.items()}


def _judge(adapter, document):
    problems = [problem for problem in adapter.validate(document) if problem.blocks]
    return Readiness(tuple(_told(adapter, problem) for problem in problems)) if problems else READY


def _told(adapter, problem):
    told = explain(problem.code, {"erp": adapter.label, **problem.params})
    return ReadinessProblem(problem.code, told.what, told.how, problem.where)
