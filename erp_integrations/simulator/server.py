"""The sockets: reads a request within bounds, and delivers the answer as well or as badly as it says."""

import contextlib
import socket
import struct
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from . import app
from .documents import Refusal
from .erp import Erp
from .messages import DRIP, DROP, HANG, Answer, Request, error_answer, refusal_answer

LARGEST_BODY = 20_000_000
IDLE_S = 60.0
SAFETY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Server(ThreadingHTTPServer):
    """One thread a connection; threads still talking do not keep the process from ending."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], erp: Erp):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.erp = erp
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """A caller that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "DemoERP/1"
    sys_version = ""
    timeout = IDLE_S
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Every method ends here."""
        try:
            request = self._read()
            given = app.answer(self.server.erp, request)
        except Refusal as refusal:
            self.close_connection = True
            given = refusal_answer(refusal)
        except OSError:  # the caller left or stalled: there is nobody to answer
            raise
        except Exception:
            traceback.print_exc()
            given = error_answer(500, "internal_error", "Something broke, and not on purpose.")
        self._deliver(given)

    def __getattr__(self, name: str):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def _read(self) -> Request:
        try:
            url = urlsplit(self.path)
            query = dict(parse_qsl(url.query, keep_blank_values=True, max_num_fields=50))
        except ValueError:
            raise Refusal("address_invalid", "The address could not be read.", status=400) from None
        return Request(self.command, url.path, query, self.headers, self._read_body(), self.client_address[:2])

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise Refusal("length_required", "Send a Content-Length.", status=411)
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 12):
            raise Refusal("length_invalid", "The Content-Length is not a number.", status=400)
        if int(length) > LARGEST_BODY:
            raise Refusal("body_too_large", f"At most {LARGEST_BODY} bytes, please.", status=413)
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            raise ConnectionAbortedError("The caller left in the middle of the body.")
        return body

    def _deliver(self, answer: Answer) -> None:
        if answer.delivery == HANG:
            self._wait_for_caller_to_leave(answer.delay_s)
        if answer.delivery in (HANG, DROP):
            self._reset()
            return
        message = self._head(answer)
        if self.command != "HEAD":
            message += answer.body
        if answer.delivery == DRIP:
            self._drip(message, answer.delay_s)
        else:
            self.wfile.write(message)

    def _head(self, answer: Answer) -> bytes:
        headers = {
            "Content-Type": f"{answer.content_type}; charset=utf-8",
            "Content-Length": str(len(answer.body)),
            **SAFETY_HEADERS,
            **answer.headers,
        }
        self.send_response_only(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self._headers_buffer.append(b"\r\n")
        head, self._headers_buffer = b"".join(self._headers_buffer), []
        return head

    def _drip(self, message: bytes, seconds: float) -> None:
        for byte in message:
            self.wfile.write(bytes((byte,)))
            time.sleep(seconds / len(message))

    def _wait_for_caller_to_leave(self, seconds: float) -> None:
        self.connection.settimeout(max(seconds, 0.001))
        with contextlib.suppress(OSError):
            self.connection.recv(1)

    def _reset(self) -> None:
        """Cut the connection so that the caller sees a reset and no end of an answer."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())

    def log_message(self, format: str, *arguments) -> None:
        """Requests stand in GET /requests, not on the terminal."""
