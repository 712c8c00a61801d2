from django import forms
from django.contrib.auth.password_validation import validate_password

from directory import actions
from directory.admin.scope import CompanyScoped
from directory.forms.company import CompanyForm
from directory.models import User


class NewCompanyForm(CompanyForm):
    """A company with its first Directory Admin, who will hold Can Push to Accounting."""

    admin_name = forms.CharField(label="First Directory Admin", max_length=120)
    admin_email = forms.EmailField(label="Their email", max_length=254)
    admin_password = forms.CharField(
        label="Their first password",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave it empty for somebody who signs in to Tieout already.",
    )

    class Meta(CompanyForm.Meta):
        fields = ("name", "slug", "dictionary", "currency", "time_zone")
        widgets = {}

    def clean(self):
        cleaned = super().clean()
        email, password = cleaned.get("admin_email"), cleaned.get("admin_password", "")
        if email and not User.objects.filter(email__iexact=email).exists():
            try:
                validate_password(password, User(email=email, name=cleaned.get("admin_name", "")))
            except forms.ValidationError as error:
                self.add_error("admin_password", error)
        return cleaned


class CompanyAdmin(CompanyScoped):
    company_lookup = "pk"
    list_display = ("name", "slug", "dictionary", "currency", "time_zone", "creators_may_not_accept")
    search_fields = ("name", "slug")

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, form=CompanyForm if obj else NewCompanyForm, **kwargs)

    def get_fields(self, request, obj=None):
        if obj:
            return CompanyForm.Meta.fields
        return (*NewCompanyForm.Meta.fields, "admin_name", "admin_email", "admin_password")

    def has_add_permission(self, request):
        return request.user.is_superuser

    def save_model(self, request, obj, form, change):
        if change:
            actions.change_company(obj.pk, actor=request.user, **form.cleaned_data)
        else:
            obj.pk = actions.create_company(actor=request.user, **form.cleaned_data).pk
