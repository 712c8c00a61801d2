"""The SMTP side: a server in a thread of its own, and what it does with a mail."""

import asyncio
import threading
import weakref

from aiosmtpd.smtp import SMTP

from .store import Store

HOST = "127.0.0.1"


class Intake:
    """Takes every mail for everyone and keeps it."""

    def __init__(self, store: Store):
        self.store = store

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, the name aiosmtpd calls
        try:
            self.store.add(envelope.original_content, envelope.mail_from or "", envelope.rcpt_tos)
        except OSError:
            return "451 The mailbox could not write the mail"
        return "250 Kept"


class MailServer:
    """aiosmtpd on loopback. `port` may be 0 and is the real one after `start`; `stop` closes every connection.

    aiosmtpd's own controller opens an event loop for each connection and never closes it.
    """

    def __init__(self, handler, port: int):
        self.handler = handler
        self.port = port
        self._protocols: weakref.WeakSet[SMTP] = weakref.WeakSet()

    def start(self) -> None:
        """Returns once the port is open; raises OSError when it cannot be."""
        self._opened = threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp", daemon=True)
        self._thread.start()
        self._opened.wait()
        if self._error:
            self._thread.join()
            raise self._error

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await self._loop.create_server(self._protocol, HOST, self.port)
            self.port = server.sockets[0].getsockname()[1]
        except OSError as error:
            self._error = error
            return
        finally:
            self._opened.set()
        await self._ended.wait()
        server.close()
        self._close_connections()
        await server.wait_closed()
        await asyncio.sleep(0)  # lets the closed connections say goodbye to their protocols

    def _protocol(self) -> SMTP:
        protocol = SMTP(
            self.handler, hostname="localhost", ident="Tieout mailbox", enable_SMTPUTF8=True, loop=self._loop
        )
        self._protocols.add(protocol)
        return protocol

    def _close_connections(self) -> None:
        for protocol in list(self._protocols):
            if protocol.transport:
                protocol.transport.abort()
