"""The books: an append-only file of JSON lines, each on disk before anyone is answered, read back at start."""

import errno
import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from .codes import first_lists
from .documents import Document, Refusal

FIRST_NUMBER = 100_001


class Ledger:
    """All documents, codes and closed periods. `lock` is for what must be one act, such as look then store."""

    def __init__(self, path: Path):
        self.lock = threading.RLock()
        self.documents: dict[str, Document] = {}
        self.by_key: dict[str, tuple[str, str]] = {}
        self.by_reference: dict[str, list[str]] = {}
        self.by_invoice_number: dict[tuple[str, str], list[str]] = {}
        self.codes = first_lists()
        self.closed_periods: set[str] = set()
        self.next_number = FIRST_NUMBER
        self._readers = self._event_readers()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b", buffering=0)
        self._load()

    def store(self, document: Document) -> Document:
        """Give the document an id, a number and a time unless it has them, put it on disk, and answer it."""
        with self.lock:
            stored = replace(
                document,
                id=document.id or str(uuid.uuid4()),
                number=document.number or f"AR-{self.next_number}",
                received_at=document.received_at or now_text(),
            )
            self._append(stored.as_event())
            return stored

    def with_reference(self, reference: str) -> list[Document]:
        with self.lock:
            return [self.documents[id] for id in self.by_reference.get(reference, ())]

    def with_key(self, key: str) -> tuple[Document, str] | None:
        """The document made under this key and the fingerprint of the request that made it."""
        with self.lock:
            made = self.by_key.get(key)
            return (self.documents[made[0]], made[1]) if made and made[0] in self.documents else None

    def with_invoice_number(self, company: str, number: str) -> list[Document]:
        with self.lock:
            return [self.documents[id] for id in self.by_invoice_number.get((company, number), ())]

    def newest_first(self) -> list[Document]:
        with self.lock:
            return list(reversed(self.documents.values()))

    def remove(self, id: str) -> None:
        with self.lock:
            if id not in self.documents:
                raise Refusal("not_found", "There is no such document.", status=404)
            self._append({"event": "removed", "id": id, "at": now_text()})

    def empty(self) -> None:
        """Start with empty books and the first number again; the file keeps what was."""
        with self.lock:
            if self.documents or self.closed_periods or self.next_number != FIRST_NUMBER:
                self._append({"event": "emptied", "at": now_text()})

    def add_code(self, kind: str, code: str, name: str, active: bool) -> None:
        with self.lock:
            entry = {"code": code, "name": name, "active": active}
            if self.codes[kind].get(code) != entry:
                self._append({"event": "code", "kind": kind, **entry})

    def set_period(self, period: str, is_open: bool) -> None:
        with self.lock:
            if (period in self.closed_periods) == is_open:
                self._append({"event": "period", "period": period, "open": is_open})

    def _append(self, event: dict) -> None:
        line = json.dumps(event).encode() + b"\n"
        end = os.fstat(self._file.fileno()).st_size
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(end)
            raise Refusal("disk_full", f"The ledger cannot be written: {error.strerror}.", status=503) from error
        self._apply(event)

    def _load(self) -> None:
        """Read every whole line. A last line cut short by a crash was never answered, so it is cut off."""
        self._file.seek(0)
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                self._file.truncate(end)
                break
            end += len(line)
            self._apply(json.loads(line))

    def _apply(self, event: dict) -> None:
        self._readers[event["event"]](event)

    def _event_readers(self) -> dict[str, Callable[[dict], None]]:
        return {
            "document": self._apply_document,
            "removed": self._apply_removal,
            "emptied": self._apply_emptying,
            "code": lambda event: self.codes[event["kind"]].update(
                {event["code"]: {name: event[name] for name in ("code", "name", "active")}}
            ),
            "period": lambda event: (self.closed_periods.discard if event["open"] else self.closed_periods.add)(
                event["period"]
            ),
        }

    def _apply_document(self, event: dict) -> None:
        document = Document.from_event(event)
        is_new = document.id not in self.documents
        self.documents[document.id] = document
        if document.key:
            self.by_key[document.key] = (document.id, document.fingerprint)
        if is_new:
            self.by_reference.setdefault(document.reference, []).append(document.id)
            numbered = (document.company, document.invoice_number)
            self.by_invoice_number.setdefault(numbered, []).append(document.id)
        prefix, _, digits = document.number.partition("-")
        if prefix == "AR" and digits.isascii() and digits.isdigit():
            self.next_number = max(self.next_number, int(digits) + 1)

    def _apply_removal(self, event: dict) -> None:
        document = self.documents.pop(event["id"])
        self.by_reference[document.reference].remove(document.id)
        self.by_invoice_number[document.company, document.invoice_number].remove(document.id)

    def _apply_emptying(self, event: dict) -> None:
        for index in (self.documents, self.by_key, self.by_reference, self.by_invoice_number, self.closed_periods):
            index.clear()
        self.next_number = FIRST_NUMBER


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def is_visible(document: Document) -> bool:
    """A look-up sees it: not so for a while in the mode late_visible."""
    return document.visible_at <= time.time()
