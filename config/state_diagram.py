"""The README's picture of the two lifecycles, drawn from the tables in invoicing/states.py."""

from collections import defaultdict

from invoicing.states import BILLING_MOVES, ERP_MOVES, BillingStatus, ErpStatus


def mermaid(moves, statuses, start):
    """A Mermaid state diagram; moves between the same two states share one arrow."""
    arrows = defaultdict(list)
    for move in moves:
        for source in statuses:
            if source in move.sources:
                arrows[source, move.target].append(move.name)
    names = [f"  {status} : {status.label}" for status in statuses]
    drawn = [f"  {source} --> {target} : {', '.join(moves)}" for (source, target), moves in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"  [*] --> {start}", *names, *drawn, "```"])


def both_diagrams():
    billing = mermaid(BILLING_MOVES, BillingStatus, BillingStatus.DRAFT)
    erp = mermaid(ERP_MOVES, ErpStatus, ErpStatus.NOT_SENT)
    return f"Billing status, the project's side:\n\n{billing}\n\nERP status, accounting's side:\n\n{erp}\n"
