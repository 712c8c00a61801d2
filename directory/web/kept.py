"""What a long form keeps of unsaved work in the browser (static/js/keep.js) ends when the form was saved."""

import re

from django.conf import settings

TOKEN = re.compile(r"[0-9a-f]{32}")
COOKIE = "saved"
SECONDS = 300


def forgotten(request, response):
    """The response to a form that was saved, telling the browser to forget what it kept of it."""
    token = request.POST.get("kept", "")
    if TOKEN.fullmatch(token):
        response.set_cookie(COOKIE, token, max_age=SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
