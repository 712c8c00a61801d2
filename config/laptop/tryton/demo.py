"""`make demo ERP=tryton`: the demo's general contractor exports into a real Tryton. Kept until `make demo-reset`."""

import os

from config.laptop.errors import LaptopError
from config.laptop.paths import LOGS
from config.laptop.ports import LOOPBACK
from config.laptop.progress import step
from config.laptop.tryton.prepare import BOOKS
from config.laptop.tryton.server import Books, serve

PORT = {"TRYTON_PORT": 8804}


def is_wanted() -> bool:
    """Asked for now, or when this demo's data was made: its connection leads there."""
    asked = os.environ.get("ERP", "")
    if asked not in ("", "demo", "tryton"):
        raise LaptopError(f"ERP={asked} is not known; ERP=tryton is, and without ERP the demo ERP.")
    return asked == "tryton" or BOOKS.exists()


def join(demo) -> None:
    """Start Tryton among the demo's processes and connect the company, before the worker starts."""
    if not is_wanted():
        return
    demo.finish(demo.spawn_passing("tryton-books", "config.laptop.tryton.prepare", shown=True))
    port = demo.ports["TRYTON_PORT"]
    with step("Tryton"):
        demo.lasting.append(serve(Books(BOOKS), port, LOGS / "tryton.log"))
        address = f"http://{LOOPBACK}:{port}"
        demo.finish(demo.spawn_passing("tryton-connect", "django", "connect_demo_to_tryton", address))
