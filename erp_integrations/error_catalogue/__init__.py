"""What people read when an export fails: what went wrong, how to fix it, and what they can press.

Adapters and engine give a code and parameters; the sentences stand here alone. `{erp}` is the ERP's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from erp_integrations.error_catalogue.checking import CHECKING
from erp_integrations.error_catalogue.entries import CATALOGUE as SHARED
from erp_integrations.error_catalogue.entries import LINK, RECONNECT, REJECT, RETRY, RETRY_NOW, UNKNOWN, Entry
from erp_integrations.error_catalogue.strict_books import STRICT_BOOKS

__all__ = [
    "CATALOGUE",
    "LINK",
    "RECONNECT",
    "REJECT",
    "RETRY",
    "RETRY_NOW",
    "Entry",
    "Explanation",
    "explain",
    "explain_check",
]

CATALOGUE: dict[str, Entry] = SHARED | STRICT_BOOKS


@dataclass(frozen=True)
class Explanation:
    """The same with the parameters filled in. Plain text: parameters may come from an ERP and are to be escaped."""

    code: str
    what: str
    how: str
    actions: tuple[str, ...]


# Said in place of a parameter that nobody gave.
UNTOLD = {
    "erp": _("the ERP"),
    "period": _("this month"),
    "number": _("this number"),
    "name": _("this one"),
    "code": _("this code"),
    "cost_code": _("on one of the lines"),
    "item": _("one"),
    "date": _("another day"),
    "currency": _("this currency"),
    "length": _("too many"),
    "count": _("too many"),
    "limit": _("fewer"),
    "ours": _("other figures"),
    "theirs": _("something else"),
}


class _Told(dict):
    """Parameters; what is missing is told in general words, so that no explanation ever fails."""

    def __missing__(self, name: str) -> str:
        return str(UNTOLD.get(name, "…"))


def explain(code: str, params: Mapping[str, object] | None = None) -> Explanation:
    """The catalogue's words for a code; for a code it does not know, those of UNKNOWN."""
    return _explained(CATALOGUE.get(code, UNKNOWN), code, params)


def explain_check(code: str, params: Mapping[str, object] | None = None) -> Explanation:
    """The same while a connection is tested."""
    entry = CHECKING.get(code) or CATALOGUE.get(code) or CHECKING["UNKNOWN"]
    return _explained(entry, code, params)


def _explained(entry: Entry, code: str, params: Mapping[str, object] | None) -> Explanation:
    told = _Told({name: str(value) for name, value in (params or {}).items() if value not in ("", None)})
    what, how = (_sentence(str(text).format_map(told)) for text in (entry.what, entry.how))
    return Explanation(code, what, how, entry.actions)


def _sentence(text: str) -> str:
    """Capital first: "the ERP" may have to open a sentence."""
    return text[:1].upper() + text[1:]
