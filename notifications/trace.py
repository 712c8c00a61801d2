"""The one id that runs from a click to the call of an ERP, and stands in every log line on the way.

A request begins it (config/middleware.py), a job keeps it (`ExportJob.trace`), whoever works on the job takes it up
again and sends it to the ERP. Beside it goes what must not be logged: the secrets in use.
"""

import uuid
from contextvars import ContextVar

from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars

_hidden: ContextVar[frozenset] = ContextVar("hidden", default=frozenset())


def begin(trace="", **told):
    """Start afresh, with a new id unless one is brought along."""
    clear_contextvars()
    _hidden.set(frozenset())
    bind_contextvars(trace=trace or uuid.uuid4().hex[:16], **told)


def current():
    """The id of what is being done; "" where nothing has begun, as in a shell."""
    return get_contextvars().get("trace", "")


def during(**told):
    """A block whose log lines say these as well."""
    return bound_contextvars(**told)


def hide(secrets):
    """Keep these values out of every log line until something else begins."""
    _hidden.set(_hidden.get() | {secret for secret in secrets if isinstance(secret, str) and len(secret) > 3})


def hidden():
    return _hidden.get()
