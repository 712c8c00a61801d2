"""The tie-out checks of one application as its page shows them: each with links to where a figure is put right."""

from dataclasses import dataclass

from invoicing.actions.chain import previous_of
from invoicing.forms.lines import COLUMNS
from invoicing.reconciliation import tie_outs
from invoicing.tie_out import Check, Place
from invoicing.views.navigation import url_of
from invoicing.views.sheets import LINES_PER_PAGE

IN_A_CELL = {column for column, _ in COLUMNS.values()}


@dataclass(frozen=True)
class CheckShown:
    """A check, and `links` as pairs of a label and an address."""

    check: Check
    links: tuple = ()


def checks_shown(invoice, lines, *, typed):
    """The five checks of the stored figures; `lines` is the page of lines at hand, `typed` whether it is a grid.

    What passes costs nothing more; each line that is off and stands on another page is looked up.
    """
    places = _Places(invoice, lines, typed)
    checks = tie_outs([invoice])[invoice.pk].checks
    return [CheckShown(check, () if check.passed else tuple(places.of(check))) for check in checks]


class _Places:
    """Where the figures of one application's page are put right."""

    def __init__(self, invoice, lines, typed):
        self.invoice, self.typed = invoice, typed
        self.project = invoice.contract.project
        self.shown = {line.contract_line_id: line.pk for line in lines.lines}

    def of(self, check):
        if check.line is not None:
            yield "To the line", self._line(check.line, check.place)
        if check.place == Place.PREVIOUS:
            yield from self._previous(check)
        elif check.place == Place.NOTE and self.typed:
            yield "To the note", "#id_retainage_note"
        elif check.place == Place.SCHEDULE:
            yield "To the schedule of values", self._of_contract("schedule")
        elif check.place == Place.CHANGE_ORDERS:
            yield "To the change orders", self._of_contract("change_orders")

    def _of_contract(self, page):
        return url_of(page, self.project, contract_id=self.invoice.contract_id)

    def _previous(self, check):
        before = previous_of(self.invoice)
        if before is not None:
            before.contract = self.invoice.contract
            line = f"?page={_page_of(before, check.line)}#line-{check.line}" if check.line is not None else ""
            yield f"To {before.display_number}", url_of("invoice", self.project, invoice_id=before.pk) + line

    def _line(self, key, column):
        """Its cell in the grid, its row in the list; on whichever page of the lines it stands."""
        row, page = self.shown.get(key), ""
        if row is None:
            row = self.invoice.lines.filter(contract_line=key).values_list("pk", flat=True).first()
            page = f"{url_of('invoice', self.project, invoice_id=self.invoice.pk)}?page={_page_of(self.invoice, key)}"
        return f"{page}#id_{column}-{row}" if self.typed and column in IN_A_CELL else f"{page}#line-{key}"


def _page_of(invoice, key):
    """The page of an application's lines that shows a schedule line."""
    position = invoice.contract.lines.filter(pk=key).values("position")
    return invoice.lines.filter(contract_line__position__lt=position[:1]).count() // LINES_PER_PAGE + 1
