"""One box for invoices, contracts, projects and people; an invoice's exact number opens it."""

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config import links
from directory.models import Membership, Project
from directory.policies import can_see_directory
from directory.web.access import company_or_404
from erp_integrations.policies import can_see_queue
from invoicing.models import OwnerInvoice, PrimeContract
from invoicing.policies import levels_of, opens

SHOWN = 20
LONGEST = 200


@require_safe
def search(request, company):
    company = company_or_404(request, company)
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    seen = Seen(request.user, company)
    exact = exact_invoice(seen, words) if words else None
    if exact:
        return redirect(exact)
    return render(request, "search.html", {"words": words, "groups": groups(seen, words) if words else []})


class Seen:
    """What of a company this person may find."""

    def __init__(self, user, company):
        self.user, self.company = user, company
        self.queue = bool(can_see_queue(user, company))
        self.directory = bool(can_see_directory(user, company))
        self.projects = Project.objects.filter(company=company).visible_to(user).select_related("company")
        self.levels = levels_of(user, company)

    def invoices(self):
        """Those of the person's projects, and all that were sent for whoever sees the queue."""
        found = OwnerInvoice.objects.visible_to(self.user).filter(company=self.company)
        if self.queue:
            found = found | OwnerInvoice.objects.sent().filter(company=self.company)
        called = Concat("contract__number", Value(" #"), Cast("position", CharField()))
        return found.select_related("contract__project", "contract__owner", "company").annotate(called=called)

    def contracts(self):
        found = PrimeContract.objects.visible_to(self.user).filter(company=self.company)
        return found.select_related("project", "owner", "company")

    def people(self):
        found = (
            Membership.objects.active().filter(company=self.company) if self.directory else Membership.objects.none()
        )
        return found.select_related("user", "company").order_by("user__name", "pk")

    def link(self, invoice):
        return links.seen_by(invoice, opens(self.user, invoice.contract, self.levels), self.queue)


def exact_invoice(seen, words):
    """The page of the one invoice with this very number, as people or as files write it; else None."""
    found = list(seen.invoices().filter(Q(number__iexact=words) | Q(called__iexact=words))[:2])
    return seen.link(found[0]) if len(found) == 1 else None


def groups(seen, words):
    """(heading, rows of (link, title, detail)) for each kind that has a match; terms are put in by the template."""
    found = [
        (
            "invoices",
            [(seen.link(each), each.display_number, each.contract.project.name) for each in invoices(seen, words)],
        ),
        ("contracts", [(links.contract(each), str(each), each.owner.name) for each in contracts(seen, words)]),
        ("projects", [(links.contracts(each), each.name, each.number) for each in projects(seen, words)]),
        ("people", [(links.person(each), each.user.name, each.title) for each in people(seen, words)]),
    ]
    return [(kind, rows) for kind, rows in found if rows]


def invoices(seen, words):
    matches = (
        Q(number__icontains=words)
        | Q(called__icontains=words)
        | Q(contract__project__name__icontains=words)
        | Q(contract__owner__name__icontains=words)
    )
    return seen.invoices().filter(matches).order_by(F("sent_at").desc(nulls_last=True), "-pk")[:SHOWN]


def contracts(seen, words):
    matches = Q(number__icontains=words) | Q(title__icontains=words) | Q(owner__name__icontains=words)
    return seen.contracts().filter(matches).order_by("number")[:SHOWN]


def projects(seen, words):
    return seen.projects.filter(Q(name__icontains=words) | Q(number__icontains=words))[:SHOWN]


def people(seen, words):
    return seen.people().filter(Q(user__name__icontains=words) | Q(user__email__icontains=words))[:SHOWN]
