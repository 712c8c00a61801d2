"""What goes into an adapter: one owner invoice, told in words that no particular ERP owns."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

INVOICE = "invoice"
RETAINAGE = "retainage"


def amount_text(amount: Decimal) -> str:
    """Write an amount as ERPs read it: "1234.50", always two decimals, never an exponent.

    Raises ValueError for an amount that two decimals cannot hold: rounding is not an adapter's work.
    """
    rounded = amount.quantize(Decimal("0.01"))
    if rounded != amount:
        raise ValueError(f"{amount} has more than two decimals")
    return f"{rounded + 0:f}"


@dataclass(frozen=True)
class Mappings:
    """ERP codes already resolved by Tieout: customer and job ("" when unmapped), accounts by cost code."""

    customer: str = ""
    job: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentLine:
    """One line of the schedule of values as billed in this period.

    `amount` is work this period plus the change in stored materials; `retainage` is held less released, so a negative
    figure releases. Both are decimals of two places in the document's currency and may be negative.
    """

    item: str
    cost_code: str
    description: str
    amount: Decimal
    retainage: Decimal = Decimal("0.00")


@dataclass(frozen=True)
class InvoiceDocument:
    """One owner invoice as it is to be booked. `untaxed_total` is line 8: all amounts less all retainage.

    `reference` is Tieout's own mark for this invoice, at most 13 characters, to be stored where the ERP can search it.
    """

    reference: str
    number: str
    billing_date: datetime.date
    owner_code: str
    project_code: str
    currency: str
    lines: tuple[DocumentLine, ...]
    untaxed_total: Decimal
    mappings: Mappings = Mappings()
    due_date: datetime.date | None = None
    period_start: datetime.date | None = None
    period_end: datetime.date | None = None
    contract_number: str = ""
    application: int = 0
    owner_name: str = ""
    project_name: str = ""
    url: str = ""

    @property
    def amount(self) -> Decimal:
        """Everything billed in this period before retainage."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def retainage(self) -> Decimal:
        """Retainage held less released in this period, over all lines."""
        return sum((line.retainage for line in self.lines), Decimal("0.00"))

    @property
    def releases_retainage(self) -> bool:
        return any(line.retainage < 0 for line in self.lines)


@dataclass(frozen=True)
class RenderedLine:
    """One line as the ERP will book it, for a person to look at before sending."""

    label: str
    account: str
    amount: Decimal


@dataclass(frozen=True)
class ExpectedDocument:
    """A document that the export must leave in the ERP, and the figures it is compared with afterwards."""

    total: Decimal
    date: datetime.date
    role: str = INVOICE


@dataclass(frozen=True)
class Rendered:
    """The request: `body` is sent as it stands, `lines` and `expected` tell the same to people and to the engine.

    Made by `ErpAdapter.render`, shown in the preview, frozen with the export job and given back to `create`.
    """

    reference: str
    body: str
    expected: tuple[ExpectedDocument, ...]
    lines: tuple[RenderedLine, ...] = ()

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.body.encode()).digest()

    def as_payload(self) -> dict:
        """The value a JSON column holds; `from_payload` gives an equal Rendered back, byte for byte."""
        return {
            "reference": self.reference,
            "body": self.body,
            "expected": [
                {"role": one.role, "total": amount_text(one.total), "date": one.date.isoformat()}
                for one in self.expected
            ],
            "lines": [
                {"label": one.label, "account": one.account, "amount": amount_text(one.amount)} for one in self.lines
            ],
        }

    @classmethod
    def from_payload(cls, payload: Mapping) -> "Rendered":
        return cls(
            reference=payload["reference"],
            body=payload["body"],
            expected=tuple(
                ExpectedDocument(Decimal(one["total"]), datetime.date.fromisoformat(one["date"]), one["role"])
                for one in payload["expected"]
            ),
            lines=tuple(RenderedLine(one["label"], one["account"], Decimal(one["amount"])) for one in payload["lines"]),
        )


def canonical_json(value: object) -> str:
    """JSON whose bytes depend on the value alone, so that a preview and the request sent later are the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
