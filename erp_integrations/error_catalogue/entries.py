"""The sentences themselves, by code."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

RETRY, RETRY_NOW, REJECT, LINK, COMPARE = "retry", "retry_now", "reject", "link", "compare"
MAP_OWNER, MAP_JOB, MAP_COST_CODE, RECONNECT = "map_owner", "map_job", "map_cost_code", "reconnect"


@dataclass(frozen=True)
class Entry:
    """`what` and `how` are translatable and take parameters in braces; `actions` are names of buttons, best first."""

    what: str
    how: str
    actions: tuple[str, ...] = ()


_INVOICE = {
    "PERIOD_CLOSED": Entry(
        _("{erp} has no open accounting period for {period}."),
        _("Ask your controller to open it in {erp}, then retry."),
        (RETRY, REJECT),
    ),
    "DUPLICATE_NUMBER": Entry(
        _("Invoice number {number} already exists in {erp}."),
        _("If it is the same invoice, link it. If not, reject this one so that the project team can renumber."),
        (LINK, REJECT, RETRY),
    ),
    "NUMBER_TOO_LONG": Entry(
        _("The number has {length} characters. {erp} allows {limit}."),
        _("Reject it for a shorter number."),
        (REJECT,),
    ),
    "TEXT_TOO_LONG": Entry(
        _("The description of line {item} has {length} characters. {erp} allows {limit}."),
        _("Reject it so that the project team can shorten the description."),
        (REJECT,),
    ),
    "TOO_MANY_LINES": Entry(
        _("The invoice has {count} lines. {erp} allows {limit}."),
        _("Reject it so that the project team can bill in fewer lines."),
        (REJECT,),
    ),
    "NO_LINES": Entry(
        _("The invoice bills nothing: no line has an amount or retainage in this period."),
        _("It needs no booking: the project team enters what was done in this period, or deletes it."),
        (REJECT,),
    ),
    "LINES_DIFFER": Entry(
        _("The lines add up to {theirs}, the payment due says {ours}."),
        _("Reject it so that the project team can reopen and approve it again, which computes both anew."),
        (REJECT,),
    ),
    "CURRENCY_UNKNOWN": Entry(
        _("{erp} keeps no books in {currency}."),
        _("Check the company's currency, or add it in {erp}, then retry."),
        (RETRY, REJECT),
    ),
    "NEGATIVE_TOTAL": Entry(
        _("The payment due is negative. {erp} takes no invoice below zero."),
        _("Reject it, and book the credit in {erp}."),
        (REJECT,),
    ),
    "NEGATIVE_LINE": Entry(
        _("Line {item} is negative. {erp} takes no negative lines."),
        _("Reject it so that the project team can net the line against another."),
        (REJECT,),
    ),
    "RETAINAGE_RELEASE": Entry(
        _("Line {item} releases retainage. {erp} cannot book a release on an invoice."),
        _("Reject it, and book the release in {erp}."),
        (REJECT,),
    ),
    "AMOUNT_MISMATCH": Entry(
        _("{erp} has {theirs}, we sent {ours}."),
        _("Compare both, then say what holds."),
        (COMPARE, REJECT),
    ),
    "TOTAL_MISMATCH": Entry(
        _("{erp} calculated {theirs}, we sent {ours}."),
        _("Compare the rounding of the lines, then retry or reject."),
        (RETRY, REJECT),
    ),
}
_CODES = {
    "CUSTOMER_UNMAPPED": Entry(
        _("The owner {name} has no ERP customer."), _("Map the owner, then retry."), (MAP_OWNER, RETRY)
    ),
    "CUSTOMER_UNKNOWN": Entry(
        _("{erp} has no customer {code}."), _("Map the owner to another customer, then retry."), (MAP_OWNER, RETRY)
    ),
    "CUSTOMER_CLOSED": Entry(
        _("Customer {code} is closed in {erp}."),
        _("Reopen it in {erp}, or map the owner to another customer, then retry."),
        (MAP_OWNER, RETRY),
    ),
    "JOB_UNMAPPED": Entry(
        _("The project {name} has no job in {erp}."), _("Map the project, then retry."), (MAP_JOB, RETRY)
    ),
    "JOB_CLOSED": Entry(
        _("The project has no open job in {erp}."),
        _("Reopen the job in {erp}, or map the project to another, then retry."),
        (MAP_JOB, RETRY),
    ),
    "ACCOUNT_UNMAPPED": Entry(
        _("Cost code {cost_code} has no revenue account."), _("Map the cost code, then retry."), (MAP_COST_CODE, RETRY)
    ),
}
_CONNECTION = {
    "NO_CONNECTION": Entry(
        _("This company has no ERP connection yet."), _("An ERP Admin connects it in Settings."), (RECONNECT,)
    ),
    "AUTH_EXPIRED": Entry(
        _("{erp} no longer accepts our sign-in."),
        _("An ERP Admin must reconnect in Settings. All exports wait."),
        (RECONNECT, RETRY),
    ),
    "ADAPTER_MISSING": Entry(
        _("Tieout's adapter for {erp} is no longer installed."),
        _("Whoever runs Tieout must install it again, or an ERP Admin connects another ERP. All exports wait."),
        (RECONNECT, RETRY),
    ),
    "LOGIN_LOCKED": Entry(
        _("{erp} lets our sign-in wait after several that failed."),
        _("Nothing to fix if the password is right: we try again on our own. If not, an ERP Admin must reconnect."),
        (RETRY, RECONNECT),
    ),
    "DATABASE_UNKNOWN": Entry(
        _("{erp} has no company file or database of the name that is set up here."),
        _("An ERP Admin must correct the name in Settings, then retry."),
        (RECONNECT, RETRY),
    ),
    "UNREACHABLE": Entry(
        _("{erp} could not be reached. Nothing was sent."),
        _("Nothing to fix here unless it lasts. Check that {erp} is running, then retry."),
        (RETRY, REJECT),
    ),
    "TLS_FAILED": Entry(
        _("{erp} could not prove who it is. Nothing was sent."),
        _("Ask whoever runs {erp} to renew its certificate, then retry."),
        (RETRY, REJECT),
    ),
    "ADDRESS_NOT_ALLOWED": Entry(
        _("This installation may not connect to the address of {erp}. Nothing was sent."),
        _("An ERP Admin must correct the address in Settings, or the operator must allow the host."),
        (RECONNECT, RETRY),
    ),
    "REDIRECTED": Entry(
        _("{erp} sent us to another address. We did not follow."),
        _("An ERP Admin must enter the right address in Settings, then retry."),
        (RECONNECT, RETRY),
    ),
    "RATE_LIMIT": Entry(_("{erp} asked us to slow down."), _("Nothing to fix. We try again on our own."), (RETRY,)),
}
_DOUBT = {
    "TIMEOUT": Entry(
        _("{erp} did not answer in time."),
        _("Nothing to fix. We ask {erp} for this invoice before anything is sent again."),
        (RETRY_NOW,),
    ),
    "CONNECTION_LOST": Entry(
        _("The connection to {erp} broke before it answered."),
        _("Nothing to fix. We ask {erp} for this invoice before anything is sent again."),
        (RETRY_NOW,),
    ),
    "UNREADABLE": Entry(
        _("{erp} gave an answer that cannot be read."),
        _("We ask {erp} for this invoice before anything is sent again. Technical detail shows the answer."),
        (RETRY_NOW,),
    ),
    "ERP_FAULT": Entry(
        _("{erp} reported a fault of its own."),
        _("Nothing to fix. We ask {erp} for this invoice before anything is sent again."),
        (RETRY_NOW,),
    ),
    "LOOKUP_FAILED": Entry(
        _("{erp} could not be asked whether the invoice is there."),
        _("Nothing to fix. We ask again on our own, and send nothing until we know."),
        (RETRY_NOW,),
    ),
    "WORKER_LOST": Entry(
        _("The export was cut short before the answer of {erp} was written down."),
        _("Nothing to fix. We ask {erp} first, and send nothing until we know."),
        (RETRY_NOW,),
    ),
    "NOT_YET_VISIBLE": Entry(
        _("{erp} does not show the invoice yet, which may take a while."),
        _("Nothing to fix. We ask again on our own, and send nothing until we know."),
        (RETRY_NOW,),
    ),
    "NO_LOOKUP": Entry(
        _("{erp} cannot be asked whether the invoice is there."),
        _("Look for it in {erp}, then say what you found."),
    ),
    "TWO_MATCHES": Entry(
        _("{erp} has more than one document for this invoice: {theirs}."),
        _("Remove all but one in {erp}, then say which one stands."),
    ),
    "REMOVED": Entry(
        _("{erp} does not have the invoice any more. It was removed there."),
        _("Retry to send it again, or reject it so that the project team can change it."),
        (RETRY, REJECT),
    ),
    "NOT_POSTED": Entry(
        _("{erp} has the invoice as a draft. It could not be posted."),
        _("Look at the draft in {erp}, mend what stops it, then retry. No second one is made."),
        (RETRY,),
    ),
}
UNKNOWN = Entry(
    _("{erp} refused the invoice and gave no reason we know."),
    _("Open Technical detail and send it to support."),
    (RETRY, REJECT),
)
NOT_SUPPORTED = Entry(_("{erp} does not offer this."), _("Do it in {erp} itself."))
CATALOGUE: dict[str, Entry] = {
    **_INVOICE,
    **_CODES,
    **_CONNECTION,
    **_DOUBT,
    "UNKNOWN": UNKNOWN,
    "NOT_SUPPORTED": NOT_SUPPORTED,
}
