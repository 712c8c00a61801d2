"""The people one may sign in as in the demo; {% load demo %} on the sign-in page alone."""

from itertools import groupby

from django import template
from django.conf import settings

from config.demo.people import PASSWORD, PEOPLE

register = template.Library()


@register.inclusion_tag("components/demo_people.html", takes_context=True)
def demo_people(context):
    """A button for each, by company; nothing outside the demo."""
    companies = groupby(PEOPLE, key=lambda person: person.company) if settings.DEMO else ()
    return {
        "companies": [(company, list(people)) for company, people in companies],
        "password": PASSWORD,
        "carried": context["carried"],
        "csrf_token": context["csrf_token"],
        "shell": context["shell"],
    }
