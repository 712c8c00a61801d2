"""An ERP's answer, and what each status means for the question that matters: may it have been booked?"""

import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ..base import AuthFailed, Duplicate, ErpError, Problem, Refused, Throttled, Unknown

LONGEST_EXCERPT = 2_000


@dataclass(frozen=True)
class Reply:
    """`body` is decompressed; `excerpt` is its beginning as text for support, our own secrets taken out."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    excerpt: str = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> object:
        """The body as JSON with Decimal figures. Raises Unknown, for a body that cannot be read proves nothing."""
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError):
            raise self.unreadable("The answer is not JSON.") from None

    def unreadable(self, why: str) -> Unknown:
        return Unknown(f"{why} {self.excerpt}", code="UNREADABLE", http_status=self.status)

    def check(self) -> None:
        """Raise what the status means, unless it is a success. Adapters look into bodies they know first."""
        if not self.is_success:
            raise self.error()

    def error(self) -> ErpError:
        told = {"technical": f"HTTP {self.status} {self.excerpt}", "http_status": self.status}
        if self.status in (401, 403):
            return AuthFailed(**told)
        if self.status in (429, 503):
            return Throttled(retry_after=retry_after_of(self.headers.get("Retry-After", "")), **told)
        if self.status == 409:
            return Duplicate(**told)
        if 300 <= self.status < 400:
            return Refused(code="REDIRECTED", **told)
        if self.status == 408 or self.status >= 500 or self.status < 200:
            return Unknown(code="ERP_FAULT", **told)
        return Refused((Problem("UNKNOWN", message=self.excerpt),), **told)


def retry_after_of(text: str) -> float | None:
    """Seconds from now, of a count or an HTTP date; None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError, TypeError):
        return None


def fields_of(value: object) -> Mapping:
    """The value when it is a JSON object, else an empty one: a body of another shape has none of the fields we read."""
    return value if isinstance(value, dict) else {}


def text_of(fields: Mapping, name: str) -> str:
    """A text field, "" when it is missing or of another type."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""
