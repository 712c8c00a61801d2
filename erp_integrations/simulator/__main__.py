"""Start the demo ERP: python -m erp_integrations.simulator --port 8801 --ledger var/erp/ledger.jsonl"""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from .books import PERSONALITIES
from .control import seed
from .documents import Refusal
from .erp import Erp
from .ledger import Ledger
from .server import Server

TOKEN = "demo-erp-token"  # noqa: S105  (it guards a pretend ERP)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m erp_integrations.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8801, help="0 takes a free one; the address is printed")
    parser.add_argument("--ledger", type=Path, required=True, help="the append-only file that holds the books")
    parser.add_argument("--personality", choices=sorted(PERSONALITIES), default="key")
    parser.add_argument("--seed", type=Path, help="a JSON list of documents that must stand in the ledger")
    token = os.environ.get("DEMO_ERP_TOKEN", TOKEN)
    parser.add_argument("--token", default=token, help="bearer token of the API; DEMO_ERP_TOKEN works too")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    erp = Erp(Ledger(given.ledger), PERSONALITIES[given.personality], given.personality, given.token)
    if given.seed:
        try:
            seed(erp, json.loads(given.seed.read_text()))
        except (OSError, ValueError, Refusal) as error:
            sys.exit(f"The seed file {given.seed} cannot be used: {error}")
    server = Server((given.host, given.port), erp)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    host = f"[{given.host}]" if ":" in given.host else given.host
    print(f"http://{host}:{server.server_port}/", flush=True)  # noqa: T201
    server.serve_forever(poll_interval=0.05)
    erp.stopping.set()
    server.server_close()


if __name__ == "__main__":
    main()
