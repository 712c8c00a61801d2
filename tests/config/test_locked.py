"""Locked dependencies: versions and hashes, every direct dependency, and no index's address."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "config/laptop/requirements.txt": PROJECT["dependency-groups"]["laptop"],
    "config/laptop/uv.txt": ["uv"],
    "tests/requirements.txt": PROJECT["dependency-groups"]["test"],
    "config/laptop/tryton/requirements.txt": PROJECT["dependency-groups"]["tryton"],
}


def pins(file: str) -> dict[str, str]:
    """What follows each name up to the next: version, markers, hashes."""
    found = re.split(r"^([a-z0-9-]+)==", (ROOT / file).read_text(), flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


@pytest.mark.parametrize("file", LOCKED)
def test_every_direct_dependency_is_locked(file):
    names = {re.match(r"[A-Za-z0-9-]+", line)[0].lower() for line in LOCKED[file]}

    assert names - pins(file).keys() == set()


@pytest.mark.parametrize("file", LOCKED)
def test_every_pin_has_a_hash(file):
    assert [name for name, rest in pins(file).items() if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("file", LOCKED)
def test_no_index_is_named(file):
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links", (ROOT / file).read_text()) == []
