"""The database server of the tests: one for all runs in this tree, or the one that DATABASE_URL names."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from config.laptop import postgres
from config.laptop.errors import LaptopError
from config.laptop.paths import LAPTOP_ENV, TESTS, writable_folder

TEST_CLUSTER = postgres.Cluster("test-postgres", TESTS / "postgres", fast=True)
NAMES = ("DATABASE_URL", "MIGRATION_DATABASE_URL")


def up() -> tuple[dict[str, str], bool]:
    """Start the tests' PostgreSQL unless it runs. Returns the URLs of both roles and whether this call started it."""
    with only_one(writable_folder(TESTS) / "lock"):
        return started_or_found()


@contextlib.contextmanager
def only_one(lock: Path):
    """Two runs that start at the same moment would both make the cluster."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def started_or_found() -> tuple[dict[str, str], bool]:
    found = postgres.running(TEST_CLUSTER)
    port = found[1] if found else postgres.start(TEST_CLUSTER, detached=True)[1]
    with postgres.connect(TEST_CLUSTER, port, postgres.DATABASE) as connection:
        # Each run makes databases of its own, and drops them whoever is still connected.
        connection.execute("ALTER ROLE tieout_owner CREATEDB")
        connection.execute("GRANT tieout_app TO tieout_owner")
    urls = {
        "DATABASE_URL": TEST_CLUSTER.url("tieout_app", port),
        "MIGRATION_DATABASE_URL": TEST_CLUSTER.url("tieout_owner", port),
    }
    LAPTOP_ENV.touch(mode=0o600)
    LAPTOP_ENV.write_text("".join(f"{name}={url}\n" for name, url in urls.items()))
    return urls, found is None


def down() -> bool:
    """Stop the tests' PostgreSQL. Returns whether one ran."""
    LAPTOP_ENV.unlink(missing_ok=True)
    return TEST_CLUSTER.folder.exists() and postgres.stop_running(TEST_CLUSTER)


def given() -> dict[str, str] | None:
    """The URLs of both roles on the server that DATABASE_URL names; nothing when it is not set.

    With DATABASE_URL alone, its role makes two roles for the tests on that server. Their passwords follow from the URL,
    so that runs at the same time agree.
    """
    if not (url := os.environ.get("DATABASE_URL")):
        return None
    if owner_url := os.environ.get("MIGRATION_DATABASE_URL"):
        return {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner_url}
    passwords = {role: hashlib.sha256(f"{role} {url}".encode()).hexdigest()[:32] for role in ("owner", "app")}
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            make_test_roles(connection, passwords)
    except psycopg.Error as error:
        raise LaptopError(
            f"DATABASE_URL names a server on which the tests cannot make their two roles: {str(error).strip()}\n"
            "Use a role that may create roles, or set MIGRATION_DATABASE_URL to one that may create databases."
        ) from error
    return {
        "DATABASE_URL": as_role(url, "tieout_test_app", passwords["app"]),
        "MIGRATION_DATABASE_URL": as_role(url, "tieout_test_owner", passwords["owner"]),
    }


def make_test_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    """Roles of other names than the product's, whose passwords on that server are not ours to change."""
    rights = {"owner": "CREATEDB", "app": "NOCREATEDB"}
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('tieout test roles'))")
        for role, password in passwords.items():
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"tieout_test_{role}"]).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(f"{verb} ROLE tieout_test_{role} LOGIN {rights[role]} PASSWORD '{password}'")
        connection.execute("GRANT tieout_test_app TO tieout_test_owner")


def as_role(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{where}"))
