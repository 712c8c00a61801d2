"""What every page shares: the frame, the style sheet, and how figures and moments are written."""

from datetime import datetime
from decimal import Decimal
from html import escape
from pathlib import Path

from ..documents import Refusal
from ..erp import Erp
from ..messages import Answer, Request

STYLE = (Path(__file__).parent / "style.css").read_bytes()
FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Demo ERP</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><a class="brand" href="/">Demo ERP</a><span>A pretend accounting system for trying Tieout</span></header>
<main id="main">
{main}
</main>
</body>
</html>
"""


def page(title: str, main: str, status: int = 200) -> Answer:
    """`main` is HTML with everything escaped already."""
    body = FRAME.format(title=escape(title), main=main)
    return Answer(status, body.encode(errors="replace"), "text/html")


def refusal_page(refusal: Refusal) -> Answer:
    message = escape(refusal.as_json["message"])
    return page(
        "Not possible", f'<h1>Not possible</h1>\n<p>{message}</p>\n<p><a href="/">All documents</a></p>', refusal.status
    )


def style(erp: Erp, request: Request) -> Answer:
    return Answer(200, STYLE, "text/css")


def no_icon(erp: Erp, request: Request) -> Answer:
    return Answer(204, content_type="image/x-icon")


def figure(amount: str | Decimal) -> str:
    """1234567.5 -> 1,234,567.50, with a true minus sign."""
    return f"{Decimal(amount):,.2f}".replace("-", "−")


def day(date: str) -> str:
    moment = datetime.fromisoformat(date)
    return f"{moment:%b} {moment.day}, {moment.year}"


def moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f'<time datetime="{escape(text)}">{day(text[:10])}, {at:%H:%M:%S} UTC</time>'
