"""What every page of Django admin shares here: one's own companies only, writing through actions, no deleting."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect

from directory.admin_site import administered, terms_for
from directory.exceptions import DirectoryError


class CompanyScoped(admin.ModelAdmin):
    """Rows of the companies the person administers; a foreign one is a 404, as if it did not exist.

    `company_lookup` leads from a row to its company; `term` names the entry of the dictionary that its title speaks.
    """

    company_lookup = "company"
    term = ""
    actions = None
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(**{f"{self.company_lookup}__in": administered(request)})

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404("No such row.")
        return found

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        title = {"title": getattr(terms_for(request), self.term).plural} if self.term else {}
        return super().changelist_view(request, title | (extra_context or {}))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A refusal by an action, after all that forms could check, is told on the page; nothing was saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (DirectoryError, ValidationError) as error:
            sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
            for sentence in sentences:
                self.message_user(request, sentence, messages.ERROR)
            return redirect(request.get_full_path())


class ReadOnly(CompanyScoped):
    """Evidence: to be looked at, never changed."""

    def has_change_permission(self, request, obj=None):
        return False
