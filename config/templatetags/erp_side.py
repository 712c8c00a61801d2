"""How the project's pages show accounting's side; {% load erp_side %}."""

from django import template

from config import erp_side as sides
from config.mending import mended
from erp_integrations.readiness import readiness

register = template.Library()


@register.simple_tag
def erp_sides(invoices):
    """Fetch the ERP side of a whole list at once: {% erp_sides page.rows as sides %}."""
    return sides.erp_sides(invoices)


@register.inclusion_tag("components/erp_side.html")
def erp_side(invoice, fetched=None):
    """Badge, number in the ERP, and what went wrong: {% erp_side invoice sides %}, or without a list for one alone."""
    fetched = fetched if fetched is not None else sides.erp_sides([invoice])
    return {"side": fetched[invoice.pk]}


@register.simple_tag
def erp_readiness(invoice):
    """Tie-out check 6 of one invoice, as `erp_integrations.readiness` answers it."""
    return readiness([invoice]).get(invoice.pk)


@register.simple_tag
def mended_at(user, invoice, problem):
    """Where a problem of check 6 is mended: {% mended_at user invoice problem as place %}."""
    return mended(user, invoice, problem)
