"""Who may do what on the project's side, each answer with its reason; and why a thing cannot be done just now.

A `Decision` about one invoice carries both, for the greyed button. `why_…` functions answer a sentence, or "".
"""

from directory.policies import ALLOW, can_manage_directory, deny, has_level, unless, who_can_grant
from directory.privileges import Tool, ToolLevel
from directory.terminology import spoken, terms_of
from invoicing.credits import why_credit_refused
from invoicing.exceptions import PaymentsReceived
from invoicing.models import OwnerInvoice
from invoicing.states import APPROVE, OPEN_BILLING, RECALL, REVISE, SUBMIT, BillingStatus, ErpStatus


def terms_for(user, company, project=None):
    """The dictionary's words: the person's, else the project's, else the company's."""
    return terms_of(spoken(user.dictionary, project.dictionary if project else "", company.dictionary))


# On a project


def can_read_contracts(user, project):
    return _needs(user, project, ToolLevel.READ_ONLY, "Reading this")


def can_edit_contracts(user, project):
    """Create and edit contracts, schedules of values, billing periods and drafts."""
    return _needs(user, project, ToolLevel.STANDARD, "Creating and editing")


def can_administer_contracts(user, project):
    """Approve, reopen, void, send to the ERP and recall."""
    return _needs(user, project, ToolLevel.ADMIN, "This")


def can_see_contract(user, contract):
    """A private contract is for Admins on the project's tool, and for whoever created it."""
    if not contract.private or contract.created_by_id == user.pk:
        return ALLOW
    return _needs(user, contract.project, ToolLevel.ADMIN, "The contract is private. Seeing it")


def levels_of(user, company):
    """The levels on Prime Contracts of a company's projects that the person may read, by project."""
    return dict(company.projects.visible_to(user).values_list("pk", "level"))


def opens(user, contract, levels):
    """`can_see_contract` for many contracts at once, of projects with their `levels_of`."""
    needed = ToolLevel.ADMIN if contract.private and contract.created_by_id != user.pk else ToolLevel.READ_ONLY
    return levels.get(contract.project_id, ToolLevel.NONE) >= needed


def can_create_project(user, company):
    return can_manage_directory(user, company)


def can_keep_codes(user, company):
    """Keep the company's owners and cost codes: whoever may edit contracts in any of its projects."""
    projects = company.projects.visible_to(user).filter(level__gte=ToolLevel.STANDARD)
    if has_level(user, company, Tool.PRIME_CONTRACTS, ToolLevel.STANDARD) or projects.exists():
        return ALLOW
    return deny(f"This needs Standard on {terms_for(user, company).prime_contracts}. {who_can_grant(company)}".strip())


def _needs(user, project, level, what):
    company = project.company
    if has_level(user, company, Tool.PRIME_CONTRACTS, level, project):
        return ALLOW
    tool = terms_for(user, company, project).prime_contracts
    return deny(f"{what} needs {level.label} on {tool} in this project. {who_can_grant(company)}".strip())


# On an invoice: the level it takes, and whether now is the time


def can_edit(user, invoice):
    return unless(can_edit_contracts(user, invoice.contract.project), why_locked(invoice))


def can_submit(user, invoice):
    allowed = can_edit_contracts(user, invoice.contract.project)
    return unless(allowed, _why_not(SUBMIT, invoice, "Only a draft, or one to revise, can be submitted"))


def can_approve(user, invoice):
    allowed = _administer(user, invoice, "Approving")
    return unless(allowed, _why_not(APPROVE, invoice, "Submit it for review first"))


def can_ask_to_revise(user, invoice):
    allowed = _administer(user, invoice, "Asking to revise")
    return unless(allowed, _why_not(REVISE, invoice, "Only an invoice under review can be sent back"))


def can_reopen(user, invoice):
    reason = (
        "" if invoice.status == BillingStatus.APPROVED else f"Only an approved invoice can be reopened. {_is(invoice)}"
    )
    return unless(_administer(user, invoice, "Reopening"), why_not_with_project(invoice) or reason or why_paid(invoice))


def can_void(user, invoice):
    reason = "It is void already." if invoice.status == BillingStatus.VOID else why_not_latest(invoice, "Void")
    return unless(_administer(user, invoice, "Voiding"), why_not_with_project(invoice) or reason or why_paid(invoice))


def can_delete(user, invoice):
    allowed = can_edit_contracts(user, invoice.contract.project)
    return unless(allowed, why_not_deletable(invoice) or why_not_latest(invoice, "Delete"))


def can_restore(user, invoice):
    return can_edit_contracts(user, invoice.contract.project)


def can_send(user, invoice):
    """Send to ERP: the sentence lists everything that stands in the way."""
    return unless(_administer(user, invoice, "Sending to ERP"), *_why_not_sendable(invoice))


def can_email(user, invoice):
    """E-mail it to the owner: only what is approved and stands."""
    approved = invoice.status == BillingStatus.APPROVED and not invoice.deleted_at
    reason = "" if approved else "Only an approved invoice can be e-mailed."
    return unless(can_edit_contracts(user, invoice.contract.project), reason)


def can_recall(user, invoice):
    return unless(_administer(user, invoice, "Recalling"), why_not_recallable(invoice))


def _administer(user, invoice, what):
    return _needs(user, invoice.contract.project, ToolLevel.ADMIN, what)


# Why not now


def why_locked(invoice):
    """Why the figures cannot be edited: deleted, with accounting, approved or void."""
    if invoice.deleted_at:
        return "It was deleted. Restore it to edit it."
    if not invoice.is_with_project:
        return why_not_with_project(invoice)
    if invoice.status == BillingStatus.APPROVED:
        return "It is Approved. Reopen it to change its figures."
    return "" if invoice.status in OPEN_BILLING else "It is void."


def why_not_with_project(invoice):
    """Why the project may not touch it: accounting has it, or the ERP does."""
    if invoice.is_with_project:
        return ""
    if invoice.erp_status == ErpStatus.READY_TO_EXPORT:
        return "It was sent to ERP Integrations. Recall it, or ask an approver to reject it."
    if invoice.erp_status in (ErpStatus.SYNCED, ErpStatus.BOOKED_OUTSIDE):
        return f"It is {invoice.get_erp_status_display()} and stays as it was booked."
    return f"Accounting has it: {invoice.get_erp_status_display()}. Ask an approver to reject it."


def why_not_recallable(invoice):
    if invoice.erp_status == RECALL.target:
        return "It was recalled already."
    if invoice.is_with_project:
        return "It was not sent to ERP Integrations."
    if invoice.erp_status in RECALL.sources:
        return ""
    if invoice.erp_status == ErpStatus.ACCEPTED:
        who = f"{invoice.accepted_by.name} accepted it. " if invoice.accepted_by else "It was accepted. "
        return f"{who}Ask an approver to undo or reject it."
    return why_not_with_project(invoice)


def why_not_deletable(invoice):
    if invoice.status in (BillingStatus.APPROVED, BillingStatus.VOID):
        return f"{_is(invoice)} Only a draft can be deleted."
    return why_not_with_project(invoice)


def why_not_latest(invoice, verb):
    later = OwnerInvoice.objects.standing().filter(contract=invoice.contract_id, position__gt=invoice.position).last()
    if later is None:
        return ""
    later.contract = invoice.contract
    return f"{later.display_number} comes after it. {verb} that one first."


def why_paid(invoice):
    """Why an approved application stays approved: money was received for it."""
    return str(PaymentsReceived(invoice)) if invoice.stays_approved else ""


def why_not_billable(contract):
    """Why no application can be created under a contract: its status, or no schedule."""
    if not contract.is_billable:
        return f"The contract must be Approved or Complete; it is {contract.get_status_display()}."
    return "" if contract.lines.in_force().exists() else "The schedule of values has no lines yet."


def why_schedule_locked(contract):
    """Why the original schedule of values is fixed: an application of the contract is approved."""
    approved = OwnerInvoice.objects.standing().filter(contract=contract, status=BillingStatus.APPROVED).first()
    if approved is None:
        return ""
    approved.contract = contract
    return (
        f"The schedule of values is locked since {approved.display_number} was approved. Change orders change it now."
    )


def why_method_fixed(contract):
    """Why amounts cannot become quantities, nor the other way round."""
    return "The accounting method is fixed once the schedule has a line." if contract.lines.exists() else ""


def why_contract_stops_sending(contract):
    if contract.is_billable:
        return ""
    return f"The contract must be Approved or Complete; it is {contract.get_status_display()}."


def _why_not_sendable(invoice):
    if not invoice.is_with_project:
        return [f"It was sent already: it is {invoice.get_erp_status_display()}."]
    approved = invoice.status == BillingStatus.APPROVED
    reasons = ["" if approved else f"It must be Approved; it is {invoice.get_status_display()}."]
    return [*reasons, why_contract_stops_sending(invoice.contract), why_credit_refused(invoice)]


def _why_not(transition, invoice, sentence):
    if invoice.status in transition.sources:
        return why_not_with_project(invoice)
    return f"{sentence}. {_is(invoice)}"


def _is(invoice):
    return f"It is {invoice.get_status_display()}."
