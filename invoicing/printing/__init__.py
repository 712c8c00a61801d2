"""An application as a document: one `Printed` object, drawn as a page, a PDF, a workbook and a table.

Nothing is computed where it is drawn, but in the workbook, whose formulas must come to the same figures.
"""

from invoicing.printing.names import file_name, plain_name
from invoicing.printing.pdf import PrintingFailed, as_pdf
from invoicing.printing.printed import Printed, printed
from invoicing.printing.sections import COLUMNS, PrintedLine, Section
from invoicing.printing.table import as_table
from invoicing.printing.workbook import as_workbook

__all__ = [
    "COLUMNS",
    "Printed",
    "PrintedLine",
    "PrintingFailed",
    "Section",
    "as_pdf",
    "as_table",
    "as_workbook",
    "file_name",
    "plain_name",
    "printed",
]
