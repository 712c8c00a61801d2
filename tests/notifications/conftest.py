"""A real SMTP server in this process, that can be told how to behave, and the product's SMTP backend pointed at it."""

import email
import threading
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP

from config.laptop.ports import any_free_port
from notifications import doorbell
from notifications.mailbox.smtp import MailServer


class Post:
    """A mail server: takes mails into `.mails`, or answers what a test says; `.stop()` and `.start()` take it away."""

    def __init__(self):
        self.port = any_free_port()
        self.mails = []
        self.recipients = []
        self.answers = {}  # "rcpt", "data" or "quit" -> what the server says instead of the usual
        self.hold = None  # an Event that a mail's end waits for
        self.busy = threading.Event()
        self.server = None

    def start(self):
        self.server = MailServer(self, self.port)
        self.server.start()

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None

    async def handle_RCPT(self, server: SMTP, session, envelope, address, options):
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope):
        self.busy.set()
        if self.hold:
            await server.loop.run_in_executor(None, self.hold.wait, 30)
        if "data" in self.answers:
            return self.answers["data"]
        self.recipients.append(envelope.rcpt_tos)
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session, envelope):
        return self.answers.get("quit", "221 Bye")


@pytest.fixture
def post(settings):
    post = Post()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
    post.start()
    yield post
    if post.hold:
        post.hold.set()
    post.stop()


@pytest.fixture(autouse=True)
def _listening():
    """One test's broken broker is not the next one's."""
    doorbell.listen_again()
    yield
    doorbell.listen_again()
