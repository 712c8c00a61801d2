"""Which list a page shows; its whole state lives in the query string, so that every answer finds the way back to it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse

from directory.web.numbers import whole_number
from erp_integrations.queue import Filter, invoices_under, rejections_under

LONGEST_SEARCH = 200
LATE_DAYS = 5  # from the day after these an age is a warning


@dataclass(frozen=True)
class Listing:
    """A filter, a search in it, and how many days something must have waited (0: any)."""

    chosen: Filter = Filter.READY
    search: str = ""
    older: int = 0

    @property
    def order(self):
        """The column and whether newest first, as keyset pages want them."""
        if self.chosen == Filter.REJECTED:
            return "at", True
        return ("sent_at", False) if self.chosen == Filter.READY else ("erp_status_at", True)

    @property
    def is_narrowed(self):
        return bool(self.search or self.older)

    def rows(self, company):
        if self.chosen == Filter.REJECTED:
            return rejections_under(company, self.search)
        return invoices_under(company, self.chosen, self.search, self.older)

    def following(self, company, invoice, *, backwards=False):
        """The invoice after this one (or before), as the list stands without it; None at the end."""
        key, descending = self.order
        here = getattr(invoice, key)
        step, sign = ("lt", "-") if descending != backwards else ("gt", "")
        rows = self.rows(company)
        beyond = rows.filter(**{f"{key}__{step}": here}) | rows.filter(**{key: here, f"pk__{step}": invoice.pk})
        return beyond.order_by(f"{sign}{key}", f"{sign}pk").first()

    def whole(self):
        """The same filter without search."""
        return replace(self, search="", older=0)

    def url(self, company):
        query = {"status": self.chosen.value}
        query |= {name: value for name, value in (("q", self.search), ("older", self.older)) if value}
        return f"{reverse('erp_integrations:owner_invoices', args=[company.slug])}?{urlencode(query)}"


def listing_of(query):
    """The list that a query string asks for; Ready to Export where it names no filter that we know."""
    chosen, days = query.get("status", ""), query.get("older", "")
    return Listing(
        Filter(chosen) if chosen in Filter.values else Filter.READY,
        search_of(query),
        whole_number(days, digits=3) or 0,
    )


def listing_behind(url):
    """The list that a URL of it stands for."""
    return listing_of(QueryDict(urlsplit(url).query))


def search_of(query):
    return query.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
