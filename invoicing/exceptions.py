"""What can go wrong for a person here, each as a sentence they can act on."""

from invoicing.money import format_amount


class InvoicingError(Exception):
    """The base of all of them; `str()` is the sentence for the page."""


class TransitionNotAllowed(InvoicingError):
    """The invoice is not where the move starts from; carries who was faster, when that is known."""

    def __init__(self, transition, invoice, last_event=None):
        self.transition, self.invoice, self.last_event = transition, invoice, last_event
        super().__init__(f"{self._who_was_faster()} Nothing was changed.")

    def _who_was_faster(self):
        status = f"{self.invoice.display_number} is {self._status_label()}."
        if self.last_event is None or self.last_event.actor is None:
            return status
        return f"{self.last_event.sentence}. {status}"

    def _status_label(self):
        if getattr(self.invoice, self.transition.status_field) not in self.transition.sources:
            return self.invoice.get_status_label(self.transition.status_field)
        other = "erp_status" if self.transition.status_field == "status" else "status"
        return self.invoice.get_status_label(other)


class StaleVersion(InvoicingError):
    """The page was drawn before somebody else's change; carries the event that came in between."""

    def __init__(self, invoice, last_event=None):
        self.invoice, self.last_event = invoice, last_event
        who = f"{last_event.sentence}. " if last_event and last_event.actor else ""
        super().__init__(
            f"{who}{invoice.display_number} has changed since this page was opened. Nothing was overwritten."
        )


class Outdated(InvoicingError):
    """The page was drawn before somebody else's change of `subject`, which has a number."""

    def __init__(self, subject):
        self.subject = subject
        super().__init__(f"{subject.number} has changed since this page was opened. Nothing was overwritten.")


class ContractChanged(Outdated):
    """Of the contract or its schedule."""


class ChangeOrderChanged(Outdated):
    """Of the change order."""


class ChangeOrderLocked(InvoicingError):
    """The change order cannot be changed or moved so now; the sentence says why."""


class ScheduleRefused(InvoicingError):
    """Schedule lines that break a rule: `problems` maps the index of an entry to sentences by field."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__(next(iter(next(iter(problems.values())).values())))


class PaymentsReceived(InvoicingError):
    """An application that somebody paid for stays approved."""

    def __init__(self, invoice):
        self.invoice = invoice
        super().__init__(
            f"{format_amount(invoice.received)} was received for {invoice.display_number}. Reverse its payments first."
        )


class PaymentExists(InvoicingError):
    """The same form came twice; carries the payment that it recorded."""

    def __init__(self, payment):
        self.payment = payment
        super().__init__(
            f"The payment of {format_amount(payment.amount)} is recorded already. Nothing was recorded twice."
        )


class FormUsed(InvoicingError):
    """A form that recorded a payment came back with another one in it."""

    def __init__(self, payment):
        super().__init__(
            f"This form has recorded {format_amount(payment.amount)} already."
            " To record another payment, press once more."
        )


class InvoiceLocked(InvoicingError):
    """The figures cannot be edited now; the sentence says why."""


class NotTheLatest(InvoicingError):
    """Only the latest application of a contract can be voided or deleted."""


class ApplicationExists(InvoicingError):
    """A repeated form would have made the next application twice; carries the one that stands."""

    def __init__(self, invoice):
        self.invoice = invoice
        super().__init__(f"{invoice.display_number} exists already. Nothing was created.")


class FieldRefused(InvoicingError):
    """One field of a form cannot be taken as it is; `field` names it."""

    def __init__(self, field, sentence):
        self.field = field
        super().__init__(sentence)


class FieldsRefused(InvoicingError):
    """Fields of a form that cannot be taken as they are; `problems` maps their names to sentences."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class FiguresRefused(InvoicingError):
    """Lines that break a rule: `problems` maps a line's id to its `payment_application.Problem`s."""

    def __init__(self, problems):
        self.problems = problems
        first = next(iter(problems.values()))[0]
        super().__init__(first.sentence)


class ContractNotBillable(InvoicingError):
    """The contract's status, or its lack of lines, stands in the way of billing."""


class CreditNotAllowed(InvoicingError):
    """The application is a credit, and its contract allows none; the sentence says where that is switched on."""


class ScheduleLocked(InvoicingError):
    """The schedule of values is fixed once an application is approved; change orders change it then."""


class AttachmentRefused(InvoicingError):
    """Files cannot be attached or taken away now; the sentence says why."""
