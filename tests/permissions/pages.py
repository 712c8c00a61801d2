"""The table: each page of a company, whom it lets in, and what it answers them."""

from dataclasses import dataclass, field

from tests.permissions.people import (
    ANYBODY,
    CONNECT,
    DECIDE,
    EDIT_CONTRACTS,
    READ_CONTRACTS,
    RUN_CONTRACTS,
    RUN_DIRECTORY,
    SEE_DIRECTORY,
    SEE_QUEUE,
    UNLINK,
)

DONE, SHOWN, REFUSED_FORM = 302, 200, 422


@dataclass(frozen=True)
class Page:
    """`get` and `post` are the letters of those let in, None where the method is not allowed.

    `state` is a trait of OwnerInvoiceFactory for the page's invoice; `data` is what is posted. Whoever is let in gets
    `shown` for a GET and `answer` for a POST.
    """

    name: str
    get: str | None = None
    post: str | None = None
    state: str = "draft"
    data: dict = field(default_factory=lambda: {"csrfmiddlewaretoken": ""})
    shown: int = SHOWN
    answer: int = DONE

    def __str__(self):
        return self.name


def form(name, allowed, *, see=None, **given):
    """A page with a form that is posted empty, and comes back."""
    return Page(name, get=see or allowed, post=allowed, **({"answer": REFUSED_FORM} | given))


def press(name, allowed, **given):
    """A button: POST only."""
    return Page(name, post=allowed, **given)


SHELL = [
    Page("home", get=ANYBODY),
    Page("search", get=ANYBODY),
]

DIRECTORY = [
    Page("directory:people", get=SEE_DIRECTORY),
    form("directory:add_person", RUN_DIRECTORY),
    form("directory:person", RUN_DIRECTORY, see=SEE_DIRECTORY),
    press("directory:project_level", RUN_DIRECTORY, answer=REFUSED_FORM),
    press("directory:sign_in_details", RUN_DIRECTORY, answer=REFUSED_FORM),
    press("directory:active", RUN_DIRECTORY, data={"active": "no"}),
    form("directory:company_settings", RUN_DIRECTORY),
]

COMPANY_LISTS = [
    Page("projects:projects", get=ANYBODY),
    Page("projects:receivables", get=ANYBODY),
    form("projects:project_new", RUN_DIRECTORY),
    form("projects:owners", EDIT_CONTRACTS),
    form("projects:cost_codes", EDIT_CONTRACTS),
]

PRIME_CONTRACTS = [
    Page("invoicing:contracts", get=READ_CONTRACTS),
    form("invoicing:contract_new", EDIT_CONTRACTS),
    Page("invoicing:contract", get=READ_CONTRACTS),
    form("invoicing:contract_edit", EDIT_CONTRACTS),
    Page("invoicing:contract_history", get=READ_CONTRACTS),
    form("invoicing:schedule", EDIT_CONTRACTS, see=READ_CONTRACTS, answer=DONE),
    form("invoicing:schedule_import", EDIT_CONTRACTS),
    Page("invoicing:schedule_csv", get=READ_CONTRACTS),
    Page("invoicing:schedule_xlsx", get=READ_CONTRACTS),
    Page("invoicing:change_orders", get=READ_CONTRACTS),
    form("invoicing:change_order_new", EDIT_CONTRACTS),
    form("invoicing:change_order", EDIT_CONTRACTS, see=READ_CONTRACTS),
    press("invoicing:change_order_move", RUN_CONTRACTS),
    Page("invoicing:contract_invoices", get=READ_CONTRACTS),
    form("invoicing:invoice_new", EDIT_CONTRACTS),
    Page("invoicing:contract_payments", get=READ_CONTRACTS),
    Page("invoicing:contract_cash_flow", get=READ_CONTRACTS),
    Page("invoicing:project_cash_flow", get=READ_CONTRACTS),
    form("invoicing:payment_new", RUN_CONTRACTS, state="approved"),
    form("invoicing:payment_reverse", RUN_CONTRACTS),
    Page("invoicing:project_receivables", get=READ_CONTRACTS),
    Page("invoicing:invoice", get=READ_CONTRACTS),
    press("invoicing:invoice_lines", EDIT_CONTRACTS),
    Page("invoicing:review_and_add", get=READ_CONTRACTS, post=EDIT_CONTRACTS),
    Page("invoicing:figure_history", get=READ_CONTRACTS),
    Page("invoicing:invoice_print", get=READ_CONTRACTS),
    Page("invoicing:invoice_pdf", get=READ_CONTRACTS),
    Page("invoicing:invoice_xlsx", get=READ_CONTRACTS),
    Page("invoicing:invoice_csv", get=READ_CONTRACTS),
    form("invoicing:invoice_email", EDIT_CONTRACTS, state="approved"),
    form("invoicing:invoice_attachments", EDIT_CONTRACTS, see=READ_CONTRACTS),
    Page("invoicing:invoice_attachment", get=READ_CONTRACTS),
    press("invoicing:invoice_attachment_remove", EDIT_CONTRACTS),
    form("invoicing:contract_attachments", EDIT_CONTRACTS, see=READ_CONTRACTS),
    Page("invoicing:contract_attachment", get=READ_CONTRACTS),
    press("invoicing:contract_attachment_remove", EDIT_CONTRACTS),
    form("invoicing:reductions", EDIT_CONTRACTS),
    form("invoicing:invoice_reduce", EDIT_CONTRACTS, answer=DONE),
    form("invoicing:invoice_release", EDIT_CONTRACTS),
    form("invoicing:invoice_take_back", EDIT_CONTRACTS),
    form("invoicing:invoice_install", EDIT_CONTRACTS),
    form("invoicing:invoice_fill", EDIT_CONTRACTS),
    form("invoicing:invoice_bulk_edit", EDIT_CONTRACTS),
    press("invoicing:invoice_submit", EDIT_CONTRACTS),
    press("invoicing:invoice_approve", RUN_CONTRACTS, state="under_review"),
    form("invoicing:invoice_revise", RUN_CONTRACTS, state="under_review"),
    press("invoicing:invoice_reopen", RUN_CONTRACTS, state="approved"),
    form("invoicing:invoice_void", RUN_CONTRACTS),
    press("invoicing:invoice_delete", EDIT_CONTRACTS),
    press("invoicing:invoice_restore", EDIT_CONTRACTS),
    press("invoicing:invoice_send", RUN_CONTRACTS, state="approved"),
    press("invoicing:invoice_recall", RUN_CONTRACTS, state="sent"),
    Page("invoicing:periods", get=READ_CONTRACTS),
    form("invoicing:period_new", EDIT_CONTRACTS),
    form("invoicing:period_rule", EDIT_CONTRACTS),
    form("invoicing:period_edit", EDIT_CONTRACTS),
    press("invoicing:period_open", EDIT_CONTRACTS),
    press("invoicing:period_close", EDIT_CONTRACTS),
]

ERP_INTEGRATIONS = [
    Page("erp_integrations:owner_invoices", get=SEE_QUEUE),
    press("erp_integrations:accept_many", DECIDE),
    press("erp_integrations:undo_many", DECIDE),
    Page("erp_integrations:reject_many", get=DECIDE, post=DECIDE, shown=DONE),
    press("erp_integrations:retry_many", DECIDE),
    press("erp_integrations:retry_cause", DECIDE),
    Page("erp_integrations:invoice", get=SEE_QUEUE, state="sent"),
    Page("erp_integrations:attachment", get=SEE_QUEUE, state="sent"),
    press("erp_integrations:accept", DECIDE, state="sent"),
    press("erp_integrations:undo", DECIDE, state="accepted"),
    form("erp_integrations:reject", DECIDE, state="sent"),
    press("erp_integrations:retry", DECIDE, state="failed"),
    press("erp_integrations:retry_now", DECIDE, state="exporting"),
    press("erp_integrations:withdraw", DECIDE, state="accepted"),
    form("erp_integrations:booked_outside", DECIDE, state="failed"),
    form("erp_integrations:take_back", DECIDE, state="synced"),
    form("erp_integrations:answer", DECIDE, state="needs_check"),
    form("erp_integrations:link", DECIDE, state="failed"),
    form("erp_integrations:unlink", UNLINK, state="synced"),
    press("erp_integrations:export", DECIDE),
    press("erp_integrations:try_connection", DECIDE),
    Page("erp_integrations:runs", get=SEE_QUEUE),
    Page("erp_integrations:run", get=SEE_QUEUE),
    Page("erp_integrations:run_progress", get=SEE_QUEUE),
    press("erp_integrations:dismiss", SEE_QUEUE),
    Page("erp_integrations:mappings", get=SEE_QUEUE),
    form("erp_integrations:map_code", DECIDE),
    form("erp_integrations:settings", CONNECT, see=SEE_QUEUE),
    press("erp_integrations:check_connection", CONNECT, answer=SHOWN),
]

COMPANY_PAGES = [*SHELL, *DIRECTORY, *COMPANY_LISTS, *PRIME_CONTRACTS, *ERP_INTEGRATIONS]

# Pages of no company: what they answer to GET and POST of strangers, then of anybody signed in.
OWN_PAGES = {
    "start": (302, 403, 200, 405),
    "my_settings": (302, 403, 200, 422),
    "signin": (200, 200, 302, 200),
    "signout": (302, 403, 405, 302),
    "unsent": (302, 403, 302, 302),
    "demo_sign_in": (405, 404, 405, 404),
    "styleguide": (404, 405, 404, 405),
    "live": (200, 405, 200, 405),
    "ready": (503, 405, 503, 405),  # no sweeper has ever been heard
    "metrics": (200, 405, 200, 405),  # from this machine
}
