from django.core.management.base import BaseCommand, CommandError

from invoicing.figures import stored_summary, summary_of
from invoicing.models import OwnerInvoice, OwnerInvoiceLine
from invoicing.recomputation import breaks_in_the_chain, broken_within

AT_ONCE = 200


class Command(BaseCommand):
    help = (
        "Recompute every stored application, in SQL and in Python; fails when one does not follow from its own lines."
    )

    def handle(self, *args, **options):
        broken, chain = [str(each) for each in broken_within()], breaks_in_the_chain()
        count = 0
        for invoices in _portions():
            count += len(invoices)
            broken += _unlike_python(invoices)
        for each in chain:
            self.stdout.write(self.style.WARNING(f"Warning: {each}"))
        if broken:
            raise CommandError("\n".join(sorted(set(broken))))
        counted = "1 application ties out" if count == 1 else f"{count:,} applications tie out"
        self.stdout.write(f"{counted}, warnings: {len(chain)}." if chain else f"{counted}.")


def _portions():
    """All applications that are not deleted, some at a time, in id order."""
    rest = OwnerInvoice.objects.present().select_related("contract", "company").order_by("pk")
    last = 0
    while invoices := list(rest.filter(pk__gt=last)[:AT_ONCE]):
        yield invoices
        last = invoices[-1].pk


def _unlike_python(invoices):
    """Where the product's own arithmetic comes to another summary than the stored one."""
    rows = {}
    for row in OwnerInvoiceLine.objects.filter(invoice__in=invoices).select_related("contract_line"):
        rows.setdefault(row.invoice_id, []).append(row)
    unlike = [each for each in invoices if summary_of(rows.get(each.pk, [])) != stored_summary(each)]
    return [f"{each.company}, {each.display_number}: the lines add up to another summary" for each in unlike]
