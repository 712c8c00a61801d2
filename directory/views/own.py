"""Where a person lands after signing in, and their own settings."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from directory import actions
from directory.forms.own import SettingsForm
from directory.models import Company, User


@require_safe
def start(request):
    """The home of one's only company; else the list of them. A superuser without a company has Django admin."""
    companies = list(Company.objects.visible_to(request.user))
    if len(companies) == 1:
        return redirect("home", companies[0].slug)
    if not companies and request.user.is_superuser:
        return redirect("admin:index")
    return render(request, "directory/start.html", {"companies": companies})


@require_http_methods(["GET", "HEAD", "POST"])
def my_settings(request):
    form = SettingsForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return render(request, "directory/my_settings.html", {"form": form}, status=422 if form.is_bound else 200)
    actions.change_settings(request.user.pk, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("my_settings")
