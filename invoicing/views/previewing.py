"""An act over many lines of a draft: typed, looked at in a preview, then carried out in one press."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render

from invoicing.exceptions import FieldRefused, InvoiceLocked, StaleVersion
from invoicing.policies import can_edit
from invoicing.views.answers import CONFLICT, page_status, refuse
from invoicing.views.fetch import invoice_or_404, version_of

LINES_SHOWN = 200


@dataclass(frozen=True)
class Act:
    """A page of this kind: its words, its template, what works the plan out and what carries it out.

    `plan(invoice, asked)` answers the plan, `carry_out(id, asked, actor, version, note)` the saved application and the
    plan, `said(plan)` the sentence about it.
    """

    title: str
    button: str
    template: str
    plan: Callable
    carry_out: Callable
    said: Callable


def previewed(request, invoice, form, act, **values):
    """Answer a press on the page of an act, or draw it; `values` are the template's own."""
    if not form.is_valid():
        return _page(request, invoice, form, act, values)
    allowed = can_edit(request.user, invoice)
    try:
        if not allowed:
            raise InvoiceLocked(allowed.reason)
        if request.POST.get("step") == "apply":
            return _apply(request, invoice, form, act)
        return _page(request, invoice, form, act, values, plan=act.plan(invoice, form.asked))
    except FieldRefused as error:
        refuse(form, error)
    except StaleVersion as error:
        return _overtaken(request, invoice, form, act, values, error)
    except InvoiceLocked as error:
        messages.error(request, str(error))
        return redirect(invoice)
    return _page(request, invoice, form, act, values)


def _apply(request, invoice, form, act):
    note = form.cleaned_data.get("note")
    saved, plan = act.carry_out(invoice.pk, form.asked, actor=request.user, version=version_of(request), note=note)
    messages.success(request, f"{saved.display_number} was saved. {act.said(plan)}")
    return redirect(invoice)


def _overtaken(request, invoice, form, act, values, error):
    """Somebody was faster, or the press came twice: the preview is made anew, and has to be looked at again."""
    fresh = invoice_or_404(invoice.contract.project, invoice.pk)
    plan = None
    try:
        plan = act.plan(fresh, form.asked)
    except FieldRefused as refused:
        refuse(form, refused)
    return _page(request, fresh, form, act, values, plan=plan, conflict=str(error))


def _page(request, invoice, form, act, values, plan=None, conflict=""):
    shown = {
        "invoice": invoice,
        "form": form,
        "act": act,
        "plan": plan,
        "lines": plan.lines[:LINES_SHOWN] if plan else [],
        "more": max(len(plan.lines) - LINES_SHOWN, 0) if plan else 0,
        "conflict": conflict,
        "allowed": can_edit(request.user, invoice),
    }
    status = CONFLICT if conflict else page_status(form)
    return render(request, act.template, values | shown, status=status)
