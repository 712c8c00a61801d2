"""What Tryton holds of ours: invoices by reference, by id or by the number a person reads in Tryton."""

from collections.abc import Iterable, Mapping

from ..base import INVOICE, RETAINAGE, Ambiguous, Connection, Found, LookUp, NotFound, Snapshot
from .rendering import RETAINAGE_SUFFIX, references_of
from .rpc import Rpc, date_of, decimal_of

INVOICES = "account.invoice"
FIELDS = ("number", "state", "untaxed_amount", "invoice_date", "reference")
POST = "post"
# A cancelled invoice counts as gone: Tryton has booked its opposite, and its reference is free again.
OURS = [["type", "=", "out"], ["state", "!=", "cancelled"]]


class Asking:
    """`erp_id` is Tryton's own way to name a record, so that no number a person types can be taken for one."""

    def __init__(self, rpc: Rpc, connection: Connection):
        settings = connection.settings
        self._rpc = rpc
        pages = settings.get("public_url", "").rstrip("/")
        self._page = f"{pages}/#{settings.get('database', '')}/model/{INVOICES}/" if pages else ""

    def find(self, reference: str) -> LookUp:
        found = self.under(reference)
        if not found:
            return NotFound()
        roles = [one.role for one in found]
        if roles[0] != INVOICE or len(set(roles)) != len(roles):
            return Ambiguous(found)
        return Found(found, unfinished="" if all(one.posted for one in found) else POST)

    def under(self, reference: str) -> tuple[Snapshot, ...]:
        """All that carries the reference, the invoices before what goes with them."""
        return self._invoices([["reference", "in", list(references_of(reference))]])

    def by_ids(self, ids: Iterable[int]) -> tuple[Snapshot, ...]:
        return self._invoices([["id", "in", list(ids)]])

    def read(self, erp_id: str) -> Snapshot | None:
        record = record_of(erp_id)
        found = self._invoices([["id", "=", record]] if record else [["number", "=", erp_id]])
        return found[0] if found else None

    def _invoices(self, domain: list) -> tuple[Snapshot, ...]:
        company = ["company", "=", self._rpc.company]
        rows = self._rpc.rows(INVOICES, [*OURS, company, *domain], FIELDS, order=[["id", "ASC"]])
        return tuple(sorted((self._snapshot(row) for row in rows), key=lambda one: one.role != INVOICE))

    def _snapshot(self, row: Mapping) -> Snapshot:
        reference = row.get("reference") or ""
        return Snapshot(
            erp_id=f"{INVOICES},{row['id']}",
            number=row.get("number") or "",
            total=decimal_of(row.get("untaxed_amount")),
            date=date_of(row.get("invoice_date")),
            posted=row.get("state") in ("posted", "paid"),
            url=f"{self._page}{row['id']}" if self._page else "",
            reference=reference,
            role=RETAINAGE if reference.endswith(RETAINAGE_SUFFIX) else INVOICE,
        )


def record_of(erp_id: str) -> int | None:
    """The record number in "account.invoice,7"; None for anything else, such as a typed invoice number."""
    model, _, number = erp_id.partition(",")
    return int(number) if model == INVOICES and number.isascii() and number.isdigit() else None
