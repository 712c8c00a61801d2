"""The forms of a person's page in Django admin: who they are in a company, and their levels there."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from directory.models import Membership, ToolGrant, User
from directory.policies import can_change_sign_in, can_grant_privilege
from directory.privileges import PROJECT_TOOLS, Privilege


class NewMembershipForm(forms.ModelForm):
    """Somebody new to a company: their account is made unless the email has one."""

    email = forms.EmailField(max_length=254)
    name = forms.CharField(max_length=120)
    password = forms.CharField(
        label="First password",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave it empty for somebody who signs in to Tieout already.",
    )

    class Meta:
        model = Membership
        fields = ("company", "title")

    def clean(self):
        cleaned = super().clean()
        email, company = cleaned.get("email"), cleaned.get("company")
        person = User.objects.filter(email__iexact=email).first() if email else None
        if person and company and Membership.objects.filter(user=person, company=company).exists():
            self.add_error("email", f"{person.name} belongs to {company.name} already.")
        if email and person is None:
            check_password(self, "password", User(email=email, name=cleaned.get("name", "")))
        return cleaned


class MembershipForm(forms.ModelForm):
    """A person in a company; what the viewer may not change is greyed and says why. `viewer` is set by the page."""

    viewer = None

    name = forms.CharField(max_length=120)
    email = forms.EmailField(max_length=254)
    new_password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; ends the person's sessions. Empty: stays as it is.",
    )
    can_push_to_accounting = forms.BooleanField(label=Privilege.PUSH_TO_ACCOUNTING.label, required=False)

    class Meta:
        model = Membership
        fields = ("title", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        member = self.instance
        self.initial |= {
            "name": member.user.name,
            "email": member.user.email,
            "can_push_to_accounting": member.privilege_grants.filter(privilege=Privilege.PUSH_TO_ACCOUNTING).exists(),
        }
        self._grey(can_grant_privilege(self.viewer, member.company), "can_push_to_accounting")
        self._grey(can_change_sign_in(self.viewer, member), "name", "email", "new_password")

    def _grey(self, decision, *names):
        """A disabled field keeps its value whatever is posted."""
        if not decision:
            for name in names:
                self.fields[name].disabled = True
                self.fields[name].help_text = decision.reason

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.user_id).exists():
            raise forms.ValidationError("Somebody else has this email.")
        return email

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("new_password"):
            check_password(self, "new_password", self.instance.user)
        return cleaned


def check_password(form, field, person):
    try:
        validate_password(form.cleaned_data.get(field, ""), person)
    except forms.ValidationError as error:
        form.add_error(field, error)


class LevelForm(forms.ModelForm):
    """A level on a tool; of a row that stands, only the level changes."""

    class Meta:
        model = ToolGrant
        fields = ("tool", "project", "level")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["tool"].disabled = self.fields["project"].disabled = True

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("project") and cleaned.get("tool") not in PROJECT_TOOLS:
            self.add_error("project", "This tool has one level for the whole company. Leave the project empty.")
        return cleaned

    def validate_constraints(self):
        """Said in words here and by LevelFormSet."""


class LevelFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        places = set()
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            if not given.get("tool") or given.get("DELETE"):
                continue
            place = (given["tool"], given.get("project"))
            if place in places:
                form.add_error("tool", "This tool has a level there already. Change that row.")
            places.add(place)
