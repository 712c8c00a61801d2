"""The adapter for Tryton 8.0: what it can do, and its methods in terms of the files beside it."""

import json
from collections.abc import Mapping

from ..base import (
    ACCOUNT,
    ADDRESS,
    CUSTOMER,
    INVOICE,
    LINK,
    RETAINAGE,
    Capabilities,
    CodePage,
    Connection,
    ConnectionCheck,
    Created,
    Duplicate,
    ErpAdapter,
    InvoiceDocument,
    LookUp,
    NotSent,
    Problem,
    Refused,
    Rendered,
    SettingField,
    Snapshot,
    Unknown,
)
from ..http import text_of
from .asking import POST, Asking
from .booking import Booking
from .codes import codes_of
from .rendering import NEGATIVE_LINE, TWO_DOCUMENTS, rendered_for_tryton
from .rpc import Rpc


def capabilities_of(settings: Mapping[str, str]) -> Capabilities:
    """Tryton keeps no key and takes a reference twice, so that the look-up carries the whole promise."""
    is_split = settings.get("retainage", TWO_DOCUMENTS) != NEGATIVE_LINE
    return Capabilities(
        lookup_delay_s=60.0,  # a create whose caller has left may still be running
        retainage="two_documents" if is_split else "negative_line",
        roles=(INVOICE, RETAINAGE) if is_split else (INVOICE,),
        required_mappings=(CUSTOMER,) if settings.get("revenue_account") else (CUSTOMER, ACCOUNT),
        code_kinds=(CUSTOMER, ACCOUNT),
    )


class Tryton(ErpAdapter):
    label = "Tryton"
    capabilities = capabilities_of({})
    settings_fields = (
        SettingField("url", "Address", help_text="Such as https://tryton.example.com", kind=ADDRESS),
        SettingField("database", "Database"),
        SettingField("user", "User", help_text="One with the rights of accounting, in the company that bills"),
        SettingField("password", "Password", is_secret=True),
        SettingField(
            "retainage",
            "Retainage is booked",
            default=TWO_DOCUMENTS,
            choices=(
                (TWO_DOCUMENTS, "As a document of its own, on a receivable account"),
                (NEGATIVE_LINE, "As a negative line, on an account that runs against revenue"),
            ),
        ),
        SettingField("retainage_account", "Account for retainage", help_text="Its code in Tryton"),
        SettingField(
            "revenue_account", "Revenue account", is_required=False, help_text="For cost codes that are not mapped"
        ),
        SettingField(
            "future_dates",
            "Billing dates ahead of time",
            default="refuse",
            choices=(("refuse", "Wait until the day has come"), ("allow", "Post them; no earlier date follows then")),
        ),
        SettingField("public_url", "Address of Tryton's web client", is_required=False, kind=LINK),
    )

    def __init__(self, connection: Connection):
        super().__init__(connection)
        self.capabilities = capabilities_of(connection.settings)
        self._rpc = Rpc(connection)
        self._asking = Asking(self._rpc, connection)
        self._booking = Booking(self._rpc, self._asking, connection.settings.get("future_dates") == "allow")

    def render(self, document: InvoiceDocument) -> Rendered:
        return rendered_for_tryton(document, self.connection.settings)

    def preflight(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        return self._booking.problems(_documents_of(self.render(document)))

    def create(self, rendered: Rendered, key: str) -> Created:
        try:
            values = self._prepared(rendered)
        except Unknown as doubt:  # until here we have only asked
            raise NotSent(doubt.technical, code=doubt.code, http_status=doubt.http_status) from doubt
        return self._booking.create(values)

    def _prepared(self, rendered: Rendered) -> list[dict]:
        """Everything that can be known before the first write; a refusal after it would leave a draft behind."""
        documents = _documents_of(rendered)
        existing = self._asking.under(rendered.reference)
        if existing:
            raise Duplicate(existing, f"{rendered.reference} is there already.", code="DUPLICATE_REFERENCE")
        problems = self._booking.problems(documents)
        if problems:
            raise Refused(problems)
        return self._booking.values(documents)

    def finish(self, erp_id: str, step: str) -> Created:
        draft = self._asking.read(erp_id)
        if step != POST or draft is None:
            raise Refused(technical=f"{erp_id} cannot be finished: {step}.")
        return self._booking.finish(draft.reference)

    def find(self, reference: str) -> LookUp:
        return self._asking.find(reference)

    def read(self, erp_id: str) -> Snapshot | None:
        return self._asking.read(erp_id)

    def check_connection(self) -> ConnectionCheck:
        rows = self._rpc.rows("company.company", [["id", "=", self._rpc.company]], ("rec_name",))
        name = text_of(rows[0], "rec_name") if rows else ""
        if not name:
            raise Unknown("The answer names no company.", code="UNREADABLE")
        return ConnectionCheck(name)

    def list_codes(self, kind: str, search: str = "", after: str = "") -> CodePage:
        return codes_of(self._rpc, kind, search, int(after or 0))


def _documents_of(rendered: Rendered) -> list[Mapping]:
    return json.loads(rendered.body)["documents"]
