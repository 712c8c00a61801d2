"""A Valkey of its own for each worker, so that a test may flush, stop or kill it."""

import os
import tempfile
from pathlib import Path

import pytest
import redis
from django.conf import settings

from config.laptop import broker as laptop_broker
from config.laptop import children


class Broker:
    """The broker of this worker. `stop` and `start` are for tests of its loss; only a Valkey of our own stops."""

    def __init__(self, folder: Path):
        self.url = os.environ["REDIS_URL"]
        self.client = redis.Redis.from_url(self.url)
        self.folder = folder
        self.child: children.Child | None = None

    def start(self) -> None:
        if settings.OWN_BROKER:
            self.child = laptop_broker.start(self.url, self.folder, self.folder / "valkey.log")
        elif self.client.dbsize():
            pytest.exit("The database that REDIS_URL names is not empty; give the tests an empty one.", returncode=3)

    def stop(self) -> None:
        if self.child:
            children.end([self.child], seconds=5)
            self.child = None
        elif not settings.OWN_BROKER:
            self.client.flushdb()


@pytest.fixture(scope="session")
def broker():
    """A running broker, with `.url`, `.client`, `.stop()` and `.start()`."""
    with tempfile.TemporaryDirectory(prefix="tieout-broker-") as folder:
        broker = Broker(Path(folder))
        broker.start()
        yield broker
        broker.stop()
