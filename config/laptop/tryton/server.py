"""Tryton's database and server: made once per content of the books, copied for whoever wants to write in them."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from config.laptop import children, servers
from config.laptop.digests import digest_of
from config.laptop.environment import kept_secret
from config.laptop.paths import ROOT, writable_folder
from config.laptop.ports import LOOPBACK, any_free_port
from config.laptop.progress import step
from config.laptop.tryton.installation import HERE, REQUIREMENTS, TRYTON, environment, installed, run

DATABASE, USER = "books", "tieout"
CONFIGURATION = """\
[web]
listen = {host}:{port}
[database]
uri = sqlite://
path = {folder}
[session]
authentications = password
"""


@dataclass(frozen=True)
class Wanted:
    """What books are to hold, as codes with names; `retainage` is a receivable account, `contra` a revenue account."""

    company: str
    years: tuple[int, ...]
    customers: tuple[tuple[str, str], ...]
    revenues: tuple[tuple[str, str], ...]
    retainage: tuple[str, str] = ("1.1.2.R", "Retainage Receivable")
    contra: tuple[str, str] = ("4.R", "Retainage Withheld")


@dataclass(frozen=True)
class Books:
    """One database on disk. `password("admin")` and `password("user")` are kept beside it, for its maker alone."""

    folder: Path

    def password(self, who: str) -> str:
        return kept_secret(self.folder / f"{who}.password", lambda: secrets.token_urlsafe(18))

    def configure(self, port: int) -> str:
        path = self.folder / "trytond.conf"
        path.write_text(CONFIGURATION.format(host=LOOPBACK, port=port, folder=self.folder))
        return str(path)

    def copy_to(self, folder: Path) -> "Books":
        shutil.copytree(self.folder, folder)
        return Books(folder)


def serve(books: Books, port: int, log: Path) -> children.Child:
    """Start the server and wait until it listens."""
    command = (str(installed() / "trytond"), "-c", books.configure(port), "-d", DATABASE)
    child = children.spawn("tryton", command, log=log, env=environment(), cwd=ROOT)
    try:
        children.wait_until(lambda: listens(port), child, seconds=180, what="Tryton")
    except BaseException:
        children.end([child], seconds=5)
        raise
    return child


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def books_with(wanted: Wanted) -> Books:
    """The books that hold this and nothing booked yet, made when there are none; two that ask wait for each other."""
    with servers.only_one(writable_folder(TRYTON) / "lock"):
        content = json.dumps(wanted.__dict__, sort_keys=True)
        folder = TRYTON / f"books-{digest_of([REQUIREMENTS, HERE / 'books.py', HERE / 'server.py'], content)}"
        with step("Tryton's packages"):
            programs = installed()
        if not folder.exists():
            _make(folder, wanted, programs)
        return Books(folder)


def _make(folder: Path, wanted: Wanted, programs: Path) -> None:
    unfinished = folder.with_name("books-unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    books = Books(writable_folder(unfinished))
    with step("Tryton's database"):
        _initialise(books, programs)
    with step("Company, chart and years"):
        _fill(books, wanted, programs)
    unfinished.rename(folder)


def _initialise(books: Books, programs: Path) -> None:
    (books.folder / f"{DATABASE}.sqlite").touch()
    books.password("admin")
    command = (str(programs / "trytond-admin"), "-c", books.configure(0), "-d", DATABASE, "--all", "--language", "en")
    modules = ("--email", "admin@tryton.invalid", "-u", "account_invoice", "--activate-dependencies")
    run("trytond-admin", (*command, *modules), environment() | {"TRYTONPASSFILE": str(books.folder / "admin.password")})


def _fill(books: Books, wanted: Wanted, programs: Path) -> None:
    port = any_free_port()
    child = serve(books, port, books.folder / "setup.log")
    try:
        script, told = str(HERE / "books.py"), books.folder / "wanted.json"
        told.touch(mode=0o600)
        told.write_text(json.dumps(_told(books, wanted)))
        address = f"http://{LOOPBACK}:{port}/{DATABASE}/rpc/"
        run("books", (str(programs / "python"), script, address, str(told)), environment())
    finally:
        children.end([child], seconds=5)
    _settle(books)
    os.unlink(told)


def _told(books: Books, wanted: Wanted) -> dict:
    return {
        "company": wanted.company,
        "years": wanted.years,
        "customers": wanted.customers,
        "receivables": [wanted.retainage],
        "revenues": [*wanted.revenues, wanted.contra],
        "user": USER,
        "password": books.password("user"),
        "admin_password": books.password("admin"),
    }


def _settle(books: Books) -> None:
    """Write SQLite's journal into its file, so that the file alone can be copied."""
    database = sqlite3.connect(books.folder / f"{DATABASE}.sqlite")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
