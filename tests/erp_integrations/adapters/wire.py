"""A wire between an adapter and its ERP that can be cut, slowed or spoken into: what any HTTP adapter must survive.

It passes every request on as it is, but for those that write (or whichever are asked for), where the fault strikes.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

WRITING = (b"POST", b"PUT", b"PATCH")


def is_write(request: bytes) -> bool:
    return request.split(b" ", 1)[0] in WRITING


def anything(request: bytes) -> bool:
    return True


def answer(status: str, body: bytes = b"", *headers: bytes) -> bytes:
    head = [f"HTTP/1.1 {status}".encode(), b"Content-Length: %d" % len(body), b"Connection: close", *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Fault:
    """`passes_on`: the ERP gets the request, so that it may have been booked. `says` is sent back instead of its
    answer: bytes, or None to cut the connection. `drip_s` is waited after every byte, `silent_s` before the cut.
    """

    passes_on: bool
    says: bytes | None = None
    drip_s: float = 0.0
    silent_s: float = 0.0


@dataclass
class Wire:
    """A listening socket on 127.0.0.1 in front of the ERP at `target`; `requests` keeps what went over it."""

    target: str
    fault: Fault | None = None
    strikes: Callable[[bytes], bool] = is_write
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self):
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):  # closed before
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):  # the caller left
            self._carry(caller)

    @contextlib.contextmanager
    def broken(self, fault: Fault, strikes: Callable[[bytes], bool] = is_write) -> Iterator[None]:
        self.fault, self.strikes = fault, strikes
        yield
        self.fault = None

    def _carry(self, caller: socket.socket) -> None:
        request = read_request(caller)
        self.requests.append(request)
        fault = self.fault if self.fault and self.strikes(request) else None
        if fault is None:
            caller.sendall(self._ask(request))
            return
        if fault.passes_on:
            self._ask(request)
        self._stopping.wait(fault.silent_s)
        for byte in fault.says or b"":
            if not fault.drip_s:
                caller.sendall(fault.says)
                break
            caller.sendall(bytes((byte,)))
            time.sleep(fault.drip_s)

    def _ask(self, request: bytes) -> bytes:
        where = urlsplit(self.target)
        with socket.create_connection((where.hostname, where.port), timeout=60) as erp:
            erp.sendall(closing(request))
            return b"".join(iter(lambda: erp.recv(65_536), b""))


def closing(request: bytes) -> bytes:
    """The request as one that closes its connection, so that the end of the answer is seen."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def read_request(caller: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        chunk = caller.recv(65_536)
        if not chunk:
            raise ConnectionError("no whole request")
        request += chunk
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < (int(lengths[0]) if lengths else 0):
        body += caller.recv(65_536)
    return head + b"\r\n\r\n" + body
