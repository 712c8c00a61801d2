"""Tryton's JSON-RPC: one sign-in per adapter, values in Tryton's own notation, faults as the contract's errors."""

import base64
import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from ..base import Connection, ErpError, Problem, Refused, Throttled, Unknown, canonical_json
from ..http import HttpClient, Reply, fields_of, text_of

# Nothing is stored when one of these comes back: Tryton has rolled its transaction back.
BUSINESS_FAULTS = ("UserError", "UserWarning")


class Warned(Refused):
    """Tryton would do it if a person confirmed the warning of this name; nothing is stored."""

    def __init__(self, name: str, *told, **evidence):
        super().__init__(*told, **evidence)
        self.name = name


class Rpc:
    """Calls on one database, in the company and language of the user we sign in as."""

    def __init__(self, connection: Connection):
        settings = connection.settings
        self._http = HttpClient(connection, settings.get("url", ""))
        self._path = f"/{quote(settings.get('database', ''), safe='')}/rpc/"
        self._user, self._password = settings.get("user", ""), connection.credentials.get("password", "")
        self._session = ""
        self._context: Mapping = {}
        self._asked = 0

    @property
    def company(self) -> int:
        self.sign_in()
        return self._context["company"]

    def call(self, method: str, *parameters: object) -> object:
        """Call a model's method; the context that Tryton wants last is added."""
        self.sign_in()
        return self._result(self._send(f"model.{method}", [*parameters, self._context]))

    def rows(self, model: str, domain: list, fields: tuple[str, ...], **limits: object) -> list[Mapping]:
        """The records that meet a domain; `limits` are offset, limit, order, active_test (False: inactive ones too)."""
        found = [limits.get("offset", 0), limits.get("limit"), limits.get("order")]
        self.sign_in()
        context = {**self._context, "active_test": limits.get("active_test", True)}
        reply = self._send(f"model.{model}.search_read", [domain, *found, list(fields), context])
        rows = self._result(reply)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise reply.unreadable("The answer is no list of records.")
        return rows

    def confirm(self, warning: str) -> None:
        """What a person does who reads a warning and goes on; it counts for the next call and is used up by it."""
        self.call("res.user.warning.skip", warning, False)

    def ids_created(self, model: str, values: list[Mapping]) -> list[int]:
        """Create records; the one request that must never be repeated blindly."""
        reply = self._ask(f"model.{model}.create", values)
        ids = self._result(reply)
        if not isinstance(ids, list) or len(ids) != len(values) or not all(isinstance(one, int) for one in ids):
            raise reply.unreadable("The answer does not say what was created.")
        return ids

    def sign_in(self) -> None:
        if self._session:
            return
        session = self._log_in()
        self._session = base64.b64encode(session.encode()).decode()
        reply = self._send("model.res.user.get_preferences", [True, {}])
        preferences = self._result(reply)
        if not isinstance(preferences, dict) or not isinstance(preferences.get("company"), int):
            self._session = ""
            raise reply.unreadable("The user has no company.")
        self._context = preferences

    def _log_in(self) -> str:
        reply = self._send("common.db.login", [self._user, {"password": self._password}, "en"], checked=False)
        if reply.status == 429:  # after wrong passwords the right one has to wait too, and nobody says how long
            raise Throttled(f"HTTP 429 {reply.excerpt}", code="LOGIN_LOCKED", http_status=429)
        if reply.status == 404:
            raise Refused(code="DATABASE_UNKNOWN", technical=f"HTTP 404 {reply.excerpt}", http_status=404)
        reply.check()
        told = self._result(reply)
        if not isinstance(told, list) or len(told) < 2 or not all(told[:2]):
            raise reply.unreadable("The answer is no session.")
        return f"{self._user}:{told[0]}:{told[1]}"

    def _ask(self, method: str, *parameters: object) -> Reply:
        self.sign_in()
        return self._send(method, [*parameters, self._context])

    def _send(self, method: str, parameters: list, checked: bool = True) -> Reply:
        """Exactly the three keys id, method and params: with any other, Tryton tells its faults in another form."""
        self._asked += 1
        body = canonical_json({"id": self._asked, "method": method, "params": parameters})
        headers = {"Authorization": f"Session {self._session}"} if self._session else None
        reply = self._http.request("POST", self._path, body=body, headers=headers)
        if checked:
            reply.check()
        return reply

    def _result(self, reply: Reply) -> object:
        told = fields_of(reply.json())
        if "error" in told:
            raise _fault(told["error"], reply)
        if "result" not in told or told.get("id") != self._asked:
            raise reply.unreadable("The answer belongs to no question of ours.")
        return told["result"]


def _fault(error: object, reply: Reply) -> ErpError:
    """[kind, [message, ...]] for a fault of the business, [text, traceback] for one of the program."""
    kind, told = error if isinstance(error, list) and len(error) == 2 else ("", "")
    told = told if isinstance(told, list) else [told]
    if kind == "ConcurrencyException":
        return Throttled(f"{kind} {told}", http_status=reply.status)
    if kind not in BUSINESS_FAULTS:
        return Unknown(reply.excerpt, code="ERP_FAULT", http_status=reply.status)
    message = "; ".join(text for text in told if isinstance(text, str) and text)
    said = (Problem("UNKNOWN", message=message),), f"{kind}: {message}"
    if kind == "UserWarning":
        return Warned(str(told[0]), *said, http_status=reply.status)
    return Refused(*said, http_status=reply.status)


def encoded(value: datetime.date | Decimal) -> dict:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}


def decimal_of(value: object) -> Decimal | None:
    """A figure out of an answer; None when it is none."""
    try:
        return Decimal(text_of(fields_of(value), "decimal"))
    except InvalidOperation:
        return None


def date_of(value: object) -> datetime.date | None:
    told = fields_of(value)
    try:
        return datetime.date(told["year"], told["month"], told["day"])
    except (KeyError, TypeError, ValueError):
        return None
