"""PostgreSQL goes away while exports run, and comes back: nothing is half done, and each is booked once."""

import time

import pytest
from django.conf import settings
from django.db import OperationalError, connections

from config.laptop import children, postgres
from config.services import SERVICES
from erp_integrations.models import ExportJob, JobState
from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.erp_integrations.accounting import connected_company, switch_faults
from tests.faults.checker import findings
from tests.faults.nemesis import SCALE
from tests.faults.people import moving
from tests.real.databases import migrate, url
from tests.real.processes import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not settings.OWN_BROKER, reason="needs servers of its own")]

ENVIRONMENT = {"EXPORT_TIME_SCALE": str(SCALE)}
ROLES = {"default": "tieout_app", "owner": "tieout_owner"}


class OwnServer:
    """A PostgreSQL of the test's own, where this process and those it starts find the database."""

    def __init__(self, folder):
        # Not a fast one: that forgets its last commits when it is killed.
        self.cluster = postgres.Cluster("own-postgres", folder, fast=False)
        self.child, self.port = postgres.start(self.cluster)
        with postgres.connect(self.cluster, self.port, "postgres") as connection:
            connection.execute("ALTER ROLE tieout_owner CREATEDB")
            connection.execute("GRANT tieout_app TO tieout_owner")
            connection.execute(f"CREATE DATABASE {settings.TEST_DATABASE} OWNER tieout_owner")

    def stop(self):
        children.end([self.child])

    def kill(self):
        children.end_group(self.child.popen)

    def start(self):
        self.child, _ = postgres.start(self.cluster, port=self.port)

    def adopt(self, patch):
        """Let settings and environment name this server."""
        for alias, role in ROLES.items():
            here = {"PORT": self.port, "USER": role, "PASSWORD": self.cluster.password(role), "HOST": "127.0.0.1"}
            for name, value in here.items():
                patch.setitem(settings.DATABASES[alias], name, value)
        patch.setenv("DATABASE_URL", url("default", settings.TEST_DATABASE))
        patch.setenv("MIGRATION_DATABASE_URL", url("owner", settings.TEST_DATABASE))


@pytest.fixture
def own_server(transactional_db, tmp_path):
    server = OwnServer(tmp_path / "postgres")
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch:
        server.adopt(patch)
        migrate(settings.TEST_DATABASE)
        yield server
        connections.close_all()
    server.stop()
    server.cluster.forget()


@pytest.mark.parametrize("loss", ["stop", "kill"])
def test_postgresql_restarted_while_workers_wait_for_the_erp(own_server, processes, broker, erp, loss):
    accounting = connected_company(erp.url)
    for _ in range(6):
        accounting.accepted_invoice()
    left_over = accounting.sent_invoice()
    processes.start_worker(**ENVIRONMENT)
    processes.start("sweeper", (*SERVICES["sweeper"].command, "--every", str(15 * SCALE)), **ENVIRONMENT)
    switch_faults(erp, "slow", times=8, delay=1)
    accounting.export()
    wait_for(lambda: ExportJob.objects.filter(state=JobState.LEASED).exists(), what="the first claim")

    getattr(own_server, loss)()
    with pytest.raises(OperationalError):
        OwnerInvoice.objects.get(pk=left_over.pk)
    time.sleep(1.5)  # for answers of the ERP to come in that nobody can write down
    own_server.start()
    connections.close_all()
    wait_for(lambda: not moving(), seconds=90, what="the export")

    statuses = list(OwnerInvoice.objects.order_by("pk").values_list("erp_status", flat=True))
    assert statuses == [ErpStatus.SYNCED] * 6 + [ErpStatus.READY_TO_EXPORT]
    assert ExportJob.objects.filter(attempts__gt=1).exists()
    assert findings(erp.json("/ledger")) == []
