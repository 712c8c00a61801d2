from django import forms

from invoicing.forms.fields import text_field


class ProjectForm(forms.Form):
    """A new project; `actions.create_project` saves it."""

    name = text_field("Name", 160)
    number = text_field("Project number", 30)
    address = text_field("Address", 200, required=False)


class OwnerForm(forms.Form):
    """A new client of the company; `actions.create_owner` saves it."""

    name = text_field("Name", 160)
    code = text_field("Code", 30, help_text="What accounting knows them by, such as RIVMED.")
    email = forms.EmailField(label="E-mail", max_length=254, required=False)


class CostCodeForm(forms.Form):
    """A new cost code of the company; `actions.create_cost_code` saves it."""

    code = text_field("Code", 30, help_text="Such as 03-300.")
    name = text_field("Name", 160)
