"""The rules of directory/database.py for this app's tables, and the clock everything is due by."""

from django.db import migrations

from directory.database import APPEND_ONLY_FUNCTION, TIEOUT_CLOCK, append_only, company_key, same_company


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        *TIEOUT_CLOCK,
        *company_key("directory_project", "directory_membership"),
        same_company("directory_toolgrant", "membership_id", "directory_membership"),
        same_company("directory_toolgrant", "project_id", "directory_project"),
        same_company("directory_privilegegrant", "membership_id", "directory_membership"),
        APPEND_ONLY_FUNCTION,
        *append_only("directory_auditevent"),
    ]
