"""Tryton's own virtual environment under var/, from wheels whose versions and hashes are locked beside this file."""

import os
import shutil
import sys
from pathlib import Path

from config.laptop import children
from config.laptop.digests import digest_of
from config.laptop.errors import LaptopError
from config.laptop.paths import LOGS, ROOT, VAR, writable_folder

HERE = Path(__file__).parent
TRYTON = VAR / "tryton"
REQUIREMENTS = HERE / "requirements.txt"


def environment() -> dict[str, str]:
    """What Tryton's programs get of ours: nothing that could lead them to another configuration or other packages."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUNBUFFERED": "1"}


def installed() -> Path:
    """The folder of Tryton's programs; installs them when that has not been done with exactly these versions."""
    home = writable_folder(TRYTON) / f"venv-{digest_of([REQUIREMENTS])}"
    programs = home / "bin"
    if (home / "complete").exists():
        return programs
    shutil.rmtree(home, ignore_errors=True)
    run("venv", (sys.executable, "-m", "venv", "--without-pip", str(home)), environment())
    uv = str(Path(sys.executable).with_name("uv"))
    install = (uv, "pip", "install", "--quiet", "--no-progress", "--compile-bytecode", "--require-hashes")
    told = dict(os.environ) | {"VIRTUAL_ENV": str(home), "UV_LINK_MODE": "copy"}
    run("uv", (*install, "-r", str(REQUIREMENTS)), told)
    (home / "complete").touch()
    return programs


def run(name: str, command: tuple[str, ...], env: dict[str, str]) -> None:
    """Run a program to its end; it ends with us."""
    log = writable_folder(LOGS) / "tryton-setup.log"
    child = children.spawn(name, command, log=log, env=env, cwd=ROOT)
    try:
        code = child.popen.wait()
    except BaseException:
        children.end([child], seconds=5)
        raise
    if code:
        raise LaptopError(f"{name} failed. The end of {log}:\n{child.tail(25)}")
