"""An ERP secret is used for whole exports, good ones and bad, and then looked for wherever something is kept or shown.

Beside it stands, for each place, something that must be found there: a search in the wrong place finds no secret
either.
"""

import base64
import json
import re
import threading

import pytest
from django.test import Client
from django.urls import reverse

from erp_integrations import actions
from erp_integrations.models import ExportJob
from invoicing.models import OwnerInvoice
from tests.erp_integrations.accounting import connected_company, switch_faults
from tests.erp_integrations.simulators import start
from tests.factories import MembershipFactory
from tests.real.databases import as_owner
from tests.real.processes import get, wait_for

CANARY = "canary-7d1f0c-secret/of+the=ERP"
MODES = ("auth_failed", "garbage", "refuse", None)


@pytest.fixture
def erp(tmp_path):
    simulator = start(tmp_path / "ledger.jsonl", "--token", CANARY)
    yield simulator
    simulator.end()


@pytest.fixture
def company(erp, transactional_db):
    company = connected_company(erp.url)
    actions.connect_erp(company.company.pk, adapter="demo", settings={"url": erp.url}, secrets={"token": CANARY})
    return company


@pytest.fixture
def approver(company):
    client = Client()
    client.force_login(company.approver)
    return client


@pytest.fixture
def admin(company):
    client = Client()
    client.force_login(MembershipFactory(company=company.company, erp_admin=True).user)
    return client


@pytest.fixture
def heard(broker):
    """Every command the broker gets during the test, with what is in its messages unpacked."""
    said, stop = [], threading.Event()

    def listen():
        with broker.client.monitor() as monitor:
            started.set()
            for command in monitor.listen():
                said.append(command["command"])
                if stop.is_set():
                    return

    started = threading.Event()
    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    started.wait(5)
    yield lambda: unpacked(" ".join(said))
    stop.set()
    broker.client.ping()
    listening.join(5)


def unpacked(text):
    """The text, and whatever stands in it in base64, as Celery's messages do."""
    packed = re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text.replace("\\\\", ""))
    whole = [each.rstrip("=")[: len(each.rstrip("=")) // 4 * 4] for each in packed]
    return text + " ".join(base64.b64decode(each).decode(errors="replace") for each in whole)


def url(company, page, **arguments):
    return reverse(f"erp_integrations:{page}", kwargs={"company": company.company.slug, **arguments})


def export_once(company, approver, erp, mode):
    """Press Export to ERP while the ERP misbehaves; the trace of the click."""
    if mode:
        switch_faults(erp, mode)
    company.accepted_invoice()
    answer = approver.post(url(company, "export"))
    approver.post(url(company, "try_connection"))  # the one before may have paused it
    assert answer.status_code == 302
    wait_for(lambda: not ExportJob.objects.filter(state__in=["queued", "leased"]).exists(), what=f"the end of {mode}")
    return answer.headers["X-Request-Id"]


def pages_of(company, approver):
    """Everything that accounting sees of it, and what machines may ask."""
    asked = [url(company, name) for name in ("owner_invoices", "runs", "mappings", "settings")]
    asked += [f"{asked[0]}?{query}" for query in ("status=failed", "status=needs_check", "tab=all")]
    asked += [url(company, "invoice", invoice_id=each.pk) for each in OwnerInvoice.objects.all()]
    return " ".join(approver.get(each, follow=True).content.decode() for each in [*asked, "/metrics", "/healthz/ready"])


def settings_of(company, admin):
    """What Settings answers when the connection is tested, saved, refused and saved after the session has ended."""
    here = url(company, "settings")
    typed = {"adapter": "demo", "setting_url": company.connection.settings["url"], "setting_personality": "key"}
    typed |= {"secret_token": CANARY}
    seen = re.search(r'name="seen" value="(\w+)"', admin.get(here).text).group(1)
    return " ".join(
        [
            admin.post(url(company, "check_connection")).text,
            admin.post(here, typed | {"seen": "stale"}).text,
            admin.post(here, typed | {"seen": seen, "setting_lookup_delay_s": "soon"}).text,
            admin.post(here, typed | {"seen": seen}, follow=True).text,
            Client().post(here, typed | {"seen": seen}).text,
        ]
    )


def dump():
    """Every row of every table, as the owner copies them out."""
    with as_owner() as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(copied(connection, name) for (name,) in tables)


def copied(connection, table):
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as rows:
        return b"".join(bytes(row) for row in rows).decode()


def lines_of(worker):
    """The worker's log, as the objects that stand in its lines."""
    lines = worker.log.read_text(errors="replace").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def mails_in(mailbox):
    """As they went over the wire, with their parts unpacked."""
    found = wait_for(lambda: mailbox.json("/messages.json"), what="a mail of the failures")
    sources = [get(f"{mailbox.url}/messages/{each['id']}/source")[1].decode() for each in found]
    return json.dumps(found) + unpacked("".join(sources))


def traces_at(erp):
    """The click's part of what the ERP was told with each call."""
    return {call["trace"].partition(".")[0] for call in erp.send("GET", "/requests").json() if call["trace"]}


@pytest.mark.slow
def test_no_secret_stays_anywhere_and_one_trace_runs_from_the_click_to_the_erp(
    company, approver, admin, erp, worker, heard, mailbox
):
    traces = [export_once(company, approver, erp, mode) for mode in MODES]

    kept = {
        "log": (worker.log.read_text(errors="replace"), traces[0]),
        "pages": (pages_of(company, approver), "PC-001"),
        "settings": (settings_of(company, admin), "Leave empty to keep it."),
        "broker": (heard(), "erp_integrations.tasks.export_due"),
        "mails": (mails_in(mailbox), "PC-00"),
        "database": (dump(), traces[0]),
    }
    assert {where: proof in text for where, (text, proof) in kept.items()} == dict.fromkeys(kept, True)
    assert {where: CANARY in text for where, (text, _) in kept.items()} == dict.fromkeys(kept, False)
    jobs = [line for line in lines_of(worker) if "job" in line]
    assert {line["trace"] for line in jobs} == set(traces)
    assert traces_at(erp) >= set(traces)
