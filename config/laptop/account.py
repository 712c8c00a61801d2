"""PostgreSQL refuses to run as root, so for root its processes run under an account without rights."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.laptop.errors import LaptopError
from config.laptop.paths import writable_folder


@dataclass(frozen=True)
class Account:
    """Who runs the database: somebody without rights when we are root, else ourselves."""

    uid: int
    gid: int
    drop: bool

    def popen_options(self) -> dict:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drop else {}

    def can(self, test_flag: str, path: Path) -> bool:
        """What `test -r`, `-w` or `-x` answers for this account, parent folders included."""
        return subprocess.run(["test", test_flag, str(path)], cwd="/", **self.popen_options()).returncode == 0

    def own(self, folder: Path) -> None:
        if self.drop:
            os.chown(folder, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """The account that owns the data folder already, else postgres, else nobody; ourselves when we are not root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid, drop=True)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drop=True)
    raise LaptopError("PostgreSQL cannot run as root, and here is no account postgres or nobody. Run as another user.")


def reachable_home(folder: Path, *, lasting: bool) -> Path:
    """A folder for the database's files that its account can reach: the given one, or one elsewhere.

    For root, that is: a clone under /root cannot be entered by an account without rights. Then the files stand in a
    new folder, under /var/lib if they are to last, and a note in the given one keeps its name. We never loosen the
    rights of folders that are not ours.
    """
    note = writable_folder(folder) / "elsewhere"
    if note.exists() and Path(note.read_text().strip()).is_dir():
        return Path(note.read_text().strip())
    account = account_for(folder / "data")
    if account.can("-x", folder):
        return folder
    elsewhere = Path(tempfile.mkdtemp(prefix="tieout-", dir="/var/lib" if lasting else None))
    elsewhere.chmod(0o711)
    note.write_text(f"{elsewhere}\n")
    return elsewhere


def forget_home(folder: Path) -> None:
    """Remove the database's files, wherever `reachable_home` put them."""
    note = folder / "elsewhere"
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
