"""What an ERP can and cannot do, in plain words, out of its adapter's capabilities and of nothing else."""

from erp_integrations.adapters.base import ACCOUNT, CUSTOMER, JOB

RETAINAGE = {
    "negative_line": "As a line that is taken off",
    "native": "On each line, as the ERP’s own retainage",
    "two_documents": "As a second document",
    "net_only": "Not shown: the net amount is billed",
}
LISTS = {CUSTOMER: "customers", JOB: "jobs", ACCOUNT: "accounts"}
QUESTIONS = {
    "check_connection": "whether the connection works",
    "read": "what it has booked",
    "preflight": "what it would refuse",
}
LIMITS = {
    "number": "{} characters in the number",
    "description": "{} characters in a description",
    "lines": "{} lines",
}


def abilities(adapter, terms):
    """Pairs of a name and a sentence; `adapter` is a connected one or the class of one to connect."""
    can = adapter.capabilities
    return [
        ("If an answer is lost", _after_a_lost_answer(can)),
        ("It can be asked", _questions(adapter, can)),
        ("Calls at once", _calls(can)),
        ("Invoices arrive", "Posted" if can.creates_posted else "As drafts"),
        ("Retainage", _retainage(can)),
        ("Mapped before Accept", _joined(_mapped(can, terms)) or "Nothing"),
        ("Limits", _joined(_limits(can)) or "None that we know"),
    ]


def _after_a_lost_answer(can):
    if can.lookup:
        return "We ask it for our reference before anything is sent again."
    if can.repeats_safely:
        return "We send it again: the ERP books it once."
    return "An approver looks in the ERP and says what is there."


def _questions(adapter, can):
    asked = [words for method, words in QUESTIONS.items() if adapter.offers(method)]
    searched = ["for our reference"] if can.lookup else []
    lists = [LISTS.get(kind, kind) for kind in can.code_kinds] if adapter.offers("list_codes") else []
    listed = [f"for its {_listed(lists)}"] if lists else []
    return _joined([*searched, *listed, *asked], between="; ") or "Nothing"


def _calls(can):
    rate = f", at most {can.calls_per_minute} a minute" if can.calls_per_minute else ""
    return f"{can.calls_at_once}{rate}"


def _retainage(can):
    released = "Can be released." if can.retainage_release else "Cannot be released on an invoice."
    return f"{RETAINAGE.get(can.retainage, can.retainage)}. {released}"


def _mapped(can, terms):
    ours = {CUSTOMER: terms.owner.lower, JOB: "project", ACCOUNT: "cost codes"}
    return [ours.get(kind, kind) for kind in can.required_mappings]


def _limits(can):
    told = [LIMITS[name].format(f"{limit:,}") for name, limit in can.limits.items() if name in LIMITS]
    told += [] if can.negative_lines else ["no negative lines"]
    told += [] if can.negative_total else ["no total below zero"]
    return told + ([f"only {_listed(can.currencies)}"] if can.currencies else [])


def _listed(words):
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _joined(words, between=""):
    """A list that opens a sentence."""
    text = (between.join(words) if between else _listed(words)) if words else ""
    return text[:1].upper() + text[1:]
