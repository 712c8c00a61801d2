"""What can stand in an approver's way, each as a sentence for the page."""


class ExportError(Exception):
    """The base of all of them."""


class NothingAccepted(ExportError):
    def __init__(self):
        super().__init__("Accept at least one invoice first.")


class NotReadyForErp(ExportError):
    """Check 6 fails; `problems` are the readiness problems, each with its fix."""

    def __init__(self, invoice, problems):
        self.invoice, self.problems = invoice, problems
        reasons = " ".join(problem.sentence for problem in problems)
        super().__init__(f"{invoice.display_number} is not ready for the ERP. {reasons}")


class OutcomeUnknown(ExportError):
    """The ERP may have the invoice, so it must not become editable."""

    def __init__(self, invoice, act="rejected"):
        super().__init__(
            f"The ERP may already have {invoice.display_number}. We are checking; until then it cannot be {act}."
        )


class NoErpConnection(ExportError):
    def __init__(self):
        super().__init__("This company has no ERP connection yet.")


class WaitsFor(ExportError):
    """The application before it is not booked yet, and nothing is under way that would book it."""

    def __init__(self, invoice, before):
        self.before = before
        super().__init__(
            f"{invoice.display_number} waits for {before.display_number}, which is not booked yet"
            f" ({before.get_erp_status_display()}). Export that one first, or record it as Booked outside Tieout."
        )


class OthersMoving(ExportError):
    """A later application is on its way into the ERP because this one is booked."""

    def __init__(self, invoice, later):
        super().__init__(
            f"{later.display_number} is exporting, because {invoice.display_number} is booked."
            " Wait until it is through. Nothing was changed."
        )


class AlreadyTried(ExportError):
    """Too late to withdraw: a call was made, or is being made."""

    def __init__(self, invoice):
        super().__init__(
            f"{invoice.display_number} was sent to the ERP already, or is being sent. It cannot be withdrawn any more."
        )


class BeingAsked(ExportError):
    """A worker asks the ERP about the invoice right now, so that a person's answer would only cross its own."""

    def __init__(self, invoice):
        super().__init__(
            f"Tieout is asking the ERP about {invoice.display_number} right now. Look again in a minute."
            " Nothing was changed."
        )


class AnswerRefused(ExportError):
    """What the ERP said does not bear out what a person answered; `field` names what to change, "" when none helps."""

    def __init__(self, sentence, field=""):
        self.field = field
        super().__init__(sentence)


class FiguresChanged(AnswerRefused):
    """The ERP shows other figures than the person saw; `seen` are those of now."""

    def __init__(self, seen):
        self.seen = seen
        super().__init__(f"The ERP has {seen} now. Compare it with what was sent, then accept it again.")


class ConnectionChanged(ExportError):
    """Somebody else saved the connection while a page showed it."""


class ConnectionInDoubt(ExportError):
    """Another ERP's "not there" would count for what was sent to this one."""

    def __init__(self, count):
        exports = "1 export is" if count == 1 else f"{count:,} exports are"
        super().__init__(
            f"{exports} in doubt at this address. Answer them under Needs check first, then change the connection."
        )
