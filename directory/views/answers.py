"""How a form that was refused comes back: with its errors beside the fields, and status 422."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format


def page_status(*forms):
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


def add_errors(form, error):
    """Put an action's refusal where it belongs: by field where it names one of the form's, else on top."""
    if not isinstance(error, ValidationError):
        form.add_error(None, str(error))
        return
    by_field = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for field, sentences in by_field.items():
        form.add_error(field if field in form.fields else None, sentences)


def changed_since(event):
    """Who was faster, by the last audit event: "Dana Reyes changed this at 9:41 AM. Nothing was overwritten…"."""
    who = event.actor.name if event and event.actor else "Somebody"
    when = f" at {date_format(timezone.localtime(event.at), 'g:i A')}" if event else ""
    return f"{who} changed this{when}. Nothing was overwritten. Look again, then save."
