"""Settings of a test run: one database and one broker per pytest-xdist worker, at addresses known before any test.

The servers' addresses come from the environment (`make test` sets it), else from var/laptop.env, which
`python -m config.laptop up` writes.
"""

import os
import secrets
from pathlib import Path

from config.laptop.broker import new_url

LAPTOP_ENV = Path(__file__).resolve().parent.parent / "var" / "laptop.env"
if "DATABASE_URL" not in os.environ and LAPTOP_ENV.exists():
    os.environ.update(line.split("=", 1) for line in LAPTOP_ENV.read_text().split())

# pytest-xdist's workers inherit the environment, so all of them share the controller's name for the run.
TEST_RUN = os.environ.setdefault("TIEOUT_TEST_RUN", f"{os.getpid()}_{secrets.token_hex(2)}")
TEST_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_DATABASE = f"tieout_test_{TEST_RUN}_{TEST_WORKER}"


def broker_of(worker: str, given: str) -> str:
    """Where this worker's broker is: on a server that REDIS_URL names, a database counted from the one named there."""
    where, _, number = given.rpartition("/")
    if given and worker != "main":
        return f"{where}/{int(number) + int(worker.removeprefix('gw'))}"
    return given or new_url()


# Processes that tests start read these settings too, and find the address that their worker has chosen.
GIVEN_BROKER = os.environ.setdefault("TIEOUT_GIVEN_BROKER", os.environ.get("REDIS_URL", ""))
OWN_BROKER = not GIVEN_BROKER
if os.environ.get("TIEOUT_BROKER_OF") != TEST_WORKER:
    os.environ |= {"REDIS_URL": broker_of(TEST_WORKER, GIVEN_BROKER), "TIEOUT_BROKER_OF": TEST_WORKER}

os.environ |= {
    "SECRET_KEY": "only-for-tests",
    "CREDENTIAL_KEYS": "JOZdVIF3QybDHRfnyEBwMR6P0ygmJJhb0Wq5A5kHHkI=",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "ERP_ALLOWED_HOSTS": "127.0.0.1",
    "DEBUG": "false",
    "DEMO": "false",
}

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

SERVER_DATABASE = DATABASES["default"]["NAME"]
for _database in DATABASES.values():
    _database["NAME"] = TEST_DATABASE

# Deliberately weak: a test signs in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests need no collectstatic: files are served from where they stand in the tree.
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Where a fault test has its worker killed, and whether the demo ERP may kill it.
EXPORT_FAIL_POINT = os.environ.get("EXPORT_FAIL_POINT", "")
ERP_IS_TOLD_CALLER = os.environ.get("ERP_IS_TOLD_CALLER") == "yes"
