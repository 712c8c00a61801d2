"""The adapter for the demo ERP, and the example to copy: every optional method, one request each where it can be."""

import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from .base import (
    ACCOUNT,
    ADDRESS,
    CUSTOMER,
    JOB,
    LINK,
    SECONDS,
    Ambiguous,
    Capabilities,
    CodePage,
    Connection,
    ConnectionCheck,
    Created,
    Duplicate,
    ErpAdapter,
    ErpCode,
    Found,
    InvoiceDocument,
    LookUp,
    NotFound,
    Problem,
    Refused,
    Rendered,
    SettingField,
    Snapshot,
    Unknown,
    Unsupported,
)
from .demo_refusals import problem_of
from .http import HttpClient, Reply, fields_of, text_of

KINDS = {CUSTOMER: "customers", JOB: "jobs", ACCOUNT: "accounts"}
PERSONALITIES = {
    "key": {"idempotency_key": True},
    "upsert": {"upsert": True},
    "lookup": {},
    "nothing": {"lookup": False},
}


def capabilities_of(personality: str, lookup_delay_s: float = 0.0) -> Capabilities:
    return Capabilities(
        **PERSONALITIES.get(personality, PERSONALITIES["nothing"]),
        lookup_delay_s=lookup_delay_s,
        retainage="native",
        code_kinds=(CUSTOMER, JOB, ACCOUNT),
        limits={"number": 21, "description": 500, "lines": 5_000},
    )


class DemoErp(ErpAdapter):
    label = "Demo ERP"
    capabilities = capabilities_of("key")
    settings_fields = (
        SettingField("url", "Address", help_text="Such as http://127.0.0.1:8801", kind=ADDRESS),
        SettingField("company", "Company file", is_required=False),
        SettingField(
            "public_url",
            "Address for people",
            is_required=False,
            help_text="When it differs from the one above",
            kind=LINK,
        ),
        SettingField("token", "Token", is_secret=True),
        SettingField(
            "personality",
            "When asked twice",
            default="key",
            choices=(
                ("key", "It honours our key"),
                ("upsert", "It overwrites by reference"),
                ("lookup", "It can only be asked"),
                ("nothing", "It offers nothing"),
            ),
        ),
        SettingField(
            "lookup_delay_s",
            "Seconds until a search shows what was booked",
            is_required=False,
            default="0",
            kind=SECONDS,
        ),
    )

    def __init__(self, connection: Connection):
        super().__init__(connection)
        settings = connection.settings
        self.capabilities = capabilities_of(settings.get("personality") or "key", _seconds(settings))
        self._http = HttpClient(connection, settings.get("url", ""))
        self._public_url = (settings.get("public_url") or settings.get("url", "")).rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {connection.credentials.get('token', '')}",
            "X-Company": settings.get("company", ""),
        }

    def create(self, rendered: Rendered, key: str) -> Created:
        reply = self._ask("POST", "/invoices", body=rendered.body, headers={"Idempotency-Key": key})
        if reply.status in (400, 409, 422):
            raise self._refusal(reply, rendered)
        reply.check()
        document = self._snapshot(reply.json(), reply)
        if document.reference != rendered.reference:
            raise reply.unreadable("The answer is about another document.")
        return Created((document,))

    def find(self, reference: str) -> LookUp:
        if not self.capabilities.lookup:
            raise Unsupported("find")
        found = self._search({"reference": reference})
        if any(document.reference != reference for document in found) or len(found) > 1:
            return Ambiguous(found)
        return Found(found) if found else NotFound()

    def read(self, erp_id: str) -> Snapshot | None:
        reply = self._ask("GET", f"/invoices/{quote(erp_id, safe='')}")
        if reply.status == 404 and text_of(_error_of(reply), "code") == "not_found":
            return None
        reply.check()
        return self._snapshot(reply.json(), reply)

    def check_connection(self) -> ConnectionCheck:
        reply = self._ask("GET", "/company")
        reply.check()
        name = text_of(fields_of(reply.json()), "name")
        if not name:
            raise reply.unreadable("The answer names no company.")
        return ConnectionCheck(name)

    def list_codes(self, kind: str, search: str = "", after: str = "") -> CodePage:
        reply = self._ask("GET", f"/{KINDS[kind]}", query={"search": search, "after": after})
        reply.check()
        fields = fields_of(reply.json())
        entries = [fields_of(entry) for entry in _list_of(fields, "codes", reply)]
        codes = tuple(ErpCode(text_of(one, "code"), text_of(one, "name"), one.get("active") is True) for one in entries)
        return CodePage(codes, text_of(fields, "after"))

    def preflight(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        return (*self._customer_problems(document), *self._period_problems(document), *self._number_problems(document))

    def _customer_problems(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        code = document.mappings.customer
        matching = [one for one in self.list_codes(CUSTOMER, search=code).codes if one.code == code]
        if matching and matching[0].is_active:
            return ()
        return (Problem("CUSTOMER_CLOSED" if matching else "CUSTOMER_UNKNOWN", "owner", params={"code": code}),)

    def _period_problems(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        reply = self._ask("GET", f"/periods/{document.billing_date:%Y-%m}")
        reply.check()
        if fields_of(reply.json()).get("open") is not False:
            return ()
        return (Problem("PERIOD_CLOSED", "billing_date", params={"period": f"{document.billing_date:%b %Y}"}),)

    def _number_problems(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        if not self.capabilities.lookup:
            return ()
        taken = [one for one in self._search({"number": document.number}) if one.reference != document.reference]
        if not taken:
            return ()
        return (Problem("DUPLICATE_NUMBER", "number", params={"number": document.number}),)

    def _ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request) -> Reply:
        return self._http.request(method, path, headers={**self._headers, **(headers or {})}, **request)

    def _search(self, query: Mapping[str, str]) -> tuple[Snapshot, ...]:
        reply = self._ask("GET", "/invoices", query=query)
        reply.check()
        found = _list_of(fields_of(reply.json()), "invoices", reply)
        return tuple(self._snapshot(one, reply) for one in found)

    def _snapshot(self, value: object, reply: Reply) -> Snapshot:
        fields = fields_of(value)
        if not text_of(fields, "id"):
            raise reply.unreadable("The answer names no document.")
        path = text_of(fields, "url")
        try:
            return Snapshot(
                erp_id=text_of(fields, "id"),
                number=text_of(fields, "number"),
                total=Decimal(text_of(fields, "total")),
                date=datetime.date.fromisoformat(text_of(fields, "date")),
                posted=fields.get("posted") is True,
                url=f"{self._public_url}{path}" if path.startswith("/") else "",
                reference=text_of(fields, "reference"),
            )
        except (InvalidOperation, ValueError):
            raise reply.unreadable("The answer's figures cannot be read.") from None

    def _refusal(self, reply: Reply, rendered: Rendered) -> Refused | Duplicate:
        error = _error_of(reply)
        if reply.status == 409:
            existing = error.get("existing")
            known = tuple(self._snapshot(one, reply) for one in existing) if isinstance(existing, list) else ()
            return Duplicate(known, text_of(error, "message"), http_status=reply.status)
        problem = problem_of(error, rendered, reply.excerpt)
        return Refused((problem,), http_status=reply.status)


def _seconds(settings: Mapping[str, str]) -> float:
    text = settings.get("lookup_delay_s") or "0"
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _error_of(reply: Reply) -> Mapping:
    try:
        return fields_of(fields_of(reply.json()).get("error"))
    except Unknown:
        return {}


def _list_of(fields: Mapping, name: str, reply: Reply) -> list:
    value = fields.get(name)
    if not isinstance(value, list):
        raise reply.unreadable(f"The answer holds no {name}.")
    return value
