import pytest
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from erp_integrations import export
from erp_integrations.export.claim import claim_next
from erp_integrations.models import CallTotal, ErpConnection, SweeperHeartbeat
from notifications.clock import TieoutNow
from tests.erp_integrations.accounting import connected_company
from tests.erp_integrations.simulators import running_simulators

__all__ = ["running_simulators"]

pytestmark = pytest.mark.django_db


def sample(client, name, **labels):
    """A figure as Prometheus would read it; None when it is not there."""
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    told = {(each.name, *sorted(each.labels.items())): each.value for family in families for each in family.samples}
    return told.get((name, *sorted(labels.items())))


def calls_told(client):
    """Every figure about calls, by name and labels."""
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    samples = [each for family in families for each in family.samples]
    names = ("tieout_export_attempts", "tieout_leases_lost", "tieout_erp_call_seconds")
    return {" ".join([each.name, *each.labels.values()]): each.value for each in samples if each.name.startswith(names)}


@pytest.fixture
def company(running_simulators):
    return connected_company(running_simulators().url)


def exporting(company, count=1):
    for _ in range(count):
        company.accepted_invoice()
    company.export()


def test_a_system_at_rest_tells_zeros_rather_than_nothing(client):
    assert sample(client, "tieout_export_jobs", state="failed") == 0
    assert sample(client, "tieout_mails", state="queued") == 0
    assert sample(client, "tieout_leases_lost_total") == 0
    assert sample(client, "tieout_oldest_due_export_seconds") == 0
    assert sample(client, "tieout_sweeper_heartbeat_age_seconds") is None


def test_exports_and_their_calls(client, company, clock):
    exporting(company, 2)
    clock.advance(seconds=90)
    assert 90 <= sample(client, "tieout_oldest_due_export_seconds") < 95

    export.export_next(company.connection.pk)

    assert sample(client, "tieout_export_jobs", state="succeeded") == 1
    assert sample(client, "tieout_export_jobs", state="queued") == 1
    assert sample(client, "tieout_export_attempts_total", kind="create", outcome="created") == 1
    assert sample(client, "tieout_erp_call_seconds_count", kind="create") == 1
    assert sample(client, "tieout_erp_call_seconds_bucket", kind="create", le="60.0") == 1
    assert 0 < sample(client, "tieout_erp_call_seconds_sum", kind="create") < 60


def test_a_worker_that_was_lost_counts_once_its_lease_has_run_out(client, company, clock):
    exporting(company)
    claim_next(company.connection.pk)
    assert sample(client, "tieout_leases_lost_total") == 0

    clock.advance(minutes=3)

    assert sample(client, "tieout_leases_lost_total") == 1


def test_calls_that_are_final_are_added_up_once_and_no_figure_falls(client, company, clock):
    exporting(company, 3)
    export.export_next(company.connection.pk)
    claim_next(company.connection.pk)
    clock.advance(minutes=3)
    before = calls_told(client)

    clock.advance(minutes=61)
    for _ in range(2):
        export.add_up()
    assert calls_told(client) == before
    assert (before["tieout_leases_lost_total"], sum(CallTotal.objects.values_list("calls", flat=True))) == (1, 2)

    export.export_due(company.connection.pk, seconds=60)
    assert sample(client, "tieout_export_attempts_total", kind="create", outcome="created") == 3
    clock.advance(minutes=61)
    export.add_up()
    assert sample(client, "tieout_erp_call_seconds_bucket", kind="create", le="60.0") == 3


def test_pauses_and_the_heartbeat(client, company, clock):
    SweeperHeartbeat.objects.create(name="sweeper", at=TieoutNow())
    ErpConnection.objects.update(paused_at=TieoutNow())
    clock.advance(seconds=30)

    assert sample(client, "tieout_connection_paused", connection=str(company.connection.pk), adapter="demo") == 1
    assert 30 <= sample(client, "tieout_sweeper_heartbeat_age_seconds") < 35


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.1.2.3"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "10.1.2.3"}, 403),
    ],
)
def test_without_a_token_only_this_machine_may_ask(client, asked, answer):
    assert client.get(reverse("metrics"), **asked).status_code == answer


@pytest.mark.parametrize(("told", "answer"), [("Bearer open-sesame", 200), ("Bearer open", 403), ("", 403)])
def test_with_a_token_whoever_has_it_may_ask_and_nobody_else(client, settings, told, answer):
    settings.METRICS_TOKEN = "open-sesame"

    assert client.get("/metrics", headers={"Authorization": told}, REMOTE_ADDR="10.1.2.3").status_code == answer


def test_it_names_neither_companies_nor_people(client, company):
    exporting(company)

    told = client.get("/metrics").content.decode()

    assert [name for name in (company.company.name, company.company.slug, company.approver.email) if name in told] == []
