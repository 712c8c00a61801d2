"""How a form that was refused comes back: with its messages beside the fields, and status 422."""

from invoicing.exceptions import FieldRefused

# Somebody else was faster: what was typed is shown again, and nothing was overwritten.
CONFLICT = 409


def page_status(*forms):
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


def refuse(form, error):
    """Put an action's refusal beside the field it names, else on top."""
    field = error.field if isinstance(error, FieldRefused) and error.field in form.fields else None
    form.add_error(field, str(error))
