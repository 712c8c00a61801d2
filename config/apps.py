from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"


class TieoutAdminConfig(AdminConfig):
    """Django admin, open to superusers and to company admins (see directory/admin.py for whose rows they see)."""

    default_site = "directory.admin_site.TieoutAdminSite"
