"""Sentences for ERPs with strict books: numbers in the order of dates, and accounts that must be open."""

from django.utils.translation import gettext_lazy as _

from erp_integrations.error_catalogue.entries import MAP_COST_CODE, REJECT, RETRY, RETRY_NOW, Entry

STRICT_BOOKS: dict[str, Entry] = {
    "DUPLICATE_REFERENCE": Entry(
        _("{erp} has an invoice with our reference already."),
        _("Nothing to fix. We ask {erp} for it before anything is sent again."),
        (RETRY_NOW,),
    ),
    "FUTURE_DATE": Entry(
        _("The billing date is {date}, which is still to come. {erp} would take no earlier date after it."),
        _("Retry when the day has come, or reject it for another billing date."),
        (RETRY, REJECT),
    ),
    "DATE_ORDER": Entry(
        _("{erp} numbers invoices by date, and {number} is already dated {date}."),
        _("Reject it for a billing date that is not earlier."),
        (REJECT, RETRY),
    ),
    "ACCOUNT_UNKNOWN": Entry(
        _("{erp} has no open account {code}."),
        _("Map the cost code to another account, or open this one in {erp}, then retry."),
        (MAP_COST_CODE, RETRY),
    ),
    "SETUP_MISSING": Entry(
        _("{erp} is not set up for this invoice: it lacks {name}."),
        _("Ask your controller to add it in {erp}, then retry."),
        (RETRY, REJECT),
    ),
}
