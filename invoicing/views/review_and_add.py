"""Review & Add: the approved change orders that the latest open application does not carry yet."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from directory.web.access import require
from directory.web.numbers import whole_number
from invoicing import actions
from invoicing.change_orders import missing_approval, offered_to
from invoicing.exceptions import InvoiceLocked, NotTheLatest, StaleVersion
from invoicing.money import ZERO
from invoicing.policies import can_edit, can_edit_contracts, why_locked
from invoicing.views.fetch import invoice_or_404, project_page, version_of
from invoicing.views.navigation import url_of


@require_http_methods(["GET", "HEAD", "POST"])
def review_and_add(request, company, project, invoice_id):
    project = project_page(request, company, project)
    invoice = invoice_or_404(project, invoice_id)
    if request.method != "POST":
        return _page(request, invoice)
    require(can_edit_contracts(request.user, project))
    chosen = [key for text in request.POST.getlist("order")[:1_000] if (key := whole_number(text))]
    if not chosen:
        messages.error(request, "Nothing was added: no change order was ticked.")
        return redirect(request.path)
    try:
        saved = actions.add_change_orders(invoice.pk, chosen, actor=request.user, version=version_of(request))
    except (InvoiceLocked, NotTheLatest, StaleVersion) as error:
        messages.error(request, str(error))
    else:
        if saved.version == invoice.version:
            messages.success(request, _nothing_added(invoice, chosen))
        else:
            messages.success(request, f"The change orders were added to {saved.display_number}.")
    return redirect(url_of("invoice", project, invoice_id=invoice.pk))


def _nothing_added(invoice, chosen):
    if missing_approval(invoice, chosen):
        return "Nothing was added: what was ticked is not approved any more."
    return f"{invoice.display_number} carries them already. Nothing was added."


def _page(request, invoice):
    orders = list(offered_to(invoice).prefetch_related("lines"))
    change = sum((order.amount for order in orders), ZERO)
    values = {
        "invoice": invoice,
        "orders": orders,
        "change": change,
        "after": invoice.contract_sum_to_date + change,
        "locked": why_locked(invoice),
        "can_add": can_edit(request.user, invoice),
    }
    return render(request, "invoicing/review_and_add.html", values)
