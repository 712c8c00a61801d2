from django import forms
from django.contrib.auth.password_validation import validate_password

from directory import actions
from directory.admin.scope import CompanyScoped
from directory.models import User


class PersonForm(forms.ModelForm):
    new_password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; ends the person's sessions. Empty: stays as it is.",
    )

    class Meta:
        model = User
        fields = ("name", "email", "is_active", "is_superuser")

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("new_password") or self.instance.pk is None:
            try:
                validate_password(cleaned.get("new_password", ""), self.instance)
            except forms.ValidationError as error:
                self.add_error("new_password", error)
        return cleaned


class PersonAdmin(CompanyScoped):
    """Everybody in this Tieout, for superusers alone; company admins have the people of their companies."""

    form = PersonForm
    fields = ("name", "email", "new_password", "is_active", "is_superuser")
    list_display = ("name", "email", "is_active", "is_superuser", "last_login")
    search_fields = ("name", "email")
    ordering = ("name",)

    def get_queryset(self, request):
        return User.objects.all() if request.user.is_superuser else User.objects.none()

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in PersonForm.Meta.fields}
        password = form.cleaned_data["new_password"]
        obj.pk = actions.save_person(obj.pk, actor=request.user, password=password, **values).pk
