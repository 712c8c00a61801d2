from django.db import models
from django.db.models import F, Q

from directory.models import Company
from invoicing.models.columns import amount, amounts_are_finite, percent, percents_are_in_range
from invoicing.models.contracts import ContractLine
from invoicing.models.invoices import OwnerInvoice


def _sign_rules():
    """Amounts stored and retained keep the sign of their line; no more is released than is held."""
    held = F("retainage_previous") + F("retainage_withheld")
    positive = Q(
        scheduled_value__gte=0,
        materials_stored__gte=0,
        retainage_released__gte=0,
        retainage_released__lte=held,
        retainage_on_materials__gte=0,
        retainage_on_materials__lte=held - F("retainage_released"),
    )
    deductive = Q(
        scheduled_value__lt=0,
        materials_stored__lte=0,
        retainage_released__lte=0,
        retainage_released__gte=held,
        retainage_on_materials__lte=0,
        retainage_on_materials__gte=held - F("retainage_released"),
    )
    return positive | deductive


class OwnerInvoiceLine(models.Model):
    """One line of an application: what was carried from the one before, and what is billed and retained now.

    Columns G, H and I follow (invoicing/payment_application.py).
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey(OwnerInvoice, on_delete=models.PROTECT, related_name="lines")
    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="invoice_lines")
    # Carried: column C, column D, and the stored materials and retainage of the application before.
    scheduled_value = amount()
    work_previous = amount()
    materials_previous = amount()
    retainage_previous = amount()
    # Entered: columns E and F, the rate, what is released.
    work_this_period = amount()
    materials_stored = amount()
    retainage_percent = percent()
    materials_retainage_percent = percent()
    retainage_released = amount()
    # Computed from these, and stored, since the cent they were rounded to is what was agreed.
    retainage_withheld = amount()
    retainage_on_materials = amount()

    class Meta:
        ordering = ["contract_line__position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "contract_line"], name="one_invoice_line_per_contract_line"),
            amounts_are_finite(
                "invoice_line_amounts_are_finite",
                "scheduled_value",
                "work_previous",
                "materials_previous",
                "retainage_previous",
                "work_this_period",
                "materials_stored",
                "retainage_withheld",
                "retainage_released",
                "retainage_on_materials",
            ),
            percents_are_in_range(
                "invoice_line_retainage_is_percent", "retainage_percent", "materials_retainage_percent"
            ),
            models.CheckConstraint(condition=_sign_rules(), name="retainage_keeps_the_sign_of_its_line"),
        ]

    def __str__(self):
        return f"{self.invoice} line {self.contract_line.item}"
