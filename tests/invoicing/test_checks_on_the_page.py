"""Each check that fails leads to where it is mended."""

from decimal import Decimal

import pytest

from config.mending import mended
from directory.models import User
from erp_integrations.readiness import ReadinessProblem
from invoicing import actions
from invoicing.actions import LineEntry
from invoicing.views import checks
from tests.factories import OwnerInvoiceFactory
from tests.invoicing.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def overbilled():
    """The second of three lines is billed to 120 percent, at a rate of its own."""
    invoice = OwnerInvoiceFactory(contract__lines=["1000.00"] * 3, work=None)
    second = invoice.lines.all()[1]
    entry = LineEntry(work_this_period=Decimal("1200.00"), retainage_percent=Decimal("4"))
    return actions.save_lines(invoice.pk, {second.pk: entry}, actor=invoice.created_by)


def test_a_line_that_is_off_is_linked_to_its_cell_on_this_page_or_another(overbilled, monkeypatch):
    staff = signed_in(overbilled.company, project_staff=True)
    second = overbilled.lines.all()[1]

    here = staff.get(page_of(overbilled)).content.decode()

    assert f'href="#id_work-{second.pk}"' in here
    assert f'id="id_work-{second.pk}"' in here
    assert f'href="#id_work-rate-{second.pk}"' in here
    monkeypatch.setattr(checks, "LINES_PER_PAGE", 1)
    monkeypatch.setattr("invoicing.views.sheets.LINES_PER_PAGE", 1)
    first_page = staff.get(page_of(overbilled)).content.decode()
    assert f'href="{page_of(overbilled)}?page=2#id_work-{second.pk}"' in first_page
    assert f'id="id_work-{second.pk}"' in staff.get(f"{page_of(overbilled)}?page=2").content.decode()


def test_what_the_erp_lacks_leads_only_where_the_reader_may_go(overbilled):
    approver = signed_in(overbilled.company, approver=True).user
    staff = User.objects.get(pk=signed_in(overbilled.company, project_staff=True).user.pk)
    owner, lines = ReadinessProblem("CUSTOMER_UNMAPPED", "", "", "owner"), ReadinessProblem("NO_LINES", "", "", "lines")

    label, address = mended(approver, overbilled, owner)

    assert label == "Map the owner"
    assert f"/mappings/owner/{overbilled.contract.owner_id}/?back=/c/" in address
    assert mended(staff, overbilled, owner) is None
    assert mended(staff, overbilled, lines) == ("To the lines", "#lines")
    assert mended(staff, overbilled, ReadinessProblem("NUMBER_TOO_LONG", "", "", "number"))[1] == "#id_number"
    assert mended(approver, overbilled, ReadinessProblem("NUMBER_TOO_LONG", "", "", "number")) is None
    assert mended(staff, overbilled, ReadinessProblem("NO_CONNECTION", "", "")) is None
