"""Sentences for when a connection is tested: no invoice is under way, and whoever reads them can mend it."""

from django.utils.translation import gettext_lazy as _

from erp_integrations.error_catalogue.entries import Entry

AGAIN = _("Check that {erp} is running and that the address is right, then test again.")
CHECKING: dict[str, Entry] = {
    "AUTH_EXPIRED": Entry(
        _("{erp} does not accept our sign-in."), _("Enter the sign-in again, save, then test again.")
    ),
    "LOGIN_LOCKED": Entry(
        _("{erp} lets our sign-in wait after several that failed."),
        _("Wait some minutes. If the password may be wrong, enter it again and save before you test."),
    ),
    "DATABASE_UNKNOWN": Entry(
        _("{erp} has no company file or database of the name that is set up here."),
        _("Correct the name, save, then test again."),
    ),
    "UNREACHABLE": Entry(_("{erp} could not be reached."), AGAIN),
    "TLS_FAILED": Entry(
        _("{erp} could not prove who it is."),
        _("Ask whoever runs {erp} to renew its certificate, then test again."),
    ),
    "ADDRESS_NOT_ALLOWED": Entry(
        _("This installation may not connect to the address of {erp}."),
        _("Correct the address and save, or ask the operator of this installation to allow the host."),
    ),
    "REDIRECTED": Entry(
        _("{erp} sent us to another address. We did not follow."),
        _("Enter the right address, save, then test again. Technical detail may name it."),
    ),
    "RATE_LIMIT": Entry(_("{erp} asked us to slow down."), _("Wait a minute, then test again.")),
    "TIMEOUT": Entry(_("{erp} did not answer in time."), AGAIN),
    "CONNECTION_LOST": Entry(_("The connection to {erp} broke before it answered."), AGAIN),
    "UNREADABLE": Entry(
        _("{erp} gave an answer that cannot be read."),
        _("Check the address: something else may answer there. Technical detail shows the answer."),
    ),
    "ERP_FAULT": Entry(
        _("{erp} reported a fault of its own."), _("Ask whoever runs {erp} to look at it, then test again.")
    ),
    "ADAPTER_FAULT": Entry(
        _("The adapter for {erp} could not make sense of the answer."),
        _("Check the settings. If they are right, send Technical detail to support."),
    ),
    "NOT_SUPPORTED": Entry(
        _("{erp} cannot be asked whether the connection works."), _("The first export will show it.")
    ),
    "UNKNOWN": Entry(
        _("{erp} refused the test and gave no reason we know."),
        _("Check the address and the other settings. Technical detail shows the answer."),
    ),
}
