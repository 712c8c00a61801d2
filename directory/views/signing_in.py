"""Sign in, sign out, and the form that was sent after a session had ended."""

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from directory.forms.signing_in import SignInForm
from directory.web import unsent
from directory.web.sign_in_door import typed_email, wanted_page

TOO_MANY_TRIES = "Too many tries with this email from here. Wait ten minutes, or ask a Directory Admin for help."


@login_not_required
@never_cache
@sensitive_post_parameters("password", "unsent")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request):
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(wanted_page(request) or "start")
        return sign_in_page(request, SignInForm(request))
    form = SignInForm(request, request.POST)
    if not form.is_valid():
        return sign_in_page(request, form)
    login(request, form.get_user())
    return go_on(request)


@require_POST
def sign_out(request):
    logout(request)
    return redirect("signin")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsent_form(request):
    """Show what was typed before the session ended; on POST hand it on, as it is, to where it was going."""
    kept = unsent.kept(request.session)
    if kept is None:
        return redirect("start")
    if request.method == "POST":
        unsent.forget(request.session)
        return redirect(kept.path, preserve_request=True)
    return render(request, "directory/unsent.html", {"unsent": kept, "shown": _readable(kept.fields)})


def go_on(request):
    """After signing in: to what was typed and not sent, else to the page that was wanted, else to the start."""
    waiting = unsent.unpack(request.POST.get("unsent", ""))
    if waiting is None or waiting.person not in (None, request.user.pk):
        return redirect(wanted_page(request) or "start")
    unsent.keep(request.session, waiting)
    return redirect("unsent")


def session_ended(request):
    """Answer a POST without a session: the sign-in page, which carries along what was typed."""
    response = sign_in_page(
        request,
        SignInForm(request),
        next=unsent.page_of(request),
        unsent=unsent.pack(request),
        ended=True,
        status=200 if request.htmx else 403,
    )
    return reswap(retarget(response, "body"), "innerHTML") if request.htmx else response


def page_in_the_way(request):
    """Answer an htmx request for a fragment without a session: the whole window goes to the sign-in page."""
    return HttpResponseClientRedirect(reverse("signin", query={"next": request.htmx.current_url_abs_path or "/"}))


def too_many_tries(request, original_response=None, credentials=None):
    """The sign-in page once django-axes has locked this email out at this address."""
    form = SignInForm(request, initial={"username": typed_email(request, credentials)})
    return sign_in_page(request, form, status=429, trouble=TOO_MANY_TRIES)


def sign_in_page(request, form, *, status=200, ended=False, trouble="", **carried):
    carried = {"next": wanted_page(request), "unsent": request.POST.get("unsent", "")} | carried
    carried = {name: value for name, value in carried.items() if value}
    values = {"form": form, "carried": carried, "ended": ended, "trouble": trouble}
    return render(request, "directory/sign_in.html", values, status=status)


def _readable(fields):
    """Pairs of words and text worth showing; version numbers and the like mean nothing to people."""
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value)
        for name, value in fields
        if value and name not in ("version", "seen", "next", "kept")
    ]
