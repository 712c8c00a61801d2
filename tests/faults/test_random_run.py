"""People, nemesis, checker: one short seed in every run of the suite, longer ones in test-slow and `make soak`."""

import os

import pytest
from django.conf import settings

from invoicing.models import OwnerInvoice
from invoicing.states import ErpStatus
from tests.faults.people import counted_statuses, moving
from tests.faults.random_run import RandomRun

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.OWN_BROKER, reason="a broker that REDIS_URL names is not ours to stop"),
]


@pytest.fixture
def random_run(processes, broker, addresses, tmp_path):
    def start(seed, **told):
        return RandomRun(seed, processes=processes, broker=broker, addresses=addresses, folder=tmp_path, **told)

    return start


def test_nothing_is_lost_and_nothing_booked_twice(random_run, clock):
    run = random_run(seed=1)

    run.rage(5, pause=0.4)
    run.settle_after_the_last_kill(clock)

    assert run.findings() == []
    assert OwnerInvoice.objects.filter(erp_status=ErpStatus.SYNCED).exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_left_to_itself_the_product_recovers(random_run, seed):
    run = random_run(seed)

    run.rage(30, pause=1.0)
    run.settle(90)

    assert moving() == []
    assert run.findings() == []


@pytest.mark.slow
@pytest.mark.skipif("SOAK_MINUTES" not in os.environ, reason="make soak runs it")
def test_soak(random_run, capsys):
    """Prints how it goes; MINUTES and SEED are make's."""
    seed, minutes = os.environ.get("SOAK_SEED", "1"), float(os.environ["SOAK_MINUTES"])

    def tell(sentence):
        with capsys.disabled():
            print(sentence, flush=True)

    run = random_run(seed, told=tell)
    tell(f"\nSeed {seed}, {minutes:g} minutes, an ERP of the kind {run.personality}")
    run.rage(minutes * 60, pause=1.5)
    tell("Healed; waiting for the last export to rest")
    run.settle(180)
    found = run.findings()
    tell(f"Acts: {sum((each.done for each in run.people), run.nemesis.done)}")
    tell(f"At rest: {counted_statuses()}; {len(run.parts.ledger())} documents in the ERP")
    tell("\n".join(map(str, found)) or "Nothing lost, nothing twice.")

    assert found == []
