"""The two writes of an export: create the documents in one transaction, then post them in another.

Only the first could double anything, so it is made once; posting what is posted changes nothing.
"""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from ..base import Created, ErpError, PartlyDone, Problem, Refused, Snapshot, Unknown
from .asking import INVOICES, POST, Asking, record_of
from .obstacles import account_problems, accounts_by_code, customer_problems, date_problems
from .rpc import Rpc, Warned, encoded

# Each of two documents may warn of its due date, of its missing taxes and of its date.
WARNINGS = 6


class Booking:
    def __init__(self, rpc: Rpc, asking: Asking, may_be_ahead: bool):
        self._rpc, self._asking, self._may_be_ahead = rpc, asking, may_be_ahead

    def problems(self, documents: list[Mapping]) -> tuple[Problem, ...]:
        invoice = documents[0]
        return (
            *customer_problems(self._rpc, invoice["customer"]),
            *account_problems(self._rpc, _accounts_of(documents)),
            *self._date_problems(datetime.date.fromisoformat(invoice["date"])),
        )

    def _date_problems(self, date: datetime.date) -> tuple[Problem, ...]:
        return date_problems(self._rpc, date, self._may_be_ahead)

    def values(self, documents: list[Mapping]) -> list[dict]:
        """What Tryton is to store: codes become its ids, and what its own client would fill in is filled in."""
        rpc, invoice = self._rpc, documents[0]
        accounts = accounts_by_code(rpc, _accounts_of(documents))
        party = _one(rpc, "party.party", [["code", "=", invoice["customer"]]], ("account_receivable",))
        address = _one(rpc, "party.address", [["party", "=", party["id"]]], (), order=[["invoice", "DESC"]])
        shared = {
            "type": "out",
            "company": rpc.company,
            "party": party["id"],
            "invoice_address": address["id"],
            "currency": _one(rpc, "currency.currency", [["code", "=", invoice["currency"]]])["id"],
            "journal": _one(rpc, "account.journal", [["type", "=", "revenue"]])["id"],
        }
        receivable = party.get("account_receivable") or _usual_receivable(rpc)
        return [_stored(one, shared, accounts, accounts.get(one["receivable"], receivable)) for one in documents]

    def create(self, values: list[dict]) -> Created:
        ids = self._rpc.ids_created(INVOICES, values)
        first = Snapshot(f"{INVOICES},{ids[0]}", posted=False, reference=values[0]["reference"])
        return self.post(first, ids)

    def post(self, first: Snapshot, ids: Iterable[int]) -> Created:
        """From here on a document stands, so that nothing that fails may pass for a plain no: PartlyDone."""
        try:
            self._post(ids)
            return self._posted(ids)
        except Refused as refusal:
            raise PartlyDone(first, POST, self._explained(refusal, first)) from refusal
        except ErpError as error:
            raise PartlyDone(first, POST, error) from error

    def _post(self, ids: Iterable[int]) -> None:
        """Accounting has accepted the invoice in Tieout, so that Tryton's warnings are confirmed, one after the other.

        A date ahead of time is the one that could do harm; it was judged before anything was created.
        """
        for _ in range(WARNINGS):
            try:
                self._rpc.call(f"{INVOICES}.post", list(ids))
                return
            except Warned as warning:
                self._rpc.confirm(warning.name)
        self._rpc.call(f"{INVOICES}.post", list(ids))

    def _posted(self, ids: Iterable[int]) -> Created:
        documents = self._asking.by_ids(ids)
        if len(documents) != len(list(ids)) or not all(one.posted for one in documents):
            raise Unknown("Not all documents are posted.", code="NOT_POSTED")
        return Created(documents)

    def _explained(self, refusal: Refused, first: Snapshot) -> Refused:
        """Why posting was refused, as far as asking again tells; else in Tryton's words."""
        try:
            draft = self._asking.read(first.erp_id)
            problems = self._date_problems(draft.date) if draft and draft.date else ()
        except ErpError:
            problems = ()
        return Refused(problems, refusal.technical, http_status=refusal.http_status) if problems else refusal

    def finish(self, reference: str) -> Created:
        """Post whatever of the reference is not posted yet."""
        documents = self._asking.under(reference)
        drafts = [record_of(one.erp_id) for one in documents if not one.posted]
        if documents and drafts:
            self.post(documents[0], drafts)
            documents = self._asking.under(reference)
        return Created(documents)


def _usual_receivable(rpc: Rpc) -> int:
    rows = rpc.rows("account.configuration", [], ("default_account_receivable",))
    usual = rows[0].get("default_account_receivable") if rows else None
    if not isinstance(usual, int):
        raise Refused((Problem("SETUP_MISSING", params={"name": "a receivable account for its customers"}),))
    return usual


def _stored(wanted: Mapping, shared: Mapping, accounts: Mapping[str, int], receivable: int) -> dict:
    company = {"company": shared["company"], "currency": shared["currency"], "invoice_type": "out", "type": "line"}
    lines = [
        {
            **company,
            "description": line["description"],
            "quantity": 1,
            "unit_price": encoded(Decimal(line["amount"])),
            "account": accounts[line["account"]],
        }
        for line in wanted["lines"]
    ]
    return {
        **shared,
        "account": receivable,
        "reference": wanted["reference"],
        "description": wanted["description"],
        "invoice_date": encoded(datetime.date.fromisoformat(wanted["date"])),
        "payment_term_date": encoded(datetime.date.fromisoformat(wanted["due_date"])) if wanted["due_date"] else None,
        "lines": [["create", lines]],
    }


def _accounts_of(documents: list[Mapping]) -> set[str]:
    receivables = {one["receivable"] for one in documents if one["receivable"]}
    return receivables | {line["account"] for one in documents for line in one["lines"]}


LACKING = {
    "party.party": "the customer",
    "party.address": "an address of the customer",
    "currency.currency": "the currency",
    "account.journal": "a revenue journal",
}


def _one(rpc: Rpc, model: str, domain: list, fields: tuple[str, ...] = (), **limits) -> Mapping:
    rows = rpc.rows(model, domain, fields, limit=1, **limits)
    if not rows:
        raise Refused((Problem("SETUP_MISSING", params={"name": LACKING[model]}),), f"{model} {domain}")
    return rows[0]
