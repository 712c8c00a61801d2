"""The page at /: the books for people to see, and the switch of the ERP's behaviour."""

from .behaviour import open_period, switch_behaviour
from .document import remove_document, show_document
from .layout import no_icon, refusal_page, style
from .ledger import show_ledger

__all__ = [
    "no_icon",
    "open_period",
    "refusal_page",
    "remove_document",
    "show_document",
    "show_ledger",
    "style",
    "switch_behaviour",
]
