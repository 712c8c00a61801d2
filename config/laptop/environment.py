"""The environment of the demo's processes: what a deployment would set, with addresses and secrets of this machine."""

import base64
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from config.laptop.errors import LaptopError
from config.laptop.paths import DEMO
from config.laptop.ports import LOOPBACK

# Where people look, so these ports are fixed unless they are busy. Each can be set in the environment.
PORTS = {"WEB_PORT": 8000, "ERP_PORT": 8801, "MAILBOX_PORT": 8802, "SMTP_PORT": 8803}


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """A secret that stays the same from run to run, in a file that only its maker can read."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as unfinished:  # mode 0600
            unfinished.write(make())
        Path(unfinished.name).rename(path)
    return path.read_text()


def fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def with_our_programs() -> dict[str, str]:
    """Our environment with the virtual environment's programs found first, whether it is activated or not."""
    programs = Path(sys.executable).parent
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return os.environ | {"PATH": f"{programs}:{path}", "PYTHONUNBUFFERED": "1"}


def given_database() -> dict[str, str] | None:
    """The URLs of a server that the environment names; nothing when it names none."""
    urls = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL")}
    if not urls["DATABASE_URL"]:
        return None
    if not urls["MIGRATION_DATABASE_URL"]:
        raise LaptopError("DATABASE_URL is set, so set MIGRATION_DATABASE_URL too: the role that owns the tables.")
    return urls


def demo_environment(ports: dict[str, int], servers: dict[str, str]) -> dict[str, str]:
    """For every process of the demo. `servers` holds DATABASE_URL, MIGRATION_DATABASE_URL and REDIS_URL."""
    web, erp, mailbox = (f"http://{LOOPBACK}:{ports[name]}" for name in ("WEB_PORT", "ERP_PORT", "MAILBOX_PORT"))
    chosen = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "DEMO": "true",
        "DEMO_ERP_URL": erp,
        "DEMO_MAILBOX_URL": mailbox,
        "ERP_ALLOWED_HOSTS": LOOPBACK,
        "BASE_URL": web,
        "WEB_BIND": f"{LOOPBACK}:{ports['WEB_PORT']}",
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "MEDIA_ROOT": str(DEMO / "media"),
        "EMAIL_URL": os.environ.get("EMAIL_URL") or f"smtp://{LOOPBACK}:{ports['SMTP_PORT']}",
        "SECRET_KEY": kept_secret(DEMO / "secret.key", lambda: secrets.token_urlsafe(48)),
        "CREDENTIAL_KEYS": kept_secret(DEMO / "credentials.key", fernet_key),
    }
    return with_our_programs() | chosen | servers
