import re

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from invoicing.exceptions import FieldRefused
from invoicing.models import ChangeOrder, OwnerInvoice, PrimeContract

FIRST_CONTRACT, FIRST_CHANGE_ORDER = "PC-001", "CO-01"
LONGEST = 30


def next_contract_number(company):
    """What continues the company's numbers from its latest contract: the first free one; "" where none fits."""
    return _next_number(PrimeContract.objects.filter(company=company), FIRST_CONTRACT)


def next_change_order_number(contract):
    """The same for the change orders of a contract."""
    return _next_number(ChangeOrder.objects.filter(contract=contract), FIRST_CHANGE_ORDER)


def _next_number(rows, first):
    taken = set(rows.values_list(Lower("number"), flat=True))
    last = rows.order_by("-pk").values_list("number", flat=True).first()
    number = first if last is None else continued(last)
    while number.lower() in taken:
        number = continued(number)
    return number if len(number) <= LONGEST else ""


def continued(number):
    """The number after this one: its last digits counted on with their zeros, as in PC-009, PC-010."""
    before, digits, after = re.fullmatch(r"(.*?)([0-9]*)([^0-9]*)", number, re.DOTALL).groups()
    return f"{before}{int(digits) + 1:0{len(digits)}}{after}" if digits else f"{number}-2"


def refuse_taken_number(company_id, number, but=None):
    """Raise `FieldRefused` when another standing invoice of the company has the number."""
    others = OwnerInvoice.objects.standing().filter(company_id=company_id).exclude(pk=but)
    taken = others.annotate(lower=Lower("number")).filter(lower=number.lower()).select_related("contract").first()
    if taken:
        raise FieldRefused("number", f"{taken.display_number} has the number {taken.number} already. Choose another.")


def save_unique(row, field, sentence):
    """Save a row; raise `FieldRefused` at the field with the sentence where another row has the same already."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "unique" not in str(error):
            raise
        raise FieldRefused(field, sentence) from error
