"""Free ports on the loopback address."""

import os
import socket

from config.laptop.errors import LaptopError

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def next_free_port(preferred: int, taken: set[int] = frozenset()) -> int:
    """The preferred port, or the first free one after it that is not in `taken`."""
    for port in range(preferred, min(preferred + 200, 65536)):
        if port not in taken and is_free(port):
            return port
    raise LaptopError(f"No free port from {preferred} to {preferred + 199}.")


def choose(names: dict[str, int]) -> dict[str, int]:
    """A free port for each environment name: the one asked for there or the given default, else the next free one."""
    chosen: dict[str, int] = {}
    for name, default in names.items():
        asked = os.environ.get(name) or str(default)
        if not asked.isdigit() or not 0 < int(asked) < 65536:
            raise LaptopError(f"{name}={asked} is not a port number.")
        chosen[name] = next_free_port(int(asked), set(chosen.values()))
    return chosen
