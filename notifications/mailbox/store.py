"""Mails as files of a Maildir, which any mail program reads too."""

import mailbox
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from .reading import Mail, read

FOLDERS = ("new", "cur")


@dataclass(frozen=True)
class Kept:
    """A mail with the id its page has and the moment it arrived."""

    id: str
    arrived: datetime
    mail: Mail


class Store:
    """All mails, newest first; several threads may use it."""

    def __init__(self, folder: Path):
        for name in ("tmp", *FOLDERS):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._maildir = mailbox.Maildir(folder, create=False)
        self._lock = threading.Lock()

    def add(self, content: bytes, sender: str, recipients: list[str]) -> None:
        """Keep a mail, its envelope in front of it."""
        envelope = f"Return-Path: <{_plain(sender)}>\r\n" + "".join(
            f"Delivered-To: {_plain(recipient)}\r\n" for recipient in recipients
        )
        with self._lock:
            self._maildir.add(envelope.encode(errors="replace") + content)

    def mails(self, to: str = "") -> list[Kept]:
        """Everything that arrived, or what arrived for one recipient."""
        wanted = to.strip().casefold()
        found = (_kept(path, changed) for changed, path in sorted(self._files(), reverse=True))
        return [each for each in found if not wanted or wanted in map(str.casefold, each.mail.recipients)]

    def get(self, id: str) -> Kept | None:
        return next((_kept(path, changed) for changed, path in self._files() if _id(path) == id), None)

    def empty(self) -> None:
        for _, path in self._files():
            path.unlink(missing_ok=True)

    def _files(self) -> list[tuple[int, Path]]:
        files = []
        for path in (path for name in FOLDERS for path in (self.folder / name).iterdir()):
            try:
                files.append((path.stat().st_mtime_ns, path))
            except FileNotFoundError:  # emptied meanwhile
                continue
        return files


def _id(path: Path) -> str:
    return sha256(path.name.encode()).hexdigest()[:16]


@lru_cache(maxsize=2_000)
def _kept(path: Path, changed: int) -> Kept:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b"Subject: (emptied)\r\n\r\n"
    return Kept(_id(path), datetime.fromtimestamp(changed / 1e9, UTC), read(content))


def _plain(address: str) -> str:
    return "".join(char for char in address if char.isprintable())
