from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from directory.models import Company, Membership
from directory.terminology import spoken, terms_of
from directory.web.sign_in_door import wanted_page

NOT_FOR_YOU = "Administration is for Directory Admins. Ask one of your company to change what people may do."


class TieoutAdminSite(AdminSite):
    """Django admin for superusers and company admins; each page narrows its rows to the person's own companies."""

    site_header = "Tieout administration"
    site_title = "Tieout"
    index_title = "Who may do what"
    enable_nav_sidebar = False

    def has_permission(self, request):
        return request.user.is_active and request.user.is_staff

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """One door for everybody: the sign-in page; whoever is inside and comes here may not go on."""
        wanted = wanted_page(request) or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted, reverse("signin"))
        if not self.has_permission(request):
            raise PermissionDenied(NOT_FOR_YOU)
        return redirect(wanted)

    def get_app_list(self, request, app_label=None):
        """The models, called what the person's dictionary calls them."""
        apps = super().get_app_list(request, app_label)
        terms = terms_for(request)
        for model in (model for app in apps for model in app["models"]):
            term = getattr(self._registry[model["model"]], "term", "")
            if term:
                model["name"] = getattr(terms, term).plural
        return apps


def administered(request):
    """The companies whose rows this person may see here: all for a superuser, else those they are admin of."""
    if request.user.is_superuser:
        return Company.objects.all()
    admin_of = Membership.objects.company_admins().filter(user=request.user)
    return Company.objects.filter(pk__in=admin_of.values("company"))


def terms_for(request):
    """The words of the person's dictionary, else of the first company they administer; a superuser's or the default."""
    first = None if request.user.is_superuser else administered(request).first()
    return terms_of(spoken(request.user.dictionary, first.dictionary if first else ""))
