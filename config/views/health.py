"""Answers for machines that watch over Tieout: no sign-in, nothing kept, nothing told that is anybody's business."""

import ipaddress
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from config import health, metrics


@require_safe
@never_cache
@login_not_required
def live(request):
    """The process answers; whatever else is wrong, starting it again would not help."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
@login_not_required
def ready(request):
    """503 while invoices would not be exported; "degraded" is 200, for people can work and every export arrives."""
    parts = health.parts()
    status = health.verdict(parts)
    return JsonResponse({"status": status, "parts": parts}, status=503 if status == health.NOT_READY else 200)


@require_safe
@never_cache
@login_not_required
def scrape(request):
    """Figures for Prometheus; see config/metrics.py."""
    if not _may_scrape(request):
        return HttpResponseForbidden("Ask with the token of METRICS_TOKEN, or from this machine when none is set.")
    return HttpResponse(generate_latest(metrics.registry()), content_type=CONTENT_TYPE_LATEST)


def _may_scrape(request):
    if settings.METRICS_TOKEN:
        told = request.headers.get("Authorization", "")
        return compare_digest(told.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    return _is_from_this_machine(request)


def _is_from_this_machine(request):
    """Not so when a proxy on this machine hands on what others ask."""
    if settings.BEHIND_PROXY or {"X-Forwarded-For", "Forwarded"} & request.headers.keys():
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
