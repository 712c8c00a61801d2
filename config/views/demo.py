"""Signing in as one of the demo's people by one press; the page does not exist outside the demo."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.demo.people import PEOPLE
from directory.models import User
from directory.views.signing_in import go_on


@login_not_required
@never_cache
@require_POST
def demo_sign_in(request):
    email = request.POST.get("email", "")
    if not settings.DEMO or email not in {person.email for person in PEOPLE}:
        raise Http404
    person = get_object_or_404(User, email=email, is_active=True)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return go_on(request)
