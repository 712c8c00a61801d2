from django.utils.functional import SimpleLazyObject

from config.shell import Shell
from directory.terminology import spoken, terms_of


def shell(request):
    """What base.html needs (`shell`) and the dictionary's words (`terms`), both computed only when a template asks."""
    around = Shell(request)
    return {"shell": around, "terms": SimpleLazyObject(lambda: spoken_terms(around))}


def spoken_terms(around):
    """The words of the person's dictionary, else the project's, else the company's."""
    owners = (around.person, around.project, around.company)
    return terms_of(spoken(*(getattr(owner, "dictionary", "") for owner in owners)))
