"""Every page, by app. Company pages live under /c/<company>/, project pages under /c/<company>/p/<project>/."""

from django.contrib import admin
from django.urls import include, path

from config.views import health
from config.views.demo import demo_sign_in
from config.views.home import home
from config.views.search import search
from config.views.styleguide import styleguide
from directory.views.own import my_settings, start
from directory.views.signing_in import sign_in, sign_out, unsent_form

urlpatterns = [
    path("", start, name="start"),
    path("signin/", sign_in, name="signin"),
    path("signin/demo/", demo_sign_in, name="demo_sign_in"),
    path("signin/unsent/", unsent_form, name="unsent"),
    path("signout/", sign_out, name="signout"),
    path("me/", my_settings, name="my_settings"),
    path("styleguide/", styleguide, name="styleguide"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", health.scrape, name="metrics"),
    path("admin/", admin.site.urls),
    path("c/<slug:company>/", home, name="home"),
    path("c/<slug:company>/search/", search, name="search"),
    path("c/<slug:company>/", include("directory.urls")),
    path("c/<slug:company>/", include("invoicing.company_urls")),
    path("c/<slug:company>/erp/", include("erp_integrations.urls")),
    path("c/<slug:company>/p/<slug:project>/", include("invoicing.urls")),
]

handler403 = "config.views.errors.not_allowed"
handler404 = "config.views.errors.not_found"
handler500 = "config.views.errors.broken"
