"""The adapter under test, its documents, and what can happen on the wire: the conformance suite's material."""

import datetime
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from erp_integrations.adapters.base import (
    AuthFailed,
    Connection,
    Deadlines,
    DocumentLine,
    ErpAdapter,
    InvoiceDocument,
    Mappings,
    OutboundRules,
    Refused,
    Throttled,
)
from tests.erp_integrations.adapters.wire import Fault, answer, is_write

NUMBERS = itertools.count(1)
LOOPBACK = ("127.0.0.1",)
MAY_BE_BOOKED = {
    "reset": Fault(passes_on=True),
    "silence": Fault(passes_on=True, silent_s=3),
    "drip": Fault(passes_on=True, says=answer("201 Created", b'{"id": "' + b"1" * 500), drip_s=0.05),
    "drip in the headers": Fault(passes_on=True, says=b"HTTP/1.1 201 Created\r\nX-Slow: " + b"1" * 500, drip_s=0.05),
    "500": Fault(passes_on=True, says=answer("500 Internal Server Error", b"{}")),
    "502": Fault(passes_on=True, says=answer("502 Bad Gateway", b"<html>")),
    "504": Fault(passes_on=True, says=answer("504 Gateway Timeout")),
    "empty": Fault(passes_on=True, says=answer("200 OK")),
    "cut short": Fault(passes_on=True, says=answer("200 OK", b'{"id": "1"}')[:-4]),
    "html": Fault(passes_on=True, says=answer("200 OK", b"<html>welcome</html>")),
    "list": Fault(passes_on=True, says=answer("200 OK", b"[]")),
    "number": Fault(passes_on=True, says=answer("200 OK", b"17")),
    "null": Fault(passes_on=True, says=answer("200 OK", b"null")),
    "no id": Fault(passes_on=True, says=answer("200 OK", b"{}")),
    "id null": Fault(passes_on=True, says=answer("200 OK", b'{"id": null, "result": null}')),
    "huge": Fault(passes_on=True, says=answer("200 OK", b'{"id": "' + b"1" * 1_100_000 + b'"}')),
    "not http": Fault(passes_on=True, says=b"\x16\x03\x01 hello"),
    "bytes": Fault(passes_on=True, says=answer("200 OK", b"\xff\xfe\x00")),
    "half gzip": Fault(passes_on=True, says=answer("200 OK", b"\x1f\x8b\x08\x00", b"Content-Encoding: gzip")),
}
NOTHING_BOOKED = {
    "401": (Fault(passes_on=False, says=answer("401 Unauthorized")), AuthFailed),
    "403": (Fault(passes_on=False, says=answer("403 Forbidden")), AuthFailed),
    "429": (Fault(passes_on=False, says=answer("429 Too Many Requests", b"", b"Retry-After: 7")), Throttled),
    "503": (Fault(passes_on=False, says=answer("503 Unavailable", b"", b"Retry-After: 7")), Throttled),
    "404": (Fault(passes_on=False, says=answer("404 Not Found", b"<html>")), Refused),
    "413": (Fault(passes_on=False, says=answer("413 Too Large")), Refused),
    "301": (Fault(passes_on=False, says=answer("301 Moved", b"", b"Location: /elsewhere")), Refused),
    "307": (Fault(passes_on=False, says=answer("307 Moved", b"", b"Location: /elsewhere")), Refused),
}
SLOW = ("silence", "drip", "drip in the headers")
AT_ONCE = [name for name in MAY_BE_BOOKED if name not in SLOW]
NO_MAPPINGS = Mappings()
HURRIED = Deadlines(connect_s=0.25, read_s=0.25, total_s=0.5)
PATIENT = Deadlines(connect_s=5, read_s=30, total_s=60)
SECRET = "canary-secret-4711"


@dataclass(frozen=True)
class Subject:
    """An adapter class and a running ERP to try it on. Several documents will be left in that ERP.

    `address` names the setting that holds the ERP's address, so that the suite can put a wire in between; None for an
    adapter that does not speak HTTP. `writes` tells a create's request from others. `changes` go into every document.
    """

    adapter: type[ErpAdapter]
    settings: dict
    credentials: dict = field(default_factory=dict)
    mappings: Mappings = NO_MAPPINGS
    address: str | None = "url"
    hurried: Deadlines = HURRIED
    patient: Deadlines = PATIENT
    writes: Callable[[bytes], bool] = is_write
    changes: dict = field(default_factory=dict)

    def make(self, deadlines: Deadlines | None = None, credentials: dict | None = None, **settings) -> ErpAdapter:
        return self.adapter(
            Connection(
                settings={**self.settings, **settings},
                credentials=self.credentials if credentials is None else credentials,
                rules=OutboundRules(http_hosts=LOOPBACK, private_hosts=LOOPBACK),
                deadlines=deadlines or self.patient,
                trace_id="conformance",
            )
        )

    def document(self, **changes) -> InvoiceDocument:
        """A small invoice that no other test has sent."""
        lines = (
            DocumentLine("1", "03-300", "Concrete", Decimal("1000.00"), Decimal("100.00")),
            DocumentLine("2", "05-100", "Steel, stored", Decimal("250.55"), Decimal("25.06")),
        )
        given = {"lines": lines, "billing_date": datetime.date(2026, 10, 31), **self.changes, **changes}
        total = sum((line.amount - line.retainage for line in given["lines"]), Decimal(0))
        return InvoiceDocument(
            **{
                "reference": f"OI-{secrets.token_hex(5).upper()}",
                "number": f"CT-{next(NUMBERS)}-{secrets.token_hex(3)}",
                "owner_code": "OWN",
                "project_code": "PRJ",
                "currency": "USD",
                "untaxed_total": total,
                "mappings": self.mappings,
            }
            | given
        )
