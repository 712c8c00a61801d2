"""The trace of a request, times in the zone of the company whose page is open, and the way to the sign-in page."""

import logging
import time

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.utils import timezone

from directory.views.signing_in import page_in_the_way, session_ended
from directory.web.unsent import remember_person
from notifications import trace

log = logging.getLogger("tieout.requests")
# Asked again and again by machines.
QUIET = ("/healthz/", "/metrics", "/static/")


class TraceMiddleware:
    """Begin a trace with each request, tell it to the browser, and log one line: no query, no form, no person."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        trace.begin()
        began = time.monotonic()
        response = self.get_response(request)
        response.headers["X-Request-Id"] = trace.current()
        if not request.path.startswith(QUIET):
            spent = round((time.monotonic() - began) * 1000)
            log.info("%s %s: %s in %s ms", request.method, request.path, response.status_code, spent)
        return response


class PersonTimeZoneMiddleware:
    """Reset the zone after each request; `directory.web.access.company_or_404` activates the company's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in unless it says otherwise; what was typed when the session ended is not lost."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        request.is_let_in = answer is None and getattr(view_func, "login_required", True)
        return answer

    def process_response(self, request, response):
        if getattr(request, "is_let_in", False):
            remember_person(request, response)
        return response

    def handle_no_permission(self, request, view_func):
        if request.method == "POST":
            return session_ended(request)
        if request.htmx:
            return page_in_the_way(request)
        return super().handle_no_permission(request, view_func)
