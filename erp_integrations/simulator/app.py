"""Which function answers which address, and who may ask."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from . import control, erp, pages
from .documents import Refusal
from .erp import Erp
from .messages import Answer, Request, error_answer, refusal_answer

API, CONTROL, PAGE = "api", "control", "page"
ID = "/([A-Za-z0-9-]{1,64})"
CODES = "/(customers|projects|jobs|accounts)"
ROUTES: tuple[tuple[str, str, str, Callable], ...] = (
    (API, "POST", "/invoices", erp.create_invoice),
    (API, "GET", "/invoices", erp.find_invoices),
    (API, "GET", f"/invoices{ID}", erp.read_invoice),
    (API, "DELETE", f"/invoices{ID}", erp.remove_invoice),
    (API, "GET", CODES, erp.list_codes),
    (API, "GET", "/periods", erp.read_periods),
    (API, "GET", f"/periods{ID}", erp.read_period),
    (API, "GET", "/company", erp.read_company),
    (CONTROL, "GET", "/faults", control.read_faults),
    (CONTROL, "PUT", "/faults", control.put_faults),
    (CONTROL, "DELETE", "/faults", control.delete_faults),
    (CONTROL, "GET", "/ledger", control.read_ledger),
    (CONTROL, "POST", "/ledger", control.seed_ledger),
    (CONTROL, "DELETE", "/ledger", control.empty_ledger),
    (CONTROL, "GET", "/requests", control.read_requests),
    (CONTROL, "DELETE", "/requests", control.forget_requests),
    (CONTROL, "POST", CODES, control.add_code),
    (CONTROL, "PUT", f"/periods{ID}", control.put_period),
    (CONTROL, "GET", "/health", control.read_health),
    (PAGE, "GET", "/", pages.show_ledger),
    (PAGE, "GET", f"/documents{ID}", pages.show_document),
    (PAGE, "GET", "/style.css", pages.style),
    (PAGE, "GET", "/favicon.ico", pages.no_icon),
    (PAGE, "POST", "/behaviour", pages.switch_behaviour),
    (PAGE, "POST", "/open-period", pages.open_period),
    (PAGE, "POST", f"/documents{ID}/remove", pages.remove_document),
)
COMPILED = tuple((access, method, re.compile(f"{path}\\Z"), answer) for access, method, path, answer in ROUTES)


def answer(running: Erp, request: Request) -> Answer:
    """Never raises: a wrong address, method or body is told in the answer, in HTML to a page's visitor."""
    try:
        return _route(running, request)
    except Refusal as refusal:
        if "text/html" in request.header("Accept", 1_000):
            return pages.refusal_page(refusal)
        return refusal_answer(refusal)


def _route(running: Erp, request: Request) -> Answer:
    method = "GET" if request.method == "HEAD" else request.method
    allowed = set()
    for access, verb, path, function in COMPILED:
        match = path.match(request.path)
        if match and verb == method:
            return _api(running, request, function, match) if access == API else _own(running, request, function, match)
        if match:
            allowed.add(verb)
    if allowed:
        return error_answer(405, "method_not_allowed", "This address takes another method.", allow=", ".join(allowed))
    raise Refusal("not_found", "There is nothing at this address.", status=404)


def _api(running: Erp, request: Request, function: Callable, match: re.Match) -> Answer:
    try:
        given = erp.guard(running, request) or function(running, request, *match.groups())
    except Refusal as refusal:
        given = refusal_answer(refusal)
    running.record(request, given)
    return given


def _own(running: Erp, request: Request, function: Callable, match: re.Match) -> Answer:
    if request.method not in ("GET", "HEAD"):
        _refuse_other_sites(request)
    return function(running, request, *match.groups())


def _refuse_other_sites(request: Request) -> None:
    """A page of another site must not press our buttons: browsers say on every such post where it comes from."""
    origin = request.header("Origin", 500)
    try:
        same = not origin or urlsplit(origin).netloc == request.header("Host", 500)
    except ValueError:
        same = False
    if not same or request.header("Sec-Fetch-Site") not in ("", "same-origin", "none"):
        raise Refusal("other_site", "This form was sent from another site.", status=403)
