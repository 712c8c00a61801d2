"""One HTTP request and one answer, apart from the sockets they travel on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from .documents import Refusal

WHOLE, DRIP, DROP, HANG = "whole", "drip", "drop", "hang"


@dataclass(frozen=True)
class Request:
    """`headers` look names up without regard to case; `query` keeps the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    client: tuple[str, int]

    def header(self, name: str, longest: int = 200) -> str:
        return (self.headers.get(name) or "")[:longest]

    def json(self) -> object:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Refusal("body_invalid", "The body is not JSON.", status=400) from None

    def form(self) -> dict[str, str]:
        try:
            fields = parse_qs(self.body.decode(), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            raise Refusal("body_invalid", "The form could not be read.", status=400) from None
        return {name: values[-1] for name, values in fields.items()}


@dataclass(frozen=True)
class Answer:
    """`delivery` says how it reaches the caller: WHOLE, DRIP (over `delay_s`), DROP or HANG (then drop)."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: str = WHOLE
    delay_s: float = 0.0


def json_answer(value: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-").title(): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode() + b"\n", headers=named)


def error_answer(status: int, code: str, message: str, **headers: str) -> Answer:
    return json_answer({"error": {"code": code, "message": message, "field": ""}}, status, **headers)


def refusal_answer(refusal: Refusal) -> Answer:
    return json_answer({"error": refusal.as_json}, refusal.status)


def see_other(location: str) -> Answer:
    return Answer(303, content_type="text/plain", headers={"Location": location})
