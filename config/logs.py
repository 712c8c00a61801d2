"""How Tieout logs: one JSON object a line, with the trace of what is being done and without secrets.

Everybody logs by the standard library; structlog writes the lines. This file needs no settings, so that gunicorn,
which starts before Django, logs alike.
"""

import re

import structlog

from notifications import trace

HIDDEN = "[secret]"
# Whatever the deployment's own secrets are and the ERP's in use, these are never for a log.
TELLING = (
    r"(?:pass(?:word|wd)?|secret|token|api[_-]?key|authorization|cookie|credentials?|csrfmiddlewaretoken|sessionid)"
)
WRITTEN_OUT = [
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=:-]{4,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(\w://[^\s:/@]*):[^\s@/]+@"), rf"\1:{HIDDEN}@"),
    (re.compile(rf"""(?i)(\b[\w-]*{TELLING}["']?\s*[:=]\s*["']?)(?!\[secret\])[^\s"',;&}}]+"""), rf"\1{HIDDEN}"),
]
OF_SECRET = re.compile(rf"(?i){TELLING}$")


def logging_settings(level="INFO", *, as_json=True, secrets=()):
    """What logging.config.dictConfig takes."""
    redact = Redaction(secrets)
    render = structlog.processors.JSONRenderer() if as_json else as_text
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            render,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"axes": {"level": "WARNING"}, "celery.task": {"handlers": ["console"], "propagate": False}},
    }


def as_text(logger, name, line):
    """A line for a developer's terminal."""
    told = " ".join(f"{key}={line[key]}" for key in ("trace", "run", "job", "claim") if line.get(key))
    said = f"{line['timestamp']} {line['level']} {line['logger']} {line['event']} {told}".rstrip()
    return "\n".join([said, line["exception"]]) if line.get("exception") else said


class Redaction:
    """Takes out the deployment's secrets, those in use, and what looks like one."""

    def __init__(self, secrets=()):
        self.secrets = {secret for secret in secrets if len(secret) > 3}

    def __call__(self, logger, name, line):
        hidden = sorted(self.secrets | trace.hidden(), key=len, reverse=True)
        return {key: HIDDEN if OF_SECRET.search(key) else _without(hidden, value) for key, value in line.items()}


def _without(hidden, value):
    if not isinstance(value, str):
        return value
    for secret in hidden:
        value = value.replace(secret, HIDDEN)
    for pattern, instead in WRITTEN_OUT:
        value = pattern.sub(instead, value)
    return value
