"""The adapter itself: what one class must do so that Tieout can book owner invoices in one more ERP."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from .capabilities import Capabilities, problems_by_capability
from .documents import ExpectedDocument, InvoiceDocument, Rendered, RenderedLine, amount_text, canonical_json
from .errors import Unsupported
from .outcomes import CodePage, ConnectionCheck, Created, LookUp, Problem, Snapshot


@dataclass(frozen=True)
class OutboundRules:
    """Where this deployment lets an adapter connect.

    `http_hosts`: "host" or "host:port" that may be spoken to without TLS; `private_hosts`: the same for hosts whose
    address is private, loopback or link-local; `ports`: allowed ports, () for any; `hosts`: the only hosts allowed at
    all, () for any. `ca_bundle`: a file of certificate authorities to trust instead of the public ones.
    `tells_caller`: name our process id to the demo ERP, for fault tests only.
    """

    http_hosts: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()
    body_cap: int = 1_000_000
    ca_bundle: str = ""
    tells_caller: bool = False


@dataclass(frozen=True)
class Deadlines:
    """Seconds. `total_s` runs from an adapter's first request and covers all it does: make one adapter per attempt."""

    connect_s: float = 5.0
    read_s: float = 30.0
    total_s: float = 60.0


@dataclass(frozen=True)
class Connection:
    """All an adapter is made from: settings and secrets as its `settings_fields` name them, and the deployment's rules.

    `trace_id` goes out with every request, so that a log on either side can be joined.
    """

    settings: Mapping[str, str]
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    rules: OutboundRules = OutboundRules()
    deadlines: Deadlines = Deadlines()
    trace_id: str = ""


TEXT, ADDRESS, LINK, SECONDS = "text", "address", "link", "seconds"


@dataclass(frozen=True)
class SettingField:
    """One field of the form on which a company connects its ERP. Secrets are stored encrypted and never shown again.

    `kind` says what may stand in it: TEXT; ADDRESS, where the adapter connects, so that another one wants the secrets
    typed again; LINK, a web address that people open; SECONDS, a whole number.
    """

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    help_text: str = ""
    kind: str = TEXT


class ErpAdapter(ABC):
    """Knows one ERP and nothing of Tieout: frozen dataclasses in, frozen dataclasses or an ErpError out.

    `create` and `find` are the smallest useful adapter; everything else has a default. An adapter never sleeps,
    never retries a create, and raises `Unknown` whenever a request may have arrived without a trustworthy answer.
    """

    label: str = ""
    capabilities: Capabilities = Capabilities()
    settings_fields: tuple[SettingField, ...] = ()

    def __init__(self, connection: Connection):
        self.connection = connection

    @abstractmethod
    def create(self, rendered: Rendered, key: str) -> Created:
        """Book the document with at most one writing request; `key` is the same for every repetition of this body.

        Raises every ErpError but Unsupported. Anything else that escapes counts as Unknown.
        """

    @abstractmethod
    def find(self, reference: str) -> LookUp:
        """Ask the ERP for what carries this reference. Reads only; an ErpError when it could not be asked."""

    def read(self, erp_id: str) -> Snapshot | None:
        """One document by the ERP's id, None when the ERP says that there is none (any more)."""
        raise Unsupported("read")

    def finish(self, erp_id: str, step: str) -> Created:
        """Do the step that PartlyDone or Found.unfinished named, with at most one write; done already is success."""
        raise Unsupported("finish")

    def check_connection(self) -> ConnectionCheck:
        """Prove address and sign-in without writing anything."""
        raise Unsupported("check_connection")

    def list_codes(self, kind: str, search: str = "", after: str = "") -> CodePage:
        """A page of the ERP's own customers, jobs or accounts, those matching `search` when given."""
        raise Unsupported("list_codes")

    def validate(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        """What is wrong with the document without asking the ERP: by default, what the capabilities rule out."""
        return problems_by_capability(document, self.capabilities)

    def preflight(self, document: InvoiceDocument) -> tuple[Problem, ...]:
        """What the ERP would refuse now, asked without writing: closed period, inactive customer, number taken."""
        return ()

    def render(self, document: InvoiceDocument) -> Rendered:
        """Turn the document into the request. Pure: the same document gives the same bytes in preview and sending."""
        return Rendered(
            reference=document.reference,
            body=canonical_json(document_as_json(document)),
            expected=(ExpectedDocument(document.untaxed_total, document.billing_date),),
            lines=rendered_lines(document),
        )

    @classmethod
    def offers(cls, method: str) -> bool:
        """Whether this adapter overrides an optional method such as "read" or "list_codes"."""
        return getattr(cls, method) is not getattr(ErpAdapter, method)


def rendered_lines(document: InvoiceDocument) -> tuple[RenderedLine, ...]:
    """Every line at its amount, and the retainage of all lines as one line that takes off what is held."""
    accounts = document.mappings.accounts
    billed = tuple(
        RenderedLine(f"{line.item} {line.description}".strip(), accounts.get(line.cost_code, ""), line.amount)
        for line in document.lines
    )
    held = (RenderedLine("Retainage", "", -document.retainage),) if document.retainage else ()
    return billed + held


def document_as_json(document: InvoiceDocument) -> dict:
    """The document in plain JSON values: amounts as text with two decimals, dates in ISO form, codes of the ERP."""
    return {
        "reference": document.reference,
        "number": document.number,
        "customer": document.mappings.customer or document.owner_code,
        "job": document.mappings.job or document.project_code,
        "date": document.billing_date.isoformat(),
        "due_date": document.due_date.isoformat() if document.due_date else None,
        "currency": document.currency,
        "lines": [
            {
                "item": line.item,
                "cost_code": line.cost_code,
                "account": document.mappings.accounts.get(line.cost_code, ""),
                "description": line.description,
                "amount": amount_text(line.amount),
                "retainage": amount_text(line.retainage),
            }
            for line in document.lines
        ],
        "total": amount_text(document.untaxed_total),
    }
