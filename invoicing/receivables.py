"""What was billed, what came in, and how old the rest is: of applications, and of contracts."""

from collections import defaultdict

from django.db.models import F, OuterRef
from django.utils import timezone

from invoicing.figures import total, with_sums
from invoicing.models import OwnerInvoice, Payment
from invoicing.payment_application.receipts import Ageing, ageing_of
from invoicing.states import BillingStatus


def owed():
    """The applications that the owner owes: approved ones that stand."""
    return OwnerInvoice.objects.present().filter(status=BillingStatus.APPROVED)


def with_received(invoices):
    """Annotate applications with `received`, the sum that each knows how to ask for alone."""
    payments = Payment.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    return invoices.annotate(received=total(payments, "amount"))


def unpaid(invoices):
    """Those of them with something outstanding, a credit too."""
    return with_received(invoices).exclude(received=F("current_payment_due"))


def with_receivables(contracts):
    """`with_sums`, and `due`, what the approved applications come to, and `outstanding`, that less `paid`."""
    due = owed().filter(contract=OuterRef("pk")).order_by().values("contract")
    return (
        with_sums(contracts).annotate(due=total(due, "current_payment_due")).annotate(outstanding=F("due") - F("paid"))
    )


def ageing_by_contract(contracts, today=None):
    """An `Ageing` for each of the contracts (a queryset) with something outstanding, by id. One query."""
    open_items = defaultdict(list)
    rows = unpaid(owed().filter(contract__in=contracts)).annotate(rest=F("current_payment_due") - F("received"))
    for contract_id, due, rest in rows.order_by().values_list("contract_id", "period__due", "rest"):
        open_items[contract_id].append((due, rest))
    today = today or timezone.localdate()
    return {contract_id: ageing_of(items, today) for contract_id, items in open_items.items()}


def summed(ageings):
    return sum(ageings, Ageing())
