"""What stands around every page depends on who looks, and costs the same whoever does."""

import pytest
from django.template import RequestContext, Template
from django.urls import resolve
from django.utils import timezone

from config.shell import Shell
from directory.terminology import Dictionary
from erp_integrations.models import ExportRun
from tests.factories.directory import CompanyFactory, MembershipFactory, ProjectFactory

pytestmark = pytest.mark.django_db
TOOLS = Template("{% for tool in shell.tools %}{{ tool.label }}.{% endfor %}")
BAR = Template('{% include "components/bar.html" %}')


@pytest.fixture
def request_of(rf):
    def make(membership, path=None, project=None):
        request = rf.get(path or f"/c/{membership.company.slug}/")
        request.user, request.company, request.project = membership.user, membership.company, project
        request.resolver_match = resolve(request.path)
        return request

    return make


def draw(request, source=BAR):
    return source.render(RequestContext(request))


def test_an_approver_is_called_one(request_of):
    membership = MembershipFactory(approver=True)

    drawn = draw(request_of(membership))

    assert "<small>Accounting approver</small>" in drawn
    assert draw(request_of(membership), TOOLS) == "ERP Integrations."


def test_a_colleague_without_tools_is_offered_none(request_of):
    membership = MembershipFactory()

    drawn = draw(request_of(membership))

    assert [tool for tool in ("ERP Integrations", "Company Directory", "Prime Contracts") if tool in drawn] == []


def test_the_tool_picker_leads_into_the_projects_one_may_read(request_of):
    membership = MembershipFactory(project_reader=True)
    project = ProjectFactory(company=membership.company, name="Mill Race Apartments")
    ProjectFactory(name="Somebody else’s")
    page = f"/c/{membership.company.slug}/p/{project.slug}/prime-contracts/"

    drawn = draw(request_of(membership, page, project))

    assert f'<a href="{page}" aria-current="true">Mill Race Apartments</a>' in drawn
    assert "Somebody else" not in drawn


def test_the_project_speaks_before_the_company_and_the_person_before_both(request_of):
    membership = MembershipFactory(company__dictionary=Dictionary.SPECIALTY_CONTRACTOR)
    project = ProjectFactory(company=membership.company, dictionary=Dictionary.OWNER)
    words = Template("{{ terms.prime_contracts }}")

    spoken = [draw(request_of(membership), words), draw(request_of(membership, project=project), words)]
    membership.user.dictionary = Dictionary.GENERAL_CONTRACTOR
    spoken.append(draw(request_of(membership, project=project), words))

    assert spoken == ["Client Contracts", "Funding", "Prime Contracts"]


def test_the_shell_costs_the_same_with_many_companies_and_projects(request_of, django_assert_num_queries):
    membership = MembershipFactory(approver=True, project_reader=True, granter=True)
    for _ in range(5):
        MembershipFactory(user=membership.user, company=CompanyFactory())
        ProjectFactory(company=membership.company)

    with django_assert_num_queries(6):  # membership, its tools, its privileges, companies, projects, export
        drawn = draw(request_of(membership))

    assert drawn.count("/prime-contracts/") == 5


def test_a_fragment_costs_nothing(request_of, django_assert_num_queries):
    request = request_of(MembershipFactory())

    with django_assert_num_queries(0):
        drawn = draw(request, Template("{{ shell.theme }}{{ shell.shortcuts }}"))

    assert drawn == "on"


def run_of(membership, **fields):
    values = {"number": 118, "invoice_ids": [], "launched_at": timezone.now()} | fields
    return ExportRun.objects.create(company=membership.company, started_by=membership.user, **values)


def test_a_running_export_is_told_on_every_page_to_all_who_see_the_queue(request_of):
    starter = MembershipFactory(approver=True)
    run_of(starter)
    reader = MembershipFactory(company=starter.company, accounting_reader=True)
    staff = MembershipFactory(company=starter.company, project_staff=True)
    link = f'href="/c/{starter.company.slug}/erp/exports/118/"'

    assert [link in draw(request_of(each)) for each in (starter, reader, staff)] == [True, True, False]


def test_an_ended_export_is_told_to_its_starter_until_it_is_put_away(request_of):
    starter = MembershipFactory(approver=True)
    run = run_of(starter, finished_at=timezone.now())
    colleague = MembershipFactory(company=starter.company, approver=True)

    told = [Shell(request_of(each)).export for each in (starter, colleague)]
    ExportRun.objects.filter(pk=run.pk).update(dismissed_at=timezone.now())
    afterwards = Shell(request_of(starter)).export

    url = f"/c/{starter.company.slug}/erp/exports/118/"
    assert told == [{"url": url, "word": "Export 118 ended:", "count": "0 of 0", "icon": "check"}, None]
    assert afterwards is None


def test_the_demo_leads_to_its_erp_and_its_mails(request_of, settings):
    settings.DEMO_ERP_URL, settings.DEMO_MAILBOX_URL = "http://erp.test", "http://mailbox.test"
    request = request_of(MembershipFactory())

    settings.DEMO = False
    elsewhere = draw(request)
    settings.DEMO = True
    drawn = draw(request)

    links = ('<a href="http://erp.test">Demo ERP</a>', '<a href="http://mailbox.test">Mailbox</a>')
    assert [link in elsewhere for link in links] == [False, False]
    assert [link in drawn for link in links] == [True, True]
