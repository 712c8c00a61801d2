"""Hands outgoing mails to the mail server, each until the server has taken it.

A row is claimed under a lease, sent with no transaction open, and marked. A worker that dies between the server's
"taken" and our mark sends the mail once more; its Message-ID is the same, so that mailboxes can tell.
"""

import logging
import random
import smtplib
from contextlib import suppress
from datetime import timedelta
from email.utils import formataddr

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F

from notifications.clock import TieoutNow
from notifications.exceptions import UnsendableError
from notifications.models import DeliveryState, OutgoingEmail
from notifications.wording import capped, one_line

log = logging.getLogger(__name__)

# Longer than any sending: the task's hard limit is 90 s.
LEASE = timedelta(seconds=120)
FIRST_BACKOFF = 30
LONGEST_BACKOFF = 30 * 60
# A mail server may be away for a night; what it could not take by then is for a person to look at.
GIVE_UP_AFTER = timedelta(hours=20)
FEWEST_TRIES = 8
# While the server is away, everything due waits this long, so that workers are free for exports.
PAUSE = timedelta(seconds=30)
# Only a mail whose sending kills its worker gets this far.
MOST_TRIES = 200

# Answers about our access to the server, not about the mail: they pass when someone mends the configuration.
ACCESS_CODES = (530, 534, 535, 538)
ACCESS_STATUSES = (401, 403, 408, 429)


def due_emails(limit=100):
    """Ids of mails to ring for, the longest overdue first."""
    return list(OutgoingEmail.objects.due().order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def deliver_due():
    """Send what is due, without a broker; stops at the first mail that cannot be sent now."""
    for email_id in due_emails():
        if not deliver(email_id):
            return


def deliver(email_id):
    """Send one mail if it is due and nobody else is sending it. Returns whether the mail server took it now."""
    email = claim(email_id)
    if email is None:
        return False
    try:
        hand_over(message_of(email))
    except Exception as error:
        settle_failure(email, error)
        return False
    return mark_sent(email)


def claim(email_id):
    """Take the lease of a due mail. Returns the row, or None when it is not due, is being sent or is done."""
    claimed = OutgoingEmail.objects.due().filter(pk=email_id)
    if not claimed.update(state=DeliveryState.SENDING, attempts=F("attempts") + 1, next_attempt_at=TieoutNow() + LEASE):
        return None
    email = OutgoingEmail.objects.get(pk=email_id)
    if email.attempts > MOST_TRIES:
        fail(email, email.last_error or "Every worker that tried to send it ended before it could tell how that went.")
        return None
    return email


def message_of(email):
    """The mail as it will be sent; raises UnsendableError when no server may be given it."""
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        to=[formataddr((email.to_name, email.to))],
        headers=email.headers,
    )
    message.attach_alternative(email.html, "text/html")
    if email.attachment_name:
        message.attach(email.attachment_name, bytes(email.attachment), "application/pdf")
    for file in email.files.all() if email.pk else ():
        message.attach(file.name, bytes(file.content), file.mime.partition(";")[0])
    try:
        message.message()
    except ValueError as error:
        raise UnsendableError(f"A header or the address cannot be written: {error}") from error
    return message


def hand_over(message):
    """Send by the configured backend; raises what the backend raises, unless the server took the mail."""
    connection = get_connection()
    connection.open()
    try:
        connection.send_messages([message])
    finally:
        # Once the mail is taken, a connection that ends badly must not make it look lost.
        with suppress(Exception):
            connection.close()


def mark_sent(email):
    return ours(email).update(state=DeliveryState.SENT, sent_at=TieoutNow(), last_error="") == 1


def settle_failure(email, error):
    """Try again later, unless trying cannot help or has been done for long enough."""
    words = capped(one_line(f"{type(error).__name__}: {error}"), 300)
    if is_permanent(error) or is_spent(email):
        fail(email, words)
        return
    wait = timedelta(seconds=backoff(email.attempts))
    ours(email).update(state=DeliveryState.QUEUED, next_attempt_at=TieoutNow() + wait, last_error=words)
    if is_about_server(error):
        OutgoingEmail.objects.due().update(next_attempt_at=TieoutNow() + PAUSE)
    log.warning("Mail %s waits %.0f s after try %s: %s", email.pk, wait.total_seconds(), email.attempts, words)


def fail(email, words):
    ours(email).update(state=DeliveryState.FAILED, last_error=words)
    log.error("Mail %s will not be sent: %s", email.pk, words)


def ours(email):
    """The row while this worker's claim holds: a later claim has counted another attempt."""
    return OutgoingEmail.objects.filter(pk=email.pk, state=DeliveryState.SENDING, attempts=email.attempts)


def is_spent(email):
    old = OutgoingEmail.objects.filter(pk=email.pk, created_at__lte=TieoutNow() - GIVE_UP_AFTER)
    return email.attempts >= FEWEST_TRIES and old.exists()


def backoff(attempts):
    """Seconds to wait after so many tries: full jitter between 0 and a bound that doubles from 30 s to 30 min."""
    return random.uniform(0, min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(attempts - 1, 16)))  # noqa: S311


def is_permanent(error):
    """Whether the mail server, or the mail itself, says that this mail can never be taken."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(is_final(code) for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return is_final(error.smtp_code)
    if isinstance(error, AnymailAPIError):
        return error.status_code is not None and is_final_status(error.status_code)
    return isinstance(error, UnsendableError | smtplib.SMTPNotSupportedError | AnymailRecipientsRefused)


def is_about_server(error):
    """Whether the next mail would fare no better now: no connection, no access, no answer in time."""
    about_one_mail = smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused | smtplib.SMTPDataError
    return isinstance(error, OSError) and not isinstance(error, about_one_mail)


def is_final(code):
    return 500 <= code < 600 and code not in ACCESS_CODES


def is_final_status(status):
    return 400 <= status < 500 and status not in ACCESS_STATUSES
