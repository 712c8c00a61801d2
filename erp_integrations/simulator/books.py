"""Booking: what this ERP does with one more create request, by the personality it was started with."""

import time
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from .documents import Document, Refusal
from .faults import STORING, Fault, Faults
from .ledger import Ledger


@dataclass(frozen=True)
class Personality:
    """How far the ERP helps a caller who asks twice."""

    honours_key: bool = False
    overwrites_reference: bool = False
    refuses_doubles: bool = False
    offers_lookup: bool = True


PERSONALITIES = {
    "key": Personality(honours_key=True, refuses_doubles=True),
    "upsert": Personality(overwrites_reference=True, refuses_doubles=True),
    "lookup": Personality(),
    "nothing": Personality(offers_lookup=False),
}


@dataclass(frozen=True)
class Booking:
    """What stands in the books now; `is_new` when this request put it there, `fault` what went wrong in doing so."""

    document: Document
    is_new: bool
    fault: Fault | None = None


def book(ledger: Ledger, faults: Faults, manner: Personality, document: Document) -> Booking:
    """Store the document, or answer the one that stands already.

    Refusals are not remembered: the same key and reference are welcome once what was wrong is mended.
    """
    with ledger.lock:
        earlier = _earlier(ledger, manner, document)
        if earlier and not manner.overwrites_reference:
            return Booking(earlier, is_new=False)
        check_bookable(ledger, document)
        if earlier:
            document = replace(document, id=earlier.id, number=earlier.number, received_at=earlier.received_at)
        elif manner.refuses_doubles:
            _refuse_taken_number(ledger, document)
        fault = faults.take(STORING)
        stored = ledger.store(_misbooked(document, fault) if fault else document)
        return Booking(stored, earlier is None, fault)


def check_bookable(ledger: Ledger, document: Document) -> None:
    customer = ledger.codes["customers"].get(document.customer)
    if customer is None:
        raise Refusal("customer_unknown", f"There is no customer {document.customer}.", "customer")
    if not customer["active"]:
        raise Refusal("customer_closed", f"Customer {document.customer} is closed.", "customer")
    if document.period in ledger.closed_periods:
        raise period_closed(document)


def period_closed(document: Document) -> Refusal:
    return Refusal("period_closed", f"The period {document.period} is closed.", "date", period=document.period)


def _earlier(ledger: Ledger, manner: Personality, document: Document) -> Document | None:
    """What an earlier request for the same thing left behind, as far as this personality looks."""
    if manner.honours_key and document.key:
        made = ledger.with_key(document.key)
        if made and made[1] != document.fingerprint:
            raise Refusal("key_reused", "This key was used for another request.", "Idempotency-Key")
        if made:
            return made[0]
    if not manner.refuses_doubles:
        return None
    standing = next((one for one in ledger.with_reference(document.reference) if one.company == document.company), None)
    if standing and manner.honours_key and standing.fingerprint != document.fingerprint:
        message = f"Reference {document.reference} is on {standing.number} already."
        raise Refusal("duplicate_reference", message, "reference", 409, existing=[standing.as_json(False)])
    return standing


def _refuse_taken_number(ledger: Ledger, document: Document) -> None:
    taken = ledger.with_invoice_number(document.company, document.invoice_number)
    if taken:
        message = f"Invoice number {document.invoice_number} is on {taken[0].number} already."
        existing = [one.as_json(False) for one in taken[:5]]
        raise Refusal("duplicate_number", message, "number", 409, existing=existing)


def _misbooked(document: Document, fault: Fault) -> Document:
    if fault.mode == "truncate_amount":
        total = Decimal(document.total)
        whole = Decimal(int(total))
        return replace(document, total=f"{whole if whole != total else total - 1:.2f}")
    if fault.mode == "move_date":
        return replace(document, date=_next_month(date.fromisoformat(document.date)).isoformat())
    return replace(document, visible_at=time.time() + fault.delay_s)


def _next_month(day: date) -> date:
    """The first of the next month; the day before in the calendar's very last month."""
    if (day.year, day.month) == (9999, 12):
        return day - timedelta(days=1)
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
