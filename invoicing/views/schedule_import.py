from collections import Counter
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from directory.policies import deny
from invoicing import actions
from invoicing.exceptions import ContractChanged, ScheduleLocked, ScheduleRefused
from invoicing.forms.schedule_import import ScheduleImport, read_import
from invoicing.forms.uploads import ScheduleUpload
from invoicing.models import ContractLine, CostCode
from invoicing.money import ZERO
from invoicing.policies import can_edit_contracts, can_keep_codes, why_schedule_locked
from invoicing.views.fetch import contract_or_404, project_page, terms_on, version_of
from invoicing.views.navigation import contract_tabs, url_of

PROBLEMS_SHOWN = 500
LINES_SHOWN = 20
CONFLICT, REFUSED = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_import(request, company, project, contract_id):
    """A file or pasted lines, then a preview with everything that is wrong, then the import. The preview holds all
    that was sent, as text to correct."""
    project = project_page(request, company, project, can_edit_contracts)
    contract = contract_or_404(project, contract_id)
    upload = ScheduleUpload(request.POST or None, request.FILES or None)
    if not upload.is_valid():
        return _page(request, contract, upload, None, status=REFUSED if upload.is_bound else 200)
    found = _read(request, contract, upload)
    if upload.wants_import and not found.problems:
        return _save(request, contract, upload, found)
    return _page(request, contract, upload.again(), found, status=REFUSED if found.problems else 200)


def _read(request, contract, upload):
    """What is in the table, with the problems that the schedule as it stands has with it."""
    chosen = upload.cleaned_data
    allowed = can_keep_codes(request.user, contract.company)
    found = read_import(
        chosen["table"],
        contract,
        list(contract.lines.filter(change_order=None).select_related("cost_code")),
        CostCode.objects.filter(company=contract.company),
        style=chosen["style"],
        create_codes=bool(chosen["create_codes"] and allowed),
        remove_others=chosen["remove_others"],
    )
    if not found.problems:
        found.refuse(actions.schedule_problems(contract, found.entries))
    return found


def _save(request, contract, upload, found):
    try:
        actions.import_schedule(
            contract.pk, found.entries, actor=request.user, version=version_of(request), new_codes=found.new_codes
        )
    except ScheduleRefused as error:
        found.refuse(error.problems)
        return _page(request, contract, upload.again(), found, status=REFUSED)
    except (ScheduleLocked, ContractChanged) as error:
        contract.refresh_from_db(fields=["version"])
        return _page(request, contract, upload.again(), _read(request, contract, upload), str(error), status=CONFLICT)
    messages.success(request, f"{_lines(len(found.lines))} were imported into {contract.number}.")
    return redirect(url_of("schedule", contract.project, contract_id=contract.pk))


def _lines(count):
    return f"{count:,} lines" if count != 1 else "1 line"


def _page(request, contract, upload, found, problem="", *, status):
    locked = why_schedule_locked(contract)
    values = {
        "contract": contract,
        "tabs": contract_tabs(contract, terms_on(request, contract.project), "schedule"),
        "upload": upload,
        "form": upload,
        "found": found,
        "problem": problem,
        "can_import": deny(locked) if locked else True,
        "can_keep_codes": can_keep_codes(request.user, contract.company),
    }
    if found:
        values |= _preview(contract, found)
    return render(request, "invoicing/schedule_import.html", values, status=status)


def _preview(contract, found: ScheduleImport):
    """Counts and totals of an import, and the first of its lines and problems."""
    values = {
        "problems": found.problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(found.problems) - PROBLEMS_SHOWN),
        "current": contract.original_sum(),
    }
    if found.problems:
        return values
    values["total"] = sum((line.entry.scheduled_value for line in found.lines), ZERO)
    becoming = actions.schedule_changes(contract, found.entries)
    values["lines"] = _lines_shown(found, becoming)
    after = _sum_after(contract, found.entries)
    off = None if contract.signed_sum is None else after - contract.signed_sum
    return values | {"counts": Counter(what for what, _ in becoming), "after": after, "off": off}


@dataclass(frozen=True)
class Shown:
    """A line of the preview: what becomes of it, as the file has it and as it stands."""

    what: str
    row: int | None
    entry: actions.ScheduleEntry
    stands: ContractLine | None


def _lines_shown(found, becoming):
    """The first lines of the preview, those that lose something before all."""
    numbers = [line.row for line in found.lines] + [None] * (len(found.entries) - len(found.lines))
    shown = [
        Shown(what, row, entry, None if entry.removed else stands)
        for (what, stands), row, entry in zip(becoming, numbers, found.entries, strict=True)
    ]
    return sorted(shown, key=lambda each: actions.BECOMES.index(each.what))[:LINES_SHOWN]


def _sum_after(contract, entries):
    """The original contract sum as the entries would make it; lines that they do not name stay."""
    named = {entry.line_id for entry in entries}
    rest = contract.lines.filter(change_order=None).exclude(pk__in=named - {None})
    return sum(
        [entry.scheduled_value for entry in entries if not entry.removed]
        + list(rest.values_list("scheduled_value", flat=True)),
        ZERO,
    )
