"""The control interface: what fault tests and the page use to set the ERP's behaviour and to look into its books."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from .documents import Document, Refusal, document_of, fingerprint_of, text_of
from .erp import Erp
from .faults import faults_of
from .messages import Answer, Request, json_answer

ID = re.compile(r"[A-Za-z0-9-]*\Z")
SEEDED_ONLY = {"company", "id", "key", "erp_number", "received_at", "posted"}
PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])\Z")


def put_faults(erp: Erp, request: Request) -> Answer:
    erp.faults.replace(faults_of(request.json()))
    return read_faults(erp, request)


def delete_faults(erp: Erp, request: Request) -> Answer:
    erp.faults.replace([])
    return read_faults(erp, request)


def read_faults(erp: Erp, request: Request) -> Answer:
    return json_answer({"faults": erp.faults.in_force()})


def read_ledger(erp: Erp, request: Request) -> Answer:
    """All documents, oldest first; `?reference=` and `?company=` narrow, `?lines=no` leaves the lines out."""
    with_lines = request.query.get("lines") != "no"
    documents = reversed(erp.ledger.newest_first())
    for field in ("reference", "company"):
        if field in request.query:
            wanted = request.query[field]
            documents = [one for one in documents if getattr(one, field) == wanted]
    return json_answer([one.as_json(with_lines) for one in documents])


def seed_ledger(erp: Erp, request: Request) -> Answer:
    """Put documents into the books as they are; one whose reference stands already is answered as it stands."""
    return json_answer(seed(erp, request.json()), 201)


def seed(erp: Erp, bodies: object) -> list[dict]:
    """Book create requests, each with `company` and, if wished, `id`, `key`, `erp_number`, `received_at`, `posted`.

    They stand as those requests would have left them. All are read before the first is stored, so that a mistake in one
    stores none.
    """
    if not isinstance(bodies, list):
        raise Refusal("body_invalid", "The body must be a list of documents.", status=400)
    wanted = [_seeded(body) for body in bodies]
    with erp.ledger.lock:
        standing = [_standing(erp, document) for document in wanted]
        _refuse_taken_ids(erp, [one for one, known in zip(wanted, standing, strict=True) if not known])
        stored = [known or erp.ledger.store(one) for one, known in zip(wanted, standing, strict=True)]
    return [one.as_json(with_lines=False) for one in stored]


def _seeded(body: object) -> Document:
    document = document_of(body)
    id = text_of(body, "id", 64)
    if not ID.match(id):
        raise Refusal("field_invalid", "id may hold letters, digits and hyphens only.", "id")
    return replace(
        document,
        id=id,
        key=text_of(body, "key", 64),
        fingerprint=fingerprint_of({name: body[name] for name in body.keys() - SEEDED_ONLY}),
        company=text_of(body, "company", 64),
        number=text_of(body, "erp_number", 40),
        received_at=_moment_of(body),
        posted=body.get("posted", True) is not False,
    )


def _standing(erp: Erp, wanted: Document) -> Document | None:
    return next((one for one in erp.ledger.with_reference(wanted.reference) if one.company == wanted.company), None)


def _refuse_taken_ids(erp: Erp, new: list[Document]) -> None:
    seen = set(erp.ledger.documents)
    for id in (one.id for one in new if one.id):
        if id in seen:
            raise Refusal("id_taken", f"There is another document {id}.", "id", 409)
        seen.add(id)


def _moment_of(body: dict) -> str:
    text = text_of(body, "received_at", 40)
    try:
        return text and datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        raise Refusal("date_invalid", "received_at must be a moment such as 2026-10-31T12:00:00Z.") from None


def empty_ledger(erp: Erp, request: Request) -> Answer:
    erp.ledger.empty()
    return json_answer([])


def read_requests(erp: Erp, request: Request) -> Answer:
    """The latest 10,000 API requests, oldest first; the control interface and the page are not among them."""
    return json_answer(list(erp.requests))


def forget_requests(erp: Erp, request: Request) -> Answer:
    erp.requests.clear()
    return json_answer([])


def add_code(erp: Erp, request: Request, kind: str) -> Answer:
    body = request.json()
    if not isinstance(body, dict):
        raise Refusal("body_invalid", "The body must be a JSON object.", status=400)
    code, name = text_of(body, "code", 80, required=True), text_of(body, "name", 200, required=True)
    erp.ledger.add_code("jobs" if kind == "projects" else kind, code, name, body.get("active", True) is not False)
    return json_answer({"code": code, "name": name}, 201)


def put_period(erp: Erp, request: Request, period: str) -> Answer:
    body = request.json()
    if not PERIOD.match(period):
        raise Refusal("period_invalid", "A period is a month such as 2026-10.", "period", 400)
    if not isinstance(body, dict) or type(body.get("open")) is not bool:
        raise Refusal("field_required", "open must be true or false.", "open", 400)
    erp.ledger.set_period(period, body["open"])
    return json_answer({"period": period, "open": body["open"]})


def read_health(erp: Erp, request: Request) -> Answer:
    return json_answer({"ready": True, "documents": len(erp.ledger.documents)})
