from django import forms

from directory.models import Membership
from directory.privileges import PROJECT_TOOLS, Privilege, Tool, ToolLevel

AS_ELSEWHERE = "default"


def level_field(tool):
    return f"level_{tool}"


class AddPersonForm(forms.Form):
    """A new colleague, or somebody who is in Tieout already; `actions.add_member` saves it."""

    email = forms.EmailField(max_length=254)
    name = forms.CharField(max_length=120)
    title = forms.CharField(label="Job title", max_length=80, required=False)
    password = forms.CharField(
        label="First password",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. Leave it empty for somebody who signs in to Tieout already.",
    )


class RightsForm(forms.Form):
    """A person's levels, company-wide, and *Can Push to Accounting* where the viewer may grant it.

    `levels` maps each tool to its level now, `push` is whether they hold the privilege now.
    """

    def __init__(self, *args, levels, push, can_grant, terms, **kwargs):
        super().__init__(*args, **kwargs)
        for tool in Tool:
            self.fields[level_field(tool)] = forms.TypedChoiceField(
                label=str(terms.prime_contracts) if tool == Tool.PRIME_CONTRACTS else tool.label,
                choices=ToolLevel.choices,
                coerce=int,
                widget=forms.RadioSelect,
                initial=levels[tool],
                help_text="In all projects. A project can have a level of its own." if tool in PROJECT_TOOLS else "",
            )
        if can_grant:
            self.fields["push"] = forms.BooleanField(
                label=Privilege.PUSH_TO_ACCOUNTING.label, required=False, initial=push
            )

    def levels(self):
        return {tool: ToolLevel(self.cleaned_data[level_field(tool)]) for tool in Tool}


class ProjectLevelForm(forms.Form):
    """A level on one project, in place of the company-wide one."""

    project = forms.ModelChoiceField(queryset=None, empty_label="Choose a project")
    level = forms.TypedChoiceField(
        choices=[(AS_ELSEWHERE, "As in all projects"), *ToolLevel.choices],
        coerce=lambda chosen: None if chosen == AS_ELSEWHERE else ToolLevel(int(chosen)),
    )

    def __init__(self, *args, company, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = company.projects.all()


class SignInDetailsForm(forms.Form):
    """Name, email and, when it is to change, password; `actions.change_sign_in` saves it."""

    name = forms.CharField(max_length=120)
    email = forms.EmailField(max_length=254)
    password = forms.CharField(
        label="New password",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; ends the person's sessions. Empty: stays as it is.",
    )


class TitleForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("title",)
        labels = {"title": "Job title"}
