"""Settings: which ERP the company is connected to, and whether the connection works."""

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from directory.models import AuditEvent
from directory.views.answers import changed_since, page_status
from directory.web.access import require
from erp_integrations import actions
from erp_integrations.adapters import registry
from erp_integrations.connecting import adapter_for
from erp_integrations.credentials import CredentialsUnreadable
from erp_integrations.exceptions import ConnectionChanged, ConnectionInDoubt
from erp_integrations.forms.connection import AdapterForm, ConnectionForm
from erp_integrations.models import ErpConnection
from erp_integrations.policies import can_connect
from erp_integrations.views.abilities import abilities
from erp_integrations.views.fetch import company_of
from erp_integrations.views.surroundings import around, terms_on


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request, company):
    """The connection; `adapter` in the address or the form is the ERP that was chosen to be connected."""
    company = company_of(request, company)
    may = can_connect(request.user, company)
    if request.method == "POST":
        require(may)
    connection = connection_of(company)
    chosen = request.POST if request.method == "POST" else request.GET
    pick = _pick(connection, chosen if may and (chosen is request.POST or "adapter" in chosen) else None)
    form = _form(request, pick, connection)
    if request.method == "POST" and form and _save(request, company, form):
        messages.success(request, f"Saved the connection to {form.label}.")
        return redirect("erp_integrations:settings", company.slug)
    values = _page(request, company, connection, form, pick)
    return render(request, "erp_integrations/settings.html", values, status=_status(request, form or pick))


@require_POST
def check_connection(request, company):
    """Test connection: the page again, with what the ERP answered to what is stored."""
    company = company_of(request, company, can_connect)
    connection = connection_of(company)
    if connection is None:
        messages.error(request, "This company has no ERP connection yet.")
        return redirect("erp_integrations:settings", company.slug)
    check = actions.check_connection(connection)
    pick = _pick(connection)
    values = _page(request, company, connection, _form(request, pick, connection), pick)
    return render(request, "erp_integrations/settings.html", values | {"check": check})


def _status(request, form):
    return page_status(form) if request.method == "POST" else 200


def connection_of(company):
    return ErpConnection.objects.filter(company=company).first()


def _pick(connection, chosen=None):
    return AdapterForm(chosen, initial={"adapter": connection.adapter if connection else ""})


def _form(request, pick, connection):
    """The form of the ERP that was chosen, else of the one that is connected; None while there is none."""
    if pick.is_bound and pick.is_valid():
        typed = request.POST if request.method == "POST" else None
        return ConnectionForm(typed, adapter=pick.cleaned_data["adapter"], connection=connection)
    if (request.method == "POST" and pick.is_bound) or connection is None:
        return None
    return ConnectionForm(adapter=connection.adapter, connection=connection)


def _save(request, company, form):
    """Whether it was saved; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        actions.connect_erp(
            company.pk,
            adapter=form.adapter,
            settings=form.settings,
            secrets=form.secrets,
            actor=request.user,
            seen=request.POST.get("seen", ""),
        )
    except ConnectionChanged:
        form.add_error(None, changed_since(_last_change(company)))
    except ConnectionInDoubt as error:
        form.add_error(None, str(error))
    except ImproperlyConfigured:
        form.add_error(None, "Secrets cannot be stored yet: this installation has no CREDENTIAL_KEYS.")
    return not form.errors


def _last_change(company):
    events = AuditEvent.objects.filter(company=company, action="erp.connect").select_related("actor")
    return events.order_by("-sequence").first()


def _page(request, company, connection, form, pick):
    """The form, and around it the state and what its ERP can do."""
    values = around(request, company, tab="settings") | {
        "form": form,
        "pick": pick,
        "seen": actions.seen_of(connection),
        "settings_url": reverse("erp_integrations:settings", args=[company.slug]),
    }
    if form is None:
        return values
    capable = _capable(form)
    return values | {
        "is_new": form.connection is None,
        "described": capable.label,
        "abilities": abilities(capable, terms_on(request, company)),
    }


def _capable(form):
    """The adapter as it is connected; its class where it is not, or its secrets cannot be read."""
    try:
        return adapter_for(form.connection) if form.connection else registry.adapter_of(form.adapter)
    except CredentialsUnreadable:
        return registry.adapter_of(form.adapter)
