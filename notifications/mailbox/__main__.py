"""Start the mailbox: python -m notifications.mailbox --http-port 8802 --smtp-port 8803 --maildir var/mail"""

import argparse
import signal
import sys
import threading
from pathlib import Path

from .server import Server
from .smtp import HOST, Intake, MailServer
from .store import Store


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m notifications.mailbox", description=__doc__)
    parser.add_argument("--http-port", type=int, default=8802, help="0 takes a free one; the addresses are printed")
    parser.add_argument("--smtp-port", type=int, default=8803, help="0 takes a free one")
    parser.add_argument("--maildir", type=Path, required=True, help="the folder that keeps the mails")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    store = Store(given.maildir)
    smtp = MailServer(Intake(store), given.smtp_port)
    try:
        web = Server((HOST, given.http_port), store)
        smtp.start()
    except OSError as error:
        sys.exit(f"The mailbox cannot start: {error}")
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=web.shutdown).start())
    sys.stdout.write(f"http://{HOST}:{web.server_port}/ smtp://{HOST}:{smtp.port}\n")
    sys.stdout.flush()
    web.serve_forever(poll_interval=0.05)
    web.server_close()
    smtp.stop()


if __name__ == "__main__":
    main()
