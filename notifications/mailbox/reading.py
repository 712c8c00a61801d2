"""A mail's bytes as what a page shows of it. Anything may arrive; nothing raises."""

import email
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """Headers as text, the two bodies (None when there is none), the recipients of the envelope."""

    sender: str
    to: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]
    source: bytes


def read(content: bytes) -> Mail:
    message = email.message_from_bytes(content, policy=default)
    return Mail(
        sender=_header(message, "From"),
        to=_header(message, "To"),
        recipients=tuple(_headers(message, "Delivered-To")),
        subject=_header(message, "Subject"),
        message_id=_header(message, "Message-ID"),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachments(message)),
        source=content,
    )


def _header(message: EmailMessage, name: str) -> str:
    return ", ".join(_headers(message, name))


def _headers(message: EmailMessage, name: str) -> list[str]:
    try:
        return [_clean(str(value)) for value in message.get_all(name, [])]
    except Exception:  # the standard library's header parser raises many things on malformed headers
        raw = (value for key, value in message.raw_items() if key.casefold() == name.casefold())
        return [_clean(str(value)) for value in raw]


def _body(message: EmailMessage, kind: str) -> str | None:
    try:
        part = message.get_body((kind,))
    except Exception:
        part = None
    return None if part is None else _text(part)


def _text(part: EmailMessage) -> str:
    content = _bytes(part)
    try:
        return _clean(content.decode(part.get_content_charset() or "utf-8", "replace"))
    except (LookupError, ValueError):
        return _clean(content.decode("utf-8", "replace"))


def _bytes(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:
        content = None
    return content if isinstance(content, bytes) else b""


def _attachments(message: EmailMessage):
    try:
        parts = list(message.iter_attachments())
    except Exception:
        parts = []
    for number, part in enumerate(parts, 1):
        try:
            name = part.get_filename()
        except Exception:
            name = None
        yield Attachment(_clean(name or "") or f"attachment-{number}", _bytes(part))


def _clean(text: str) -> str:
    """Without what no page can be encoded with."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
