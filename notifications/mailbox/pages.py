"""The pages as HTML; every value is escaped here."""

import re
from html import escape
from urllib.parse import urlencode

from .store import Kept

FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><a class="brand" href="/">Mailbox</a><span>Every mail of this demo ends here</span></header>
<main id="main" tabindex="-1">
{main}
</main>
</body>
</html>
"""
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


def frame(title: str, main: str) -> str:
    """`main` is HTML with everything escaped already."""
    return FRAME.format(title=escape(title), main=main)


def problem(sentence: str) -> str:
    main = f'<h1>Not possible</h1>\n<p class="card">{escape(sentence)}</p>\n<p><a href="/">All mails</a></p>'
    return frame("Not possible · Mailbox", main)


def mail_list(shown: list[Kept], to: str, recipients: list[str], total: int, page: int, last: int) -> str:
    heading = f"Mails to {to}" if to else "Mails"
    parts = ['<div class="head">', f"<h1>{escape(heading)}</h1>", _empty_button(total, to), "</div>"]
    if recipients:
        parts.append(_filter(to, recipients))
    parts.append(_table(shown, total) if shown else _nothing(to))
    parts.append(_pages(to, page, last))
    return frame(f"{heading} · Mailbox", "\n".join(parts))


def mail(kept: Kept) -> str:
    shown = kept.mail
    parts = [
        '<p><a href="/">All mails</a></p>',
        f"<h1>{_subject(shown.subject)}</h1>",
        _headers(kept),
        _attachments(kept),
        _html(kept),
        '<h2 id="text">Text</h2>',
        f'<div class="card text">{_linked(shown.text)}</div>' if shown.text else "<p>This mail has no text part.</p>",
        f'<p><a href="/messages/{kept.id}/source">Source of the mail</a></p>',
    ]
    return frame(f"{shown.subject or '(no subject)'} · Mailbox", "\n".join(filter(None, parts)))


def _filter(to: str, recipients: list[str]) -> str:
    chosen = ['<option value="">Everyone</option>']
    for recipient in sorted({*recipients, to} - {""}):
        mark = " selected" if recipient.casefold() == to.casefold() else ""
        chosen.append(f'<option value="{escape(recipient)}"{mark}>{escape(recipient)}</option>')
    return (
        '<form class="filter" action="/" method="get"><label for="to">Mails to</label>'
        f'<select id="to" name="to">{"".join(chosen)}</select><button>Show</button></form>'
    )


def _empty_button(total: int, to: str) -> str:
    if not total or to:
        return ""
    return '<form action="/empty" method="post"><button>Empty the mailbox</button></form>'


def _nothing(to: str) -> str:
    if to:
        return f'<p class="card empty">No mail for {escape(to)} has arrived. <a href="/">Show all mails</a></p>'
    return '<p class="card empty">No mail has arrived. Reject an invoice in Tieout, and its creator gets one.</p>'


def _table(shown: list[Kept], total: int) -> str:
    rows = "\n".join(map(_row, shown))
    return f"""<table>
<caption>{total:,} {"mail" if total == 1 else "mails"}, newest first</caption>
<thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">From</th>
<th scope="col">Arrived</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def _row(kept: Kept) -> str:
    to = kept.mail.to or ", ".join(kept.mail.recipients)
    return (
        f'<tr><th scope="row"><a href="/messages/{kept.id}">{_subject(kept.mail.subject)}</a></th>'
        f"<td>{_words(to)}</td><td>{_words(kept.mail.sender)}</td><td>{_moment(kept)}</td></tr>"
    )


def _pages(to: str, page: int, last: int) -> str:
    steps = [("Newer mails", page - 1), ("Older mails", page + 1)]
    links = [
        f'<a href="/?{escape(urlencode({"to": to, "page": number} if to else {"page": number}))}">{words}</a>'
        for words, number in steps
        if 1 <= number <= last
    ]
    return f'<nav aria-label="Pages">{"".join(links)}<span>Page {page} of {last}</span></nav>' if links else ""


def _headers(kept: Kept) -> str:
    shown = kept.mail
    facts = [
        ("From", _words(shown.sender)),
        ("To", _words(shown.to or ", ".join(shown.recipients))),
        ("Arrived", _moment(kept)),
    ]
    return f'<dl class="card">{"".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)}</dl>'


def _attachments(kept: Kept) -> str:
    items = [
        f'<li><a href="/messages/{kept.id}/attachments/{number}">{escape(each.name)}</a>'
        f" ({len(each.content):,} bytes)</li>"
        for number, each in enumerate(kept.mail.attachments, 1)
    ]
    return f"<h2>Attachments</h2>\n<ul>{''.join(items)}</ul>" if items else ""


def _html(kept: Kept) -> str:
    if not kept.mail.html:
        return ""
    return (
        "<h2>HTML</h2>\n"
        f'<iframe title="HTML part of the mail" src="/messages/{kept.id}/html"'
        ' sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


def _linked(text: str) -> str:
    """Text with its web addresses as links."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = escape(found.group())
        parts += [escape(text[end : found.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _subject(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>" if text.strip() else "(no subject)"


def _words(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>" if text.strip() else "(none)"


def _moment(kept: Kept) -> str:
    at = kept.arrived
    return f'<time datetime="{at.isoformat()}">{at:%b} {at.day}, {at:%H:%M:%S} UTC</time>'
