"""Where things of the laptop live. Everything that is made stands under var/, so `rm -rf var` forgets it."""

import os
from pathlib import Path

from config.laptop.errors import LaptopError

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
LOGS = VAR / "log"
DEMO = VAR / "demo"
TESTS = VAR / "tests"
DEMO_JSON = VAR / "demo.json"
LAPTOP_ENV = VAR / "laptop.env"


def writable_folder(folder: Path) -> Path:
    """The folder, made when missing. Stops with one sentence when another user owns it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        raise LaptopError(not_ours(folder))
    return folder


def not_ours(path: Path | str) -> str:
    return (
        f"{path} cannot be written by this user; most likely another user ran Tieout here before. "
        f"Run as that user, or remove what they left: sudo rm -rf {VAR}"
    )
