"""What a demo that is ready says of itself: to a person, and in var/demo.json to a program."""

import json
from collections.abc import Mapping, Sequence

from config.laptop.paths import DEMO_JSON


def announce(environment: Mapping[str, str], people: Sequence[Mapping[str, str]], seconds: float) -> None:
    """Write var/demo.json, whole or not at all, and print it. People have email, password, name, role and company."""
    facts = {
        "url": environment["BASE_URL"],
        "erp_url": environment["DEMO_ERP_URL"],
        "mailbox_url": environment["DEMO_MAILBOX_URL"],
        "people": list(people),
    }
    unfinished = DEMO_JSON.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(facts, indent=2) + "\n")
    unfinished.rename(DEMO_JSON)
    print(text(facts, seconds), flush=True)


def text(facts: Mapping, seconds: float) -> str:
    lines = [
        "",
        f"Tieout is ready ({seconds:.0f} s): {facts['url']}",
        f"The demo ERP's ledger:  {facts['erp_url']}",
        f"The mailbox:            {facts['mailbox_url']}",
        "",
    ]
    width = max((len(person["email"]) for person in facts["people"]), default=0)
    for person in facts["people"]:
        who = ", ".join(filter(None, (person["name"], person["role"], person["company"])))
        lines.append(f"  {person['email']:<{width}}  {person['password']}  {who}")
    return "\n".join([*lines, "", "Ctrl-C ends it."])


def running_at() -> str | None:
    """The address of a demo that has announced itself and not ended."""
    try:
        return json.loads(DEMO_JSON.read_text())["url"]
    except (OSError, ValueError, KeyError):
        return None
