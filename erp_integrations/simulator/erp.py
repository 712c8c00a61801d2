"""The running ERP: books, behaviour, what was asked of it, and the API that accounting software would offer."""

import threading
from collections import deque
from dataclasses import dataclass, field, replace

from . import callers
from .books import Personality, book, period_closed
from .documents import Document, Refusal, document_of
from .faults import AFTER, ANY, BEFORE, LOOK_UP, Fault, Faults
from .ledger import Ledger, is_visible, now_text
from .messages import DRIP, DROP, HANG, Answer, Request, error_answer, json_answer

PAGE_OF_CODES = 50
REQUESTS_KEPT = 10_000


@dataclass
class Erp:
    """`token` is the bearer token that the API asks for; the control interface and the page ask for none."""

    ledger: Ledger
    manner: Personality
    personality: str
    token: str
    faults: Faults = field(default_factory=Faults)
    requests: deque = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    stopping: threading.Event = field(default_factory=threading.Event)

    def record(self, request: Request, answer: Answer) -> None:
        self.requests.append(
            {
                "at": now_text(),
                "method": request.method,
                "path": request.path,
                "query": dict(request.query),
                "key": request.header("Idempotency-Key"),
                "trace": request.header("X-Request-Id"),
                "status": answer.status,
                "delivery": answer.delivery,
            }
        )


def guard(erp: Erp, request: Request) -> Answer | None:
    """What stands before every API call: the sign-in, and the faults that strike any request."""
    fault = erp.faults.take(ANY)
    if request.header("Authorization", 500) != f"Bearer {erp.token}" or (fault and fault.mode == "auth_failed"):
        return error_answer(401, "sign_in_refused", "The token is not accepted.")
    if fault and fault.mode == "unavailable":
        retry = {"retry_after": f"{fault.delay_s:.0f}"} if fault.delay_s else {}
        return error_answer(503, "unavailable", "The ERP is down for maintenance.", **retry)
    if fault and fault.mode == "throttle":
        return error_answer(429, "too_many_requests", "Slow down.", retry_after=f"{fault.delay_s:.0f}")
    if fault and fault.mode == "slow":
        erp.stopping.wait(fault.delay_s)
    return None


def create_invoice(erp: Erp, request: Request) -> Answer:
    document = document_of(request.json(), request.header("Idempotency-Key"), request.header("X-Company"))
    fault = None if "followed" in request.query else erp.faults.take(BEFORE)
    if fault and fault.mode == "refuse":
        raise period_closed(document)
    if fault and fault.mode == "redirect":
        return Answer(307, headers={"Location": "/invoices?followed=yes"})
    if fault:
        return error_answer(500, "internal_error", "Something broke.")
    booking = book(erp.ledger, erp.faults, erp.manner, document)
    answer = json_answer(booking.document.as_json(with_lines=False), 201 if booking.is_new else 200)
    if fault := erp.faults.take(AFTER):
        return _spoiled(fault, request, booking.document, answer)
    hidden = booking.fault is not None and booking.fault.mode == "late_visible"
    if hidden or erp.faults.hides_answers():
        return error_answer(504, "gateway_timeout", "No answer in time.")
    return answer


def _spoiled(fault: Fault, request: Request, stored: Document, answer: Answer) -> Answer:
    """What reaches the caller once the document is safely in the books."""
    if fault.mode == "kill_caller":
        callers.kill(request.header("X-Caller-Pid"), request.client)
    existing = {"error": {"code": "duplicate_reference", "message": "This invoice is in the books already."}}
    existing["error"]["existing"] = [stored.as_json(with_lines=False)]
    answers = {
        "error_after_store": error_answer(500, "internal_error", "Something broke."),
        "drop_after_store": replace(answer, delivery=DROP),
        "kill_caller": replace(answer, delivery=DROP),
        "hang_after_store": replace(answer, delivery=HANG, delay_s=fault.delay_s),
        "slow_drip": replace(answer, delivery=DRIP, delay_s=fault.delay_s),
        "garbage": Answer(200, b"<html><title>Welcome</title>It works!\xff", "text/html"),
        "huge_body": Answer(201, b'{"id": "' + b"9" * 5_000_000 + b'"}'),
        "duplicate": json_answer(existing, 409),
    }
    return answers[fault.mode]


def find_invoices(erp: Erp, request: Request) -> Answer:
    if not erp.manner.offers_lookup:
        raise Refusal("lookup_not_offered", "This ERP cannot be searched.", status=404)
    fault = erp.faults.take(LOOK_UP)
    if fault and fault.mode == "lookup_fails":
        return error_answer(500, "internal_error", "The search broke.")
    found = [one for one in _matching(erp, request) if is_visible(one)]
    if fault and found:
        found.append(replace(found[0], id=f"{found[0].id}-twin", number=f"{found[0].number}-B"))
    return json_answer({"invoices": [one.as_json(with_lines=False) for one in found[:PAGE_OF_CODES]]})


def _matching(erp: Erp, request: Request) -> list[Document]:
    company = request.header("X-Company")
    if "reference" in request.query:
        found = erp.ledger.with_reference(request.query["reference"])
    elif "number" in request.query:
        found = erp.ledger.with_invoice_number(company, request.query["number"])
    else:
        raise Refusal("field_required", "Search by reference or by number.", "reference", 400)
    return [one for one in found if one.company == company]


def read_invoice(erp: Erp, request: Request, id: str) -> Answer:
    return json_answer(document_named(erp, id, request.header("X-Company")).as_json())


def remove_invoice(erp: Erp, request: Request, id: str) -> Answer:
    erp.ledger.remove(document_named(erp, id, request.header("X-Company")).id)
    return json_answer({"removed": id})


def document_named(erp: Erp, id: str, company: str) -> Document:
    """By id, or by the ERP's own number as a person reads it off the screen."""
    document = erp.ledger.documents.get(id)
    if document is None:
        document = next((one for one in erp.ledger.newest_first() if one.number == id), None)
    if document is None or document.company != company:
        raise Refusal("not_found", "There is no such document.", status=404)
    return document


def list_codes(erp: Erp, request: Request, kind: str) -> Answer:
    """Sorted by code, searched in code and name, 50 at a time; `after` is the last code of the page before."""
    searched = request.query.get("search", "").casefold()
    after = request.query.get("after", "")
    with erp.ledger.lock:
        entries = sorted(erp.ledger.codes["jobs" if kind == "projects" else kind].values(), key=lambda one: one["code"])
    matching = [one for one in entries if one["code"] > after and searched in f"{one['code']} {one['name']}".casefold()]
    page = matching[:PAGE_OF_CODES]
    more = page[-1]["code"] if len(matching) > PAGE_OF_CODES else ""
    return json_answer({"codes": page, "after": more})


def read_period(erp: Erp, request: Request, period: str) -> Answer:
    return json_answer({"period": period, "open": period not in erp.ledger.closed_periods})


def read_periods(erp: Erp, request: Request) -> Answer:
    """Every period is open but those that were closed."""
    return json_answer({"closed": sorted(erp.ledger.closed_periods)})


def read_company(erp: Erp, request: Request) -> Answer:
    company = request.header("X-Company")
    return json_answer({"name": f"Demo ERP, {company}" if company else "Demo ERP", "personality": erp.personality})
