"""What an adapter answers when an ERP could be asked: documents, codes, and problems found before sending."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .documents import INVOICE


@dataclass(frozen=True)
class Snapshot:
    """One document as it stands in the ERP. `total` is untaxed; None means that the answer did not tell."""

    erp_id: str
    number: str = ""
    total: Decimal | None = None
    date: datetime.date | None = None
    posted: bool = True
    url: str = ""
    reference: str = ""
    role: str = INVOICE


@dataclass(frozen=True)
class Created:
    """The ERP said that it stored these documents. The first is the invoice itself."""

    documents: tuple[Snapshot, ...]


@dataclass(frozen=True)
class Found:
    """A look-up met exactly what one export leaves behind.

    `unfinished` names the step that `finish` still has to do ("post" for a draft), "" when nothing is left to do.
    """

    documents: tuple[Snapshot, ...]
    unfinished: str = ""


@dataclass(frozen=True)
class NotFound:
    """The ERP answered and knows no such reference. `conclusive` is False when it may yet appear."""

    conclusive: bool = True


@dataclass(frozen=True)
class Ambiguous:
    """More documents carry the reference than one export makes: a person must look."""

    documents: tuple[Snapshot, ...]


LookUp = Found | NotFound | Ambiguous


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way, as data; the words for people are the error catalogue's.

    `code` is a catalogue code; `where` is our field ("number", "billing_date", "owner", "project") or "line:<item>";
    `params` fill the catalogue's sentences; `message` is the ERP's own text, untrusted and to be escaped.
    `blocks` is False for a mere warning.
    """

    code: str
    where: str = ""
    message: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    blocks: bool = True


@dataclass(frozen=True)
class ErpCode:
    """One entry of an ERP's own list: what a mapping stores (`code`) and what a person picks by (`name`)."""

    code: str
    name: str
    is_active: bool = True


@dataclass(frozen=True)
class CodePage:
    """A page of a list of codes; `after` starts the next page, "" at the end."""

    codes: tuple[ErpCode, ...]
    after: str = ""


@dataclass(frozen=True)
class ConnectionCheck:
    """The connection works. `account` is the name the ERP gives the company, so that a wrong one is noticed."""

    account: str
    problems: tuple[Problem, ...] = ()
