"""What browser tests need from the system: Debian's chromium, and a library that Playwright's driver is linked to."""

import importlib.util
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from config.laptop.errors import LaptopError
from config.laptop.paths import LOGS, writable_folder

HOW = "apt-get install chromium libatomic1 (or set CHROMIUM to the path of a Chromium or Chrome)"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def found() -> str | None:
    """The path of a browser on this machine."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    return next(filter(None, map(shutil.which, NAMES)), None)


def driver_runs() -> bool:
    playwright = importlib.util.find_spec("playwright")
    if not playwright or not playwright.submodule_search_locations:
        return False
    driver = Path(playwright.submodule_search_locations[0]) / "driver" / "node"
    return subprocess.run([str(driver), "--version"], capture_output=True).returncode == 0


@cache
def missing() -> tuple[str, ...]:
    """Debian's packages that browser tests lack here. Asked once per process, since the answer takes a process."""
    packages = {"chromium": found() is not None, "libatomic1": driver_runs()}
    return tuple(name for name, there in packages.items() if not there)


def ensure() -> None:
    """Install what is missing. Without it browser tests are skipped; under CI=true that is an error."""
    if not missing():
        return
    refused = install(missing()) if is_debian() else "this is no Debian"
    missing.cache_clear()
    if not missing():
        return
    message = f"No {' and no '.join(missing())}, so NO BROWSER TEST WILL RUN ({refused}). To get it: {HOW}"
    if os.environ.get("CI") == "true":
        raise LaptopError(message)
    print(f"\n*** {message}\n", flush=True)


def is_debian() -> bool:
    """Debian and what calls itself the same; Ubuntu's package of that name is only a door to another shop."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return False
    return "ID=debian" in lines and shutil.which("apt-get") is not None


def install(packages: tuple[str, ...]) -> str:
    """Try apt-get, as root or by sudo without a password. Returns why it did not work, if it did not."""
    become_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if become_root and not may_sudo():
        return "installing it needs root"
    print(f"Installing Debian's {' and '.join(packages)} (about a minute)", flush=True)
    log = writable_folder(LOGS) / "apt.log"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("wb") as output:
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            command = [*become_root, "apt-get", *arguments]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
    return "" if done.returncode == 0 else f"apt-get failed, see {log}"


def may_sudo() -> bool:
    if not shutil.which("sudo"):
        return False
    return subprocess.run(["sudo", "--non-interactive", "true"], capture_output=True).returncode == 0
