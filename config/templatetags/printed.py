"""Rows of a continuation sheet that is read only, made here since it may have thousands; {% load printed %}."""

from django import template
from django.utils.html import format_html

from invoicing.money import format_amount, format_share
from invoicing.printing import COLUMNS

register = template.Library()

# One cell for each column, and the same in bold.
CELLS = "".join(f'<td class="num" data-label="{letter}">{{}}</td>' for letter, _, _ in COLUMNS)
BOLD = CELLS.replace("{}", "<b>{}</b>")


@register.simple_tag
def figure_cells(figures, bold=""):
    texts = ((format_share if name == "percent" else format_amount)(getattr(figures, name)) for _, _, name in COLUMNS)
    return format_html(BOLD if bold else CELLS, *texts)
