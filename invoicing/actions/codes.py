"""What contracts refer to: projects, owners and cost codes of a company."""

from django.db import transaction
from django.utils.text import slugify

from directory.models import Project
from invoicing.actions import history
from invoicing.actions.numbers import save_unique
from invoicing.exceptions import FieldRefused
from invoicing.models import CostCode, Owner

LONGEST_SLUG = 50


@transaction.atomic
def create_project(company, *, name, number, address="", actor):
    """A project of the company; its address in the browser is made from its name."""
    if Project.objects.filter(company=company, number__iexact=number).exists():
        raise FieldRefused("number", f"Project number {number} is taken. Choose another.")
    project = Project(company=company, name=name, number=number, address=address, slug=_free_slug(company, name))
    save_unique(project, "number", f"Project number {number} is taken. Choose another.")
    history.record_of(project, "project.created", actor=actor, detail={"number": number})
    return project


def _free_slug(company, name):
    wanted = slugify(name)[:LONGEST_SLUG] or "project"
    taken = set(Project.objects.filter(company=company, slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


@transaction.atomic
def create_owner(company, *, code, name, email="", actor):
    """A client of the company; accounting maps it to the ERP's customer."""
    owner = Owner(company=company, code=code, name=name, email=email)
    save_unique(owner, "code", f"The code {code} is taken. Choose another.")
    history.record_of(owner, "owner.created", actor=actor, detail={"code": code})
    return owner


@transaction.atomic
def create_cost_code(company, *, code, name, actor):
    cost_code = CostCode(company=company, code=code, name=name)
    save_unique(cost_code, "code", f"The code {code} is taken. Choose another.")
    history.record_of(cost_code, "cost_code.created", actor=actor)
    return cost_code
