"""Sending: one request at a time, each on a fresh connection, all of an adapter's requests under one total deadline."""

import os
import time
import zlib
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3

from ..base import AuthFailed, Connection, NotSent, Unknown
from .addresses import check_url
from .reply import LONGEST_EXCERPT, Reply
from .transport import Call, Transport

CHUNK = 65_536


class HttpClient:
    """Speaks to one ERP under `base_url`, within the connection's rules and deadlines.

    Raises NotSent when surely nothing went out, Unknown when it may have; any status that came back is a Reply.
    """

    def __init__(self, connection: Connection, base_url: str):
        self.connection = connection
        self.base_url = base_url.rstrip("/")
        self._ends: float | None = None

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send and read to the end. `path` starts with "/", `body` is JSON text."""
        prepared = self._prepare(method, path, query, body, headers)
        with Call(self.connection.rules, self._seconds_left()) as call, _session(call) as session:
            return self._exchange(session, prepared, call)

    def _prepare(self, method, path, query, body, headers) -> requests.PreparedRequest:
        sent = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "Tieout",
            "X-Request-Id": self.connection.trace_id,
            "X-Caller-Pid": str(os.getpid()) if self.connection.rules.tells_caller else "",
            "Content-Type": "application/json" if body is not None else "",
            **(headers or {}),
        }
        url = f"{self.base_url}{path}"
        check_url(url, self.connection.rules)
        content = None if body is None else body.encode()
        try:
            named = {name: value.encode("latin-1") for name, value in sent.items() if value}
            prepared = requests.Request(method, url, params=query, data=content, headers=named).prepare()
        except UnicodeEncodeError:
            raise AuthFailed("The sign-in holds characters that cannot be sent.") from None
        except (requests.RequestException, ValueError) as error:
            raise NotSent(self._clean(str(error))) from None
        check_url(prepared.url, self.connection.rules)
        return prepared

    def _seconds_left(self) -> float:
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + self.connection.deadlines.total_s
        if self._ends <= now:
            raise NotSent("The time for this attempt was over before the request was sent.")
        return self._ends - now

    def _exchange(self, session: requests.Session, prepared: requests.PreparedRequest, call: Call) -> Reply:
        deadlines, rules = self.connection.deadlines, self.connection.rules
        try:
            with session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                verify=rules.ca_bundle or True,
                timeout=(deadlines.connect_s, deadlines.read_s),
            ) as response:
                raw = _read_capped(response.raw, rules.body_cap)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._failure(error, call) from error
        if call.is_over:  # cut in the headers, an answer may look whole
            raise Unknown("The answer was cut off when the time was over.", http_status=response.status_code)
        body = _unpacked(raw, response.headers.get("Content-Encoding", ""), rules.body_cap)
        excerpt = self._clean(body[:LONGEST_EXCERPT].decode(errors="replace"))
        return Reply(response.status_code, response.headers, body, excerpt)

    def _failure(self, error: Exception, call: Call) -> NotSent | Unknown:
        told = self._clean(f"{type(error).__name__}: {error}")
        if not call.may_have_arrived:
            is_tls = isinstance(error, requests.exceptions.SSLError) and not call.is_over
            return NotSent(told, code="TLS_FAILED" if is_tls else "UNREACHABLE")
        is_late = call.is_over or isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError))
        return Unknown(told, code="TIMEOUT" if is_late else "CONNECTION_LOST")

    def _clean(self, text: str) -> str:
        """Take our own secrets out of a text, should the ERP have sent one back."""
        for secret in self.connection.credentials.values():
            if secret:
                text = text.replace(secret, "[secret]")
        return text.replace("\0", "")


def _session(call: Call) -> requests.Session:
    """A session that keeps nothing, follows nothing and takes nothing from the environment."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    transport = Transport(call)
    session.mount("https://", transport)
    session.mount("http://", transport)
    return session


def _read_capped(raw: urllib3.HTTPResponse, cap: int) -> bytes:
    body = b""
    while chunk := raw.read(min(CHUNK, cap + 1), decode_content=False):
        body += chunk
        if len(body) > cap:
            raise Unknown(f"The answer is larger than {cap} bytes.", code="UNREADABLE", http_status=raw.status)
    return body


def _unpacked(body: bytes, encoding: str, cap: int) -> bytes:
    """Undo gzip and deflate, which some ERPs send unasked, without ever holding more than the cap."""
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        return body
    unpacking = zlib.decompressobj(wbits=47)
    try:
        plain = unpacking.decompress(body, cap + 1)
    except zlib.error as error:
        raise Unknown(f"The answer could not be unpacked: {error}", code="UNREADABLE") from None
    if len(plain) > cap or not unpacking.eof:
        raise Unknown(f"The answer is cut short or larger than {cap} bytes.", code="UNREADABLE")
    return plain
