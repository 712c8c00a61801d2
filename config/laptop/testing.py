"""What `make test` does once everything is installed: the checks that need no test, then the suite."""

import signal
import subprocess
from collections.abc import Sequence

from config.laptop import chromium, servers
from config.laptop.environment import with_our_programs
from config.laptop.errors import LaptopError
from config.laptop.paths import ROOT
from config.laptop.progress import step

CHECKS = {
    "Lint": ("ruff", "check", "--quiet"),
    "Format": ("ruff", "format", "--check", "--quiet"),
    "Import layers": ("lint-imports", "--no-logo"),
    "Migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
}
NO_TESTS = 5


def run(arguments: Sequence[str], *, slow: bool) -> int:
    """Run the suite and return pytest's exit code. With arguments only what they name, without the checks."""
    chromium.ensure()
    urls, started = servers.given() or {}, False
    if not urls:
        with step("PostgreSQL"):
            urls, started = servers.up()
    environment = with_our_programs() | urls | {"SECRET_KEY": "only-for-tests", "DEBUG": "false"}
    try:
        if not arguments and not slow:
            check(environment)
        return pytest(arguments, environment, slow=slow)
    finally:
        if started:
            servers.down()


def check(environment: dict[str, str]) -> None:
    for name, command in CHECKS.items():
        with step(name):
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
            if done.returncode:
                raise LaptopError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def pytest(arguments: Sequence[str], environment: dict[str, str], *, slow: bool) -> int:
    command = ["pytest", "-n", "3", "--dist", "worksteal", *(["-m", "slow"] if slow else []), *arguments]
    child = subprocess.Popen(command, cwd=ROOT, env=environment)
    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT))
    # A terminal sends Ctrl-C to pytest too, which then ends its processes and databases in order; we wait for it.
    signal.signal(signal.SIGINT, lambda *_: None)
    code = child.wait()
    return 0 if slow and not arguments and code == NO_TESTS else code
