"""Who may do what in a company: the page on which levels and *Can Push to Accounting* are granted."""

from django.contrib import admin
from django.shortcuts import redirect

from directory import actions
from directory.admin.scope import CompanyScoped
from directory.admin_site import administered, terms_for
from directory.forms.membership import LevelForm, LevelFormSet, MembershipForm, NewMembershipForm
from directory.models import ToolGrant
from directory.privileges import Privilege, Tool, ToolLevel


class LevelInline(admin.TabularInline):
    """Levels on tools. Without a project: for all of them; a project's own level replaces that one there."""

    model = ToolGrant
    form, formset = LevelForm, LevelFormSet
    fields = ("tool", "project", "level")
    verbose_name, verbose_name_plural = "tool level", "tool levels"
    extra = 1

    def get_formset(self, request, obj=None, **kwargs):
        self.company = obj.company
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("project")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only projects of the company whose person this is."""
        return super().formfield_for_foreignkey(db_field, request, queryset=self.company.projects.all(), **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Tools by the names that the person's dictionary gives them."""
        if db_field.name == "tool":
            kwargs["choices"] = [("", "---------"), *tool_names(request).items()]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    has_change_permission = has_delete_permission = has_add_permission = has_view_permission


class MembershipAdmin(CompanyScoped):
    list_filter = (("company", admin.RelatedOnlyFieldListFilter), "is_active")
    list_select_related = ("user", "company")
    search_fields = ("user__name", "user__email")
    ordering = ("user__name",)
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("tool_grants", "privilege_grants")

    def get_list_display(self, request):
        levels = [level_column(tool, name) for tool, name in tool_names(request).items()]
        return ("person", "email", "company", *levels, "push", "is_active")

    def has_add_permission(self, request):
        return self.admin_site.has_permission(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, form=MembershipForm if obj else NewMembershipForm, **kwargs)
        form.viewer = request.user
        return form

    def get_fields(self, request, obj=None):
        if obj is None:
            return ("company", "email", "name", "title", "password")
        return ("name", "email", "new_password", "title", "is_active", "can_push_to_accounting")

    def get_inlines(self, request, obj):
        return [LevelInline] if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only companies of one's own, also when the form is tampered with."""
        return super().formfield_for_foreignkey(db_field, request, queryset=administered(request), **kwargs)

    def save_model(self, request, obj, form, change):
        given, actor = form.cleaned_data, request.user
        if not change:
            company = given.pop("company")
            added = actions.add_member(company.pk, actor=actor, **given)
            obj.pk, obj.user = added.pk, added.user
            return
        changed = set(form.changed_data)
        if "title" in changed:
            actions.change_title(obj.pk, given["title"], actor=actor)
        if changed & {"name", "email", "new_password"}:
            values = {"name": given["name"], "email": given["email"], "password": given["new_password"]}
            actions.change_sign_in(obj.pk, actor=actor, **values)
        if "is_active" in changed:
            change_access = actions.reactivate_membership if given["is_active"] else actions.deactivate_membership
            change_access(obj.pk, actor=actor)
        if "can_push_to_accounting" in changed:
            change_right = actions.grant_privilege if given["can_push_to_accounting"] else actions.revoke_privilege
            change_right(obj.pk, Privilege.PUSH_TO_ACCOUNTING, actor=actor)

    def save_formset(self, request, form, formset, change):
        """Write each row by its action, raised levels first, so that an admin may hand over."""
        rows = [row for row in formset.forms if row.has_changed() or row in formset.deleted_forms]
        formset.new_objects = [row.instance for row in rows if row.instance.pk is None]
        formset.changed_objects = [
            (row.instance, row.changed_data) for row in rows if row.instance.pk and row not in formset.deleted_forms
        ]
        formset.deleted_objects = [row.instance for row in formset.deleted_forms if row.instance.pk]
        for row in sorted(rows, key=lambda each: -wanted_level(formset, each)):
            save_level(request.user, formset, row)

    def response_add(self, request, obj, post_url_continue=None):
        """Levels and the privilege come next, on the person's own page."""
        self.message_user(request, "Added. Say what they may do.")
        return redirect("admin:directory_membership_change", obj.pk)

    @admin.display(ordering="user__name")
    def person(self, member):
        return member.user.name

    @admin.display(ordering="user__email")
    def email(self, member):
        return member.user.email

    @admin.display(description=Privilege.PUSH_TO_ACCOUNTING.label, boolean=True)
    def push(self, member):
        return any(grant.privilege == Privilege.PUSH_TO_ACCOUNTING for grant in member.privilege_grants.all())


def tool_names(request):
    """Each tool's name; the project's tool is called what the dictionary calls prime contracts."""
    spoken = {Tool.PRIME_CONTRACTS: terms_for(request).prime_contracts.name}
    return {tool: spoken.get(tool, tool.label) for tool in Tool}


def level_column(tool, name):
    return admin.display(description=name)(lambda member: level_in_words(member, tool))


def level_in_words(member, tool):
    grants = [grant for grant in member.tool_grants.all() if grant.tool == tool]
    default = next((grant.get_level_display() for grant in grants if grant.project_id is None), ToolLevel.NONE.label)
    own = sum(grant.project_id is not None for grant in grants)
    return f"{default}, {own} by project" if own else default


def wanted_level(formset, row):
    return ToolLevel.NONE if row in formset.deleted_forms else row.cleaned_data["level"]


def save_level(actor, formset, row):
    member, given = formset.instance, row.cleaned_data
    project = given["project"]
    if row in formset.deleted_forms and project:
        actions.clear_project_level(member.pk, given["tool"], project.pk, actor=actor)
        return
    level = wanted_level(formset, row)
    project_id = project.pk if project else None
    actions.set_tool_level(member.pk, given["tool"], level, actor=actor, project_id=project_id)
