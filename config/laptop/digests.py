"""Short digests of files, to notice that nothing has changed since the last time."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from config.laptop.paths import ROOT

ROOMS = ("config", "directory", "erp_integrations", "invoicing", "notifications", "static", "templates")


def digest_of(files: Iterable[Path], *more: str) -> str:
    """Twelve characters that change with the name or content of any file, or with any of the other strings."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in sorted(files):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def digest_of_product() -> str:
    """Changes with every line of Tieout and every version it is locked to."""
    files = [ROOT / "requirements.txt", ROOT / "config" / "laptop" / "requirements.txt"]
    for room in ROOMS:
        files += [path for path in (ROOT / room).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return digest_of(files)
