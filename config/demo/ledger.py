"""The demo ERP's own books, filled through its control interface."""

import json

import requests
from django.conf import settings

TIMEOUT = 30


def address():
    return settings.DEMO_ERP_URL.rstrip("/")


def empty():
    """Start with empty books: a seeding that was cut short may have left some."""
    _send("DELETE", "/ledger")


def write(settled, jobs):
    """Put the documents of succeeded jobs into the books; answers the ledger's entries, in the same order."""
    return _send("POST", "/ledger", [_body(settled, job) for job in jobs])


def write_by_hand(settled, job):
    """A document that somebody typed into the ERP under the job's number: its create meets a duplicate."""
    body = json.loads(job.payload["body"])
    _send("POST", "/ledger", [body | {"company": settled.company.slug, "reference": f"{job.reference}-HAND"}])


def close_period(day):
    _send("PUT", f"/periods/{day:%Y-%m}", {"open": False})


def _body(settled, job):
    return json.loads(job.payload["body"]) | {
        "company": settled.company.slug,
        "key": str(job.idempotency_key),
        "received_at": job.finished_at.isoformat(),
    }


def _send(method, path, body=None):
    with requests.Session() as session:
        session.trust_env = False  # loopback, and never through a proxy of the environment's
        answer = session.request(method, f"{address()}{path}", json=body, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()
