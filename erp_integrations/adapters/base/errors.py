"""How an adapter says that an ERP call did not simply succeed. Each class tells the engine what is now certain."""

from .outcomes import Problem, Snapshot

LONGEST_TECHNICAL_TEXT = 2_000
LONGEST_RETRY_AFTER_S = 3_600.0


class ErpError(Exception):
    """Any known answer other than success.

    `code` belongs to the error catalogue, `technical` is text for support (cut, untrusted, to be escaped),
    `http_status` is None when no answer came.
    """

    code = "UNKNOWN"

    def __init__(self, technical: str = "", *, code: str = "", http_status: int | None = None):
        super().__init__(technical)
        self.code = code or type(self).code
        self.technical = technical[:LONGEST_TECHNICAL_TEXT]
        self.http_status = http_status


class NotSent(ErpError):
    """Nothing reached the ERP: no name, no connection, no handshake. Trying again is harmless."""

    code = "UNREACHABLE"


class Throttled(ErpError):
    """The ERP asks to come back later. `retry_after` is seconds, at most an hour, None when it did not say."""

    code = "RATE_LIMIT"

    def __init__(self, technical: str = "", *, retry_after: float | None = None, **evidence):
        super().__init__(technical, **evidence)
        self.retry_after = None if retry_after is None else min(max(retry_after, 0.0), LONGEST_RETRY_AFTER_S)


class AuthFailed(ErpError):
    """The ERP does not accept our sign-in: the connection must wait for a person, not the invoice."""

    code = "AUTH_EXPIRED"


class Refused(ErpError):
    """The ERP looked at the request, said no and stored nothing."""

    def __init__(self, problems: tuple[Problem, ...] = (), technical: str = "", **evidence):
        evidence.setdefault("code", problems[0].code if problems else "")
        super().__init__(technical or (problems[0].message if problems else ""), **evidence)
        self.problems = problems or (Problem(code=self.code, message=self.technical),)


class Duplicate(ErpError):
    """The ERP says that it has this already: `existing` are the documents it named, () when it named none."""

    code = "DUPLICATE_NUMBER"

    def __init__(self, existing: tuple[Snapshot, ...] = (), technical: str = "", **evidence):
        super().__init__(technical, **evidence)
        self.existing = existing


class Unknown(ErpError):
    """The request may have arrived and no trustworthy answer came: look up before anything is sent again."""

    code = "TIMEOUT"


class PartlyDone(ErpError):
    """A document exists, and `step` of its making failed; `finish(erp_id, step)` goes on from there.

    `cause` is the error of that step, so that the engine knows when trying again can help.
    """

    code = "NOT_POSTED"

    def __init__(self, document: Snapshot, step: str, cause: ErpError | None = None):
        technical = cause.technical if cause else ""
        super().__init__(technical, code=cause.code if cause else "", http_status=cause.http_status if cause else None)
        self.document = document
        self.erp_id = document.erp_id
        self.step = step
        self.cause = cause


class Unsupported(ErpError):
    """This adapter does not offer the optional method that was called."""

    code = "NOT_SUPPORTED"
