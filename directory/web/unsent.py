"""A form that was sent after the session had ended: what was typed is kept, and sent when the person says so.

It travels in the sign-in page as one signed field, so that nothing is stored for people who are not signed in. Once
they are, it waits in their session until they look at it and send it.
"""

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing

from directory.web.sign_in_door import safe_page

SALT = "tieout.unsent"
LIMIT = 200_000  # characters over all fields; more than the largest form, less than an upload
MAX_AGE = 12 * 60 * 60
SESSION_KEY = "unsent"
PERSON = "person"  # a signed cookie
REMEMBERED = 30 * 24 * 60 * 60
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "secret", "token", "credential")


@dataclass(frozen=True)
class Unsent:
    """`path` is where the form goes, `page` where it stood; `fields` are its pairs of name and value, in order.

    `person` is the id of whoever was signed in on that browser last, None when it did not say.
    """

    path: str
    page: str
    fields: list
    person: int | None = None

    @property
    def is_offered(self):
        """Whether the page itself offers it again, out of what the browser kept (static/js/keep.js)."""
        return any(name == "kept" and value for name, value in self.fields)


def pack(request):
    """The posted form as a signed text for a hidden field; "" when there is nothing to keep, or too much."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name.lower() for word in NEVER_KEPT)
    ]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LIMIT:
        return ""
    unsent = Unsent(request.get_full_path(), page_of(request), fields, person_of(request))
    return signing.dumps(asdict(unsent), salt=SALT, compress=True)


def remember_person(request, response):
    """Let the browser remember who is signed in, beyond the session: nobody else is shown what they typed."""
    if request.user.is_authenticated and person_of(request) != request.user.pk:
        secure = settings.SESSION_COOKIE_SECURE
        told = {"max_age": REMEMBERED, "httponly": True, "samesite": "Lax", "secure": secure}
        response.set_signed_cookie(PERSON, request.user.pk, salt=SALT, **told)


def person_of(request):
    """The id of whoever was signed in on this browser last, or None."""
    told = request.get_signed_cookie(PERSON, default="", salt=SALT, max_age=REMEMBERED)
    return int(told) if told else None


def page_of(request):
    """The path of the page the form stood on, by the browser's word; "" when it gives none of ours."""
    referrer = safe_page(request, request.META.get("HTTP_REFERER", ""))
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def unpack(text):
    """What `pack` kept, or None when the text is not ours or older than a day's work."""
    try:
        return Unsent(**signing.loads(text, salt=SALT, max_age=MAX_AGE))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def keep(session, unsent):
    session[SESSION_KEY] = asdict(unsent)


def kept(session):
    found = session.get(SESSION_KEY)
    return Unsent(**found) if found else None


def forget(session):
    session.pop(SESSION_KEY, None)
