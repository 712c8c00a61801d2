"""The HTTP side: which page stands at which address, and who may empty the mailbox."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from . import pages
from .store import Kept, Store

LARGEST_BODY = 10_000
PER_PAGE = 50
STYLE = (Path(__file__).parent / "style.css").read_bytes()
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail's own HTML: no script, no request, no form; its links open a tab of their own.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
FILE_POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    policy: str = PAGE_POLICY
    headers: dict[str, str] = field(default_factory=dict)


class Problem(Exception):
    """A request that gets a page saying why not."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


def page(html: str, status: int = 200) -> Answer:
    return Answer(html.encode("utf-8", "replace"), status=status)


def show_list(store: Store, query: dict[str, str]) -> Answer:
    to = query.get("to", "")
    found, everything = store.mails(to), store.mails()
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(_number(query.get("page", ""), 1), last)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    recipients = sorted({recipient for kept in everything for recipient in kept.mail.recipients})
    return page(pages.mail_list(shown, to, recipients, len(found), number, last))


def show_json(store: Store, query: dict[str, str]) -> Answer:
    """The mails as data, newest first; `?to=` as on the page, `?limit=` cuts the list."""
    found = store.mails(query.get("to", ""))[: _number(query.get("limit", ""), 1_000)]
    return Answer(json.dumps([_as_json(kept) for kept in found]).encode(), "application/json")


def show_mail(store: Store, query: dict[str, str], id: str) -> Answer:
    return page(pages.mail(_mail(store, id)))


def show_html(store: Store, query: dict[str, str], id: str) -> Answer:
    html = _mail(store, id).mail.html
    if html is None:
        raise Problem(404, "This mail has no HTML part.")
    # Outside a form or script nothing else may be changed: a link must leave the frame to be of use.
    html, found = re.subn(r"(<head(?:\s[^>]*)?>)", r'\1<base target="_blank">', html, count=1, flags=re.IGNORECASE)
    if not found:
        html = f'<!doctype html><base target="_blank">{html}'
    return Answer(html.encode("utf-8", "replace"), policy=MAIL_POLICY)


def show_source(store: Store, query: dict[str, str], id: str) -> Answer:
    return Answer(_mail(store, id).mail.source, "text/plain; charset=utf-8", policy=FILE_POLICY)


def show_attachment(store: Store, query: dict[str, str], id: str, number: str) -> Answer:
    attachments = _mail(store, id).mail.attachments
    if not 1 <= int(number) <= len(attachments):
        raise Problem(404, "This mail has no such attachment.")
    attachment = attachments[int(number) - 1]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name, safe='')}"}
    return Answer(attachment.content, "application/octet-stream", policy=FILE_POLICY, headers=headers)


def show_style(store: Store, query: dict[str, str]) -> Answer:
    return Answer(STYLE, "text/css; charset=utf-8")


def show_no_icon(store: Store, query: dict[str, str]) -> Answer:
    return Answer(status=204, content_type="image/x-icon")


def empty(store: Store, query: dict[str, str]) -> Answer:
    store.empty()
    return Answer(status=303, headers={"Location": "/"})


ID = "/messages/([0-9a-f]{16})"
ROUTES = [
    (method, re.compile(f"{path}\\Z"), function)
    for method, path, function in [
        ("GET", "/", show_list),
        ("GET", "/messages.json", show_json),
        ("GET", ID, show_mail),
        ("GET", f"{ID}/html", show_html),
        ("GET", f"{ID}/source", show_source),
        ("GET", f"{ID}/attachments/([0-9]{{1,4}})", show_attachment),
        ("GET", "/style.css", show_style),
        ("GET", "/favicon.ico", show_no_icon),
        ("POST", "/empty", empty),
    ]
]


def answer(store: Store, method: str, address: str) -> Answer:
    try:
        url = urlsplit(address)
        query = dict(parse_qsl(url.query, max_num_fields=20))
    except ValueError:
        raise Problem(400, "The address could not be read.") from None
    verbs = set()
    for verb, path, function in ROUTES:
        if match := path.match(url.path):
            verbs.add(verb)
            if verb == ("GET" if method == "HEAD" else method):
                return function(store, query, *match.groups())
    raise Problem(405, f"This address takes {verbs.pop()} only.") if verbs else Problem(404, "There is no such page.")


def _mail(store: Store, id: str) -> Kept:
    if kept := store.get(id):
        return kept
    raise Problem(404, "This mail is not in the mailbox. Perhaps somebody emptied it.")


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,5}", text) else otherwise


def _as_json(kept: Kept) -> dict:
    mail = kept.mail
    return {
        "id": kept.id,
        "arrived": kept.arrived.isoformat(),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "message_id": mail.message_id,
        "text": mail.text,
        "html": mail.html,
        "attachments": [attachment.name for attachment in mail.attachments],
    }
