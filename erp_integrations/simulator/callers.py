"""The mode kill_caller: end the process that sent a request, and surely no other."""

import os
import signal
from pathlib import Path


def kill(pid_text: str, client: tuple[str, int]) -> bool:
    """SIGKILL the process that named itself in the header, when the connection really is its own.

    True when it was killed. The check reads /proc, so elsewhere than on Linux nothing is ever killed.
    """
    if not (pid_text.isascii() and pid_text.isdigit()) or int(pid_text) in (0, 1, os.getpid()):
        return False
    if not _holds_socket(int(pid_text), _socket_inodes(client[1])):
        return False
    os.kill(int(pid_text), signal.SIGKILL)
    return True


def _socket_inodes(port: int) -> set[str]:
    """Inodes of the TCP sockets of this machine whose own port is `port`."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            columns = row.split()
            if int(columns[1].rpartition(":")[2], 16) == port:
                inodes.add(columns[9])
    return inodes - {"0"}


def _holds_socket(pid: int, inodes: set[str]) -> bool:
    wanted = {f"socket:[{inode}]" for inode in inodes}
    try:
        return any(_target(entry) in wanted for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # closed since it was listed
        return ""
