"""The original schedule of values as files that the import reads back unchanged."""

from django.views.decorators.http import require_safe

from invoicing.forms.schedule import COLUMNS, columns_of, file_cells
from invoicing.printing import plain_name
from invoicing.spreadsheet import as_csv, as_xlsx
from invoicing.views.downloads import CSV, XLSX, download
from invoicing.views.fetch import contract_or_404, project_page


@require_safe
def schedule_csv(request, company, project, contract_id):
    contract = contract_or_404(project_page(request, company, project), contract_id)
    return download(as_csv(*_table(contract)), CSV, f"{_name(contract)}.csv")


@require_safe
def schedule_xlsx(request, company, project, contract_id):
    contract = contract_or_404(project_page(request, company, project), contract_id)
    return download(as_xlsx(*_table(contract)), XLSX, f"{_name(contract)}.xlsx")


def _table(contract):
    """The titles, and a row for each line."""
    names = columns_of(contract)
    lines = contract.lines.filter(change_order=None).select_related("cost_code")
    return [COLUMNS[name] for name in names], [[cells[name] for name in names] for cells in map(file_cells, lines)]


def _name(contract):
    return f"schedule-of-values-{plain_name(contract.number)}"
