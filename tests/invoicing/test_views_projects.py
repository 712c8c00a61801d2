"""Projects, owners and cost codes, as a browser without scripts uses them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from directory.models import Project
from invoicing.models import BillingPeriod, CostCode, OwnerInvoice, PrimeContract
from invoicing.states import ErpStatus
from tests.factories import CompanyFactory, CostCodeFactory, ProjectFactory
from tests.invoicing.forms import contract_form, schedule_form
from tests.invoicing.pages import address, error_at, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory(company__slug="harborvine", slug="mill-race")


@pytest.fixture
def priya(project):
    return signed_in(project.company, project_staff=True, user__name="Priya Nair")


def test_an_empty_company_comes_all_the_way_to_accounting():
    company = CompanyFactory()
    dana = signed_in(company, directory_admin=True, project_staff=True)

    def fill(url, **form):
        response = dana.post(url, form)
        assert response.status_code == 302, words(response)
        return response["Location"]

    assert "Create the first one, then its contracts." in words(
        dana.get(reverse("projects:projects", args=[company.slug]))
    )
    fill(reverse("projects:project_new", args=[company.slug]), name="Mill Race", number="24-011")
    project = Project.objects.get()
    fill(reverse("projects:owners", args=[company.slug]), name="Alder Bay Schools", code="ALDER")
    fill(reverse("projects:cost_codes", args=[company.slug]), name="Concrete", code="03-300")
    schedule = fill(address("contract_new", project), **contract_form(company.owners.get()))
    contract = PrimeContract.objects.get()
    fill(schedule, **schedule_form(contract, ("01", "Concrete", "1,000.00"), ("02", "Steel", "500")))
    fill(address("period_new", project), start="2026-10-01", end="2026-10-31", due="2026-11-25")
    editor = fill(
        address("invoice_new", project, contract_id=contract.pk),
        period=BillingPeriod.objects.get().pk,
        number="PC-011-1",
        position=1,
    )
    invoice = OwnerInvoice.objects.get()
    rows = {f"work-{line.pk}": "50%" for line in invoice.lines.all()}
    fill(f"{editor}lines/", version=1, then="submit", **rows)
    fill(f"{editor}approve/")
    fill(f"{editor}send/")

    invoice.refresh_from_db()
    assert (invoice.erp_status, invoice.current_payment_due) == (ErpStatus.READY_TO_EXPORT, Decimal("675.00"))


class TestCodes:
    def test_a_taken_code_is_refused_beside_its_field(self, priya, project):
        CostCodeFactory(company=project.company, code="03-300")

        response = priya.post(reverse("projects:cost_codes", args=["harborvine"]), {"code": "03-300", "name": "Steel"})

        assert error_at(response, "id_code") == "The code 03-300 is taken. Choose another."
        assert CostCode.objects.count() == 1

    def test_a_project_is_not_for_everybody_to_create(self, priya):
        assert priya.post(reverse("projects:project_new", args=["harborvine"]), {"name": "x"}).status_code == 403

    def test_the_list_shows_only_projects_one_may_open(self, project):
        stranger = signed_in(project.company)

        said = words(stranger.get(reverse("projects:projects", args=["harborvine"])))

        assert "No projects to show." in said

    def test_a_directory_admin_without_a_level_is_told_to_take_one(self, project):
        dana = signed_in(project.company, directory_admin=True)

        made = dana.post(
            reverse("projects:project_new", args=["harborvine"]), {"name": "Quarry Road", "number": "2"}, follow=True
        )

        assert "Quarry Road was created." in words(made)
        assert "Give yourself a level on Prime Contracts first." in words(made)
