"""What pictures of contracts are made of: the same number of queries however many contracts there are."""

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from invoicing.figures import AMOUNT
from invoicing.models import OwnerInvoice, Payment
from invoicing.money import ZERO
from invoicing.pictures.series import Application, cash_curve
from invoicing.receivables import with_receivables
from invoicing.states import BillingStatus


def with_cash(contracts):
    """`with_receivables`, and `retained`: line 5 of the last application, whose line 4 is `billed`."""
    last = OwnerInvoice.objects.standing().filter(contract=OuterRef("pk")).order_by("-position")
    return with_receivables(contracts).annotate(
        retained=Coalesce(Subquery(last.values("total_retainage")[:1]), ZERO, output_field=AMOUNT)
    )


def months_of(contracts):
    """The cash curve of the contracts (a queryset) together."""
    invoices = OwnerInvoice.objects.standing().filter(contract__in=contracts).order_by()
    columns = ("contract_id", "position", "billing_date", "period__due", "completed_and_stored", "total_retainage")
    rows = invoices.values_list(*columns, "current_payment_due", "status")
    received = Payment.objects.filter(invoice__contract__in=contracts).order_by().values_list("received_on")
    return cash_curve(
        (Application(*row, due if status == BillingStatus.APPROVED else ZERO) for *row, due, status in rows),
        received.annotate(total=Sum("amount")),
    )
