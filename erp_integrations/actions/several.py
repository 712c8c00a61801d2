"""One action on many invoices: a transaction and a result for each, none stopping another."""

from dataclasses import dataclass

from erp_integrations.exceptions import ExportError
from invoicing.exceptions import InvoicingError, StaleVersion
from invoicing.models import OwnerInvoice

DELETED = "It was deleted in the project. Nothing was changed."


@dataclass(frozen=True)
class RowResult:
    """What came of one invoice in a bulk action; `sentence` says why when it was skipped.

    `version` is what the action left it at, so that taking it back concerns nothing that came later.
    """

    invoice_id: int
    number: str
    done: bool
    sentence: str = ""
    version: int | None = None

    @property
    def line(self):
        """The number and why; some sentences begin with it themselves."""
        return self.sentence if self.sentence.startswith(self.number) else f"{self.number}: {self.sentence}"


def each_of(company_id, picks, policy, actor, act):
    """A RowResult for each picked invoice of the company, in the order in which they are booked.

    `picks` gives the version that the person was shown by invoice id, None where that does not matter; `act` takes an
    invoice and that version, and returns the fresh invoice.
    """
    picked = OwnerInvoice.objects.filter(company_id=company_id, pk__in=picks).order_by("contract", "position")
    return [
        _one(invoice, policy(actor, invoice), picks[invoice.pk], act)
        for invoice in picked.select_related("contract", "company")
    ]


def _one(invoice, decision, version, act):
    if not decision:
        return _skipped(invoice, decision.reason)
    try:
        fresh = act(invoice, version)
    except StaleVersion as error:
        return _skipped(invoice, _changed(error.last_event))
    except OwnerInvoice.DoesNotExist:
        return _skipped(invoice, DELETED)
    except (ExportError, InvoicingError) as error:
        return _skipped(invoice, str(error))
    return RowResult(invoice.pk, invoice.display_number, True, version=fresh.version)


def _skipped(invoice, sentence):
    return RowResult(invoice.pk, invoice.display_number, False, sentence)


def _changed(event):
    who = f": {event.sentence}" if event else ""
    return f"Changed since this list was shown{who}. Look at it, then press again."
