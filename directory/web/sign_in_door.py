"""Who is knocking, from where, and where they want to go."""

from ipaddress import ip_address

from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_EMAIL = 254


def typed_email(request, credentials=None):
    """The address a try counts for, whatever its case; for django-axes."""
    typed = (credentials or request.POST).get("username") or ""
    return typed.replace("\0", "").strip().lower()[:LONGEST_EMAIL]


def client_address(request):
    """The IP address a try counts for: behind a proxy the last one it added, which nobody else can write."""
    last = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip() if settings.BEHIND_PROXY else ""
    try:
        return str(ip_address(last or request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def safe_page(request, url):
    """The URL if it is a page of this Tieout, else ""; a bare path is what callers should redirect to."""
    local = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if url and local else ""


def wanted_page(request):
    """Where the person was going when the sign-in page came up; "" when they were not."""
    return safe_page(request, request.POST.get("next") or request.GET.get("next") or "")
