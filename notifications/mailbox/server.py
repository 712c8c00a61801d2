"""The sockets of the HTTP side: reads a request within bounds and writes one answer."""

import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from . import pages
from .store import Store
from .web import LARGEST_BODY, Answer, Problem, answer, page


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], store: Store):
        self.store = store
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """A reader that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Mailbox/1"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Every method ends here."""
        try:
            self._take_body()
            self._refuse_other_sites()
            given = answer(self.server.store, self.command, self.path)
        except Problem as problem:
            given = page(pages.problem(str(problem)), problem.status)
        except OSError:
            raise
        except Exception:
            traceback.print_exc()
            given = page(pages.problem("Something broke in the mailbox."), 500)
        self._write(given)

    def __getattr__(self, name: str):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def _take_body(self) -> None:
        """No form here carries anything, so a body is only read out of the way."""
        length = self.headers.get("Content-Length", "0")
        small = length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= LARGEST_BODY
        if self.headers.get("Transfer-Encoding") or not small:
            self.close_connection = True
            raise Problem(413, f"At most {LARGEST_BODY} bytes, with their length said.")
        self.rfile.read(int(length))

    def _refuse_other_sites(self) -> None:
        """A page of another site must not press our button: browsers say on every such post where it comes from."""
        if self.command in ("GET", "HEAD"):
            return
        origin = self.headers.get("Origin", "")
        try:
            same = not origin or urlsplit(origin).netloc == self.headers.get("Host", "")
        except ValueError:
            same = False
        if not same or self.headers.get("Sec-Fetch-Site", "") not in ("", "same-origin", "none"):
            raise Problem(403, "This form was sent from another site.")

    def _write(self, given: Answer) -> None:
        headers = {
            "Content-Type": given.content_type,
            "Content-Length": str(len(given.body)),
            "Content-Security-Policy": given.policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
            **given.headers,
        }
        self.send_response(given.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.body)

    def log_message(self, format: str, *arguments) -> None:
        """The pages say what happened; the terminal stays quiet."""
