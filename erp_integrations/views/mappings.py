"""Mapping owners, projects and cost codes to the ERP's own, picked from its lists."""

from urllib.parse import quote

from django.contrib import messages
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Concat
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from directory.models import Project
from directory.web.paging import capped_count, keyset_page
from erp_integrations import actions
from erp_integrations.adapters.base import ACCOUNT, CUSTOMER, JOB, ErpError
from erp_integrations.connecting import adapter_for
from erp_integrations.credentials import CredentialsUnreadable
from erp_integrations.forms.decisions import MappingForm
from erp_integrations.models import CodeKind, CodeMapping, ErpConnection
from erp_integrations.policies import can_map
from erp_integrations.views.answers import back_of, back_to_list
from erp_integrations.views.fetch import company_of
from erp_integrations.views.listing import search_of
from erp_integrations.views.surroundings import around, shown
from invoicing.models import CostCode, Owner

SUBJECTS = {
    CodeKind.OWNER: (Owner, CUSTOMER, "ERP customer"),
    CodeKind.PROJECT: (Project, JOB, "ERP job"),
    CodeKind.COST_CODE: (CostCode, ACCOUNT, "ERP account"),
}


@require_safe
def mappings(request, company):
    """The owners, projects or cost codes with what each is mapped to; the unmapped first."""
    company = company_of(request, company)
    chosen, search = request.GET.get("kind", ""), search_of(request.GET)
    kind = CodeKind(chosen) if chosen in CodeKind.values else CodeKind.OWNER
    page = keyset_page(_subjects(company, kind, search), request.GET.get("cursor", ""), key="place")
    values = around(request, company, tab="mappings") | {
        "kind": kind,
        "label": SUBJECTS[kind][2],
        "kinds": [_kind_link(company, each, kind) for each in CodeKind],
        "page": page,
        "rows": _mapped(kind, page),
        "search": search,
        "back_text": quote(request.get_full_path()),
        "map_decision": can_map(request.user, company),
    }
    return render(request, "erp_integrations/mappings.html", values)


def _subjects(company, kind, search=""):
    """Our codes of a kind in the order of their `place`: what is not mapped before what is, by name."""
    model = SUBJECTS[kind][0]
    mapping = CodeMapping.objects.filter(**{kind.value: OuterRef("pk")})
    place = Concat(Case(When(Exists(mapping), then=Value("1")), default=Value("0")), F("name"))
    code = "number" if kind == CodeKind.PROJECT else "code"
    matching = Q(name__icontains=search) | Q(**{f"{code}__icontains": search}) if search else Q()
    return model.objects.filter(matching, company=company).annotate(place=place)


def _kind_link(company, kind, chosen):
    """A link to the codes of one kind, with how many of them are not mapped."""
    unmapped = _subjects(company, kind).filter(place__lt="1")
    url = f"{reverse('erp_integrations:mappings', args=[company.slug])}?kind={kind.value}"
    return {"label": kind.label, "url": url, "count": shown(capped_count(unmapped)), "current": kind == chosen}


def _mapped(kind, page):
    """Pairs of a code of ours and its mapping, None where it has none."""
    found = CodeMapping.objects.filter(**{f"{kind.value}__in": page.rows})
    mapping_of = {getattr(each, f"{kind.value}_id"): each for each in found}
    return [(subject, mapping_of.get(subject.pk)) for subject in page]


@require_http_methods(["GET", "HEAD", "POST"])
def map_code(request, company, kind, subject_id):
    """Pick the counterpart of one owner, project or cost code; the ERP is asked for its own list."""
    company = company_of(request, company, can_map)
    subject, erp_kind, label = _subject_or_404(company, kind, subject_id)
    connection = ErpConnection.objects.filter(company=company).first()
    codes, more, problem = _codes(connection, erp_kind, search_of(request.GET))
    form = MappingForm(request.POST or None, codes=codes, label=f"{label} of {subject.name}")
    if request.method == "POST" and not problem and form.is_valid():
        return _save(request, connection, kind, subject, codes, form)
    values = {
        "form": form,
        "subject": subject,
        "label": label,
        "codes": codes,
        "more": more,
        "problem": problem,
        "search": search_of(request.GET),
        "back": back_of(request),
        "away": back_of(request) or reverse("erp_integrations:mappings", args=[company.slug]),
    }
    status = 422 if form.is_bound else 200
    return render(
        request, "erp_integrations/map_code.html", around(request, company, tab="mappings") | values, status=status
    )


def _save(request, connection, kind, subject, codes, form):
    picked = next(each for each in codes if each.code == form.cleaned_data["erp_id"])
    actions.map_code(
        connection.pk, kind=kind, subject_id=subject.pk, erp_id=picked.code, erp_name=picked.name, actor=request.user
    )
    messages.success(request, f"{subject.name} is {picked.code} {picked.name} in the ERP.")
    return redirect(back_to_list(request, request.company))


def _subject_or_404(company, kind, subject_id):
    if kind not in CodeKind.values:
        raise Http404("No such kind of code.")
    model, erp_kind, label = SUBJECTS[CodeKind(kind)]
    subject = model.objects.filter(company=company, pk=subject_id).first()
    if subject is None:
        raise Http404("No such code.")
    return subject, erp_kind, label


def _codes(connection, erp_kind, search):
    """The first of the ERP's own entries, whether it has more, and the sentence when it could not be asked."""
    if connection is None:
        return (), False, "This company has no ERP connection yet."
    try:
        page = adapter_for(connection).list_codes(erp_kind, search=search)
    except (ErpError, CredentialsUnreadable):
        return (), False, f"{connection.adapter_label} did not give its list just now. Try again in a minute."
    return tuple(each for each in page.codes if each.is_active), bool(page.after), ""
