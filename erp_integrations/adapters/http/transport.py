"""The sockets of one request: resolved once, checked, and cut off when the time is over.

A read timeout counts single reads, so an ERP that sends a byte now and then would never meet it. One clock per request
shuts the socket down instead, in whatever phase: handshake, headers or body.
"""

import contextlib
import socket
import threading
import time

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ..base import NotSent, OutboundRules
from .addresses import check_ip


class Call:
    """What is known about one request on its way: whether it may have been sent, and whether its time is over."""

    def __init__(self, rules: OutboundRules, seconds: float):
        self.rules = rules
        self.ends = time.monotonic() + seconds
        self.may_have_arrived = False
        self.is_over = False
        self._lock = threading.Lock()
        self._twin: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Call":
        self._timer.start()
        return self

    def __exit__(self, *exception) -> None:
        self._timer.cancel()
        with self._lock:
            if self._twin is not None:
                self._twin.close()
                self._twin = None

    def open(self, host: str, port: int, seconds: float) -> socket.socket:
        """Connect to the first address that answers, having checked all of them, and check who answered.

        Raises NotSent: nothing has gone out yet.
        """
        ends = min(self.ends, time.monotonic() + seconds)
        addresses = _resolve(host, port, ends - time.monotonic())
        for *_, target in addresses:
            check_ip(target[0], host, port, self.rules)
        sock = _connect(addresses, ends)
        try:
            check_ip(sock.getpeername()[0], host, port, self.rules)
            self._watch(sock)
        except Exception:
            sock.close()
            raise
        return sock

    def _watch(self, sock: socket.socket) -> None:
        """Keep a second handle on the connection: TLS takes the first one away, and shutting down either ends both."""
        with self._lock:
            if self.is_over:
                raise NotSent("The time was over before the request was sent.")
            self._twin = sock.dup()

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            if self._twin is not None:
                with contextlib.suppress(OSError):
                    self._twin.shutdown(socket.SHUT_RDWR)


def _resolve(host: str, port: int, seconds: float) -> list[tuple]:
    """getaddrinfo knows no timeout, so it runs beside us and is left behind when it takes too long."""
    answers: list = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(seconds, 0))
    if not answers:
        raise NotSent(f"{host} could not be looked up in time.")
    if isinstance(answers[0], Exception):
        raise NotSent(f"{host} could not be looked up: {answers[0]}")
    return answers[0]


def _connect(addresses: list[tuple], ends: float) -> socket.socket:
    failure = "no address"
    for family, kind, protocol, _, target in addresses:
        seconds = ends - time.monotonic()
        if seconds <= 0:
            failure = "no answer in time"
            break
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(seconds)
            sock.connect(target)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            failure = str(error)
    raise NotSent(f"No connection could be made: {failure}")


class _Guarded:
    call: Call

    def _new_conn(self) -> socket.socket:
        return self.call.open(self.host, self.port, self.timeout)

    def connect(self) -> None:
        super().connect()
        self.call.may_have_arrived = True


class Transport(HTTPAdapter):
    """A requests transport for one request: no retries, no pooling, every connection under the call's clock."""

    def __init__(self, call: Call):
        self._pools = _pools_of(call)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments, **keywords) -> None:
        super().init_poolmanager(*arguments, **keywords)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _pools_of(call: Call) -> dict[str, type]:
    plain = type("Plain", (_Guarded, HTTPConnection), {"call": call})
    secure = type("Secure", (_Guarded, HTTPSConnection), {"call": call})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
