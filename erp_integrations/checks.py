"""System checks: the timing law holds, every adapter imports, credentials can be sealed."""

from django.conf import settings
from django.core.checks import Error, Warning, register

from erp_integrations.adapters import registry
from erp_integrations.timing import LAW


@register
def timing_law_holds(app_configs, **kwargs):
    if LAW.in_order:
        return []
    return [Error(f"The export engine's clocks are out of order: {LAW}.", id="erp_integrations.E001")]


@register
def adapters_import(app_configs, **kwargs):
    errors = []
    for name in settings.ERP_ADAPTERS:
        try:
            registry.adapter_class(name)
        except registry.UnknownAdapter as error:
            errors.append(Error(str(error), id="erp_integrations.E002"))
    return errors


@register(deploy=True)
def credentials_can_be_sealed(app_configs, **kwargs):
    if settings.CREDENTIAL_KEYS:
        return []
    return [Warning("CREDENTIAL_KEYS is empty: no ERP credentials can be stored.", id="erp_integrations.W001")]
