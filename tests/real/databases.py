"""A migrated database per worker: one template per state of the migrations, cloned for each worker of each run.

Everything here speaks to the server as the owner, past Django: the product's own connection must not have these rights.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from config.laptop.children import is_alive
from config.laptop.digests import digest_of
from config.laptop.postgres import GRANTS_SQL

ROOT = Path(__file__).resolve().parents[2]
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission", "tieout_clock")


def url(alias: str, database: str) -> str:
    """The address of a database for the role behind a Django alias, as the environment of a process takes it."""
    given = settings.DATABASES[alias]
    who = f"{quote(given['USER'])}:{quote(given['PASSWORD'] or '')}"
    return f"postgres://{who}@{given['HOST']}:{given['PORT'] or 5432}/{database}"


@contextmanager
def as_owner(database: str | None = None):
    """A connection of the owner's, in autocommit; to the test database unless told otherwise."""
    with psycopg.connect(url("owner", database or settings.TEST_DATABASE), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '20s'")
        yield connection


@contextmanager
def server():
    """The owner's connection to the server's first database, alone on the server among all test runs."""
    with as_owner(settings.SERVER_DATABASE) as connection:
        connection.execute("SET lock_timeout = '180s'")
        connection.execute("SELECT pg_advisory_lock(hashtext('tieout test databases'))")
        yield connection


def migrations_digest() -> str:
    """Changes with everything that a migrated database depends on."""
    files = [*ROOT.glob("*/migrations/*.py"), ROOT / "directory/database.py", ROOT / "requirements.txt", GRANTS_SQL]
    return digest_of(files, *(settings.DATABASES[alias]["USER"] for alias in ("default", "owner")))


def database_names(connection, pattern: str) -> list[str]:
    """Of the owner's own databases."""
    query = "SELECT datname FROM pg_database WHERE datname LIKE %s AND pg_get_userbyid(datdba) = current_user"
    rows = connection.execute(query, [pattern])
    return [name for (name,) in rows]


def drop(connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_left_behind(connection) -> None:
    """Databases of runs on this machine that ended without cleaning up; by the pid in their name, so here alone."""
    if settings.DATABASES["owner"]["HOST"] not in ("127.0.0.1", "localhost"):
        return
    for name in database_names(connection, r"tieout\_test\_%"):
        pid = name.split("_")[2]
        if pid.isdigit() and not is_alive(int(pid)):
            drop(connection, name)


def template(connection) -> str:
    """The name of a migrated database that nobody connects to; made when the migrations have changed."""
    name = f"tieout_template_{migrations_digest()}"
    if name not in database_names(connection, name):
        for old in database_names(connection, r"tieout\_template\_%"):
            drop(connection, old)
        making = f"{name}_making"
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
        migrate(making)
        # Only now by its right name: a run that is killed while migrating leaves no half template behind.
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (making, name))))
    return name


def migrate(database: str) -> None:
    """Grants, then the migrations, by the command a deployment uses and in a process of its own."""
    with as_owner(database) as connection:
        grants = GRANTS_SQL.read_text()
        for role, alias in {"tieout_app": "default", "tieout_owner": "owner"}.items():
            grants = grants.replace(role, settings.DATABASES[alias]["USER"])
        connection.execute(grants)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url("default", database),
        "MIGRATION_DATABASE_URL": url("owner", database),
    }
    # Without checks: a page that cannot be imported is no reason for tests of other things not to run.
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0", "--skip-checks"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        pytest.exit(f"The migrations failed:\n{done.stdout}{done.stderr}", returncode=3)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, broker):
    """Instead of pytest-django's own: the worker's database, ready before the first test that asks for one."""
    if "DATABASE_URL" not in os.environ:
        pytest.exit("No database: use make test, or start one with .venv/bin/python -m config.laptop up", returncode=3)
    with server() as connection:
        drop_left_behind(connection)
        names = sql.Identifier(settings.TEST_DATABASE), sql.Identifier(template(connection))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    # Processes that tests start work on the same database.
    os.environ["DATABASE_URL"] = url("default", settings.TEST_DATABASE)
    os.environ["MIGRATION_DATABASE_URL"] = url("owner", settings.TEST_DATABASE)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    with server() as connection:
        drop(connection, settings.TEST_DATABASE)


def flush_as_owner(_case=None) -> None:
    """Empty every table but those that migrations filled. The product's role may not truncate."""
    with as_owner() as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)", [list(KEPT_TABLES)]
        ).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(name) for (name,) in tables)
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))


TransactionTestCase._fixture_teardown = flush_as_owner


class Clock:
    """The database's clock: `tieout_now()` is the server's time plus a shift that only the owner may set."""

    def shift(self, **interval) -> None:
        """Set the shift, e.g. `clock.shift(minutes=31)`: from now on, and for every process on this database."""
        with as_owner() as connection:
            connection.execute("UPDATE tieout_clock SET shift = %s", [timedelta(**interval)])

    def advance(self, **interval) -> None:
        """Let this much more time go by."""
        with as_owner() as connection:
            connection.execute("UPDATE tieout_clock SET shift = shift + %s", [timedelta(**interval)])


@pytest.fixture
def clock(db):
    clock = Clock()
    yield clock
    clock.shift()
