"""Django admin of the directory. Everything is written by `directory.actions`; nothing is deleted."""

from django.contrib import admin
from django.contrib.auth.models import Group

from directory.admin.audit import AuditEventAdmin
from directory.admin.companies import CompanyAdmin
from directory.admin.memberships import MembershipAdmin
from directory.admin.people import PersonAdmin
from directory.models import AuditEvent, Company, Membership, User

admin.site.unregister(Group)
admin.site.register(Company, CompanyAdmin)
admin.site.register(Membership, MembershipAdmin)
admin.site.register(User, PersonAdmin)
admin.site.register(AuditEvent, AuditEventAdmin)
