"""Child processes that end with their parent, and that can be ended in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.laptop.errors import LaptopError

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One running process with the log it writes and the signal that ends it well."""

    name: str
    popen: subprocess.Popen
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    def tail(self, lines: int = 12) -> str:
        return tail(self.log, lines)


def tail(log: Path, lines: int) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def end_with_parent(stop_signal: signal.Signals) -> None:
    """Ask the kernel for `stop_signal` when the parent dies, even by kill -9. Linux only; elsewhere a no-op."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal)


def spawn(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    cwd: Path | str,
    stop_signal: signal.Signals = signal.SIGTERM,
    detached: bool = False,
    shown: bool = False,
    **popen_options,
) -> Child:
    """Start a child in a process group of its own, its output going to `log`; a detached one outlives its parent.
    One that is shown prints to our own output, and only its errors go to the log.


    Of its own, because a terminal sends Ctrl-C to its whole foreground group at once: the database would close under a
    worker that is still finishing. So only the supervisor hears it, and ends the others in order.
    """
    with log.open("ab") as output:
        popen = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=None if shown else output,
            stderr=output,
            env=dict(env),
            cwd=cwd,
            process_group=None if detached else 0,
            start_new_session=detached,
            preexec_fn=None if detached else lambda: end_with_parent(stop_signal),
            **popen_options,
        )
    return Child(name, popen, log, stop_signal)


def end(children: Sequence[Child], *, seconds: float = 15) -> None:
    """End these children together: each by its own signal, and by SIGKILL to its group when that takes too long."""
    for child in children:
        if child.popen.poll() is None:
            child.popen.send_signal(child.stop_signal)
    deadline = time.monotonic() + seconds
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.popen.wait(max(0.0, deadline - time.monotonic()))
        end_group(child.popen)


def end_group(popen: subprocess.Popen) -> None:
    """Whatever is left of the child's group (a pool's workers, say) goes at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(popen.pid, signal.SIGKILL)
    popen.wait()


def wait_for_end(pid: int, *, seconds: float) -> None:
    """Wait for a process that may not be our child; one that is stays in the table until we have asked how it ended."""
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.03)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until(ready, child: Child, *, seconds: float, what: str) -> None:
    """Poll `ready()` until it is true. Stops with the end of the child's log when the child dies or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.popen.poll() is not None:
            raise LaptopError(
                f"{what} ended at once (exit {child.popen.returncode}). The end of {child.log}:\n{child.tail()}"
            )
        if time.monotonic() > deadline:
            raise LaptopError(f"{what} did not answer within {seconds:.0f} s. The end of {child.log}:\n{child.tail()}")
        time.sleep(0.03)
