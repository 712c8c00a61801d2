"""Each mail reaches the mail server, whatever happens to the server or to us on the way."""

import smtplib
import ssl

import pytest
import requests
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError

from notifications import delivery
from notifications.delivery import deliver, due_emails
from notifications.models import OutgoingEmail
from notifications.tasks import deliver_email
from tests.notifications import factories

pytestmark = pytest.mark.django_db


def state(email):
    return OutgoingEmail.objects.values_list("state", "attempts").get(pk=email.pk)


def test_a_mail_arrives_with_both_its_parts(post):
    email = factories.rejected()

    sent = deliver(email.pk)

    [mail] = post.mails
    assert sent is True
    assert state(email) == ("sent", 1)
    assert mail["Subject"] == "Rejected: PC-011 #9, Mill Race Apartments"
    assert mail["To"] == "Priya Shah <priya@harborvine.example>"
    assert mail["From"] == "Tieout <no-reply@tieout.example>"
    assert mail["Reply-To"] is None
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(["plain"]).get_content().replace("\r\n", "\n") == email.text
    assert mail.get_body(["html"]).get_content().replace("\r\n", "\n") == email.html


def test_a_mail_is_sent_once_however_often_it_is_rung_for(post):
    email = factories.rejected()

    outcomes = [deliver(email.pk) for _ in range(3)]

    assert outcomes == [True, False, False]
    assert len(post.mails) == 1


def test_a_ring_for_no_mail_is_harmless(post):
    assert deliver(4711) is False


def test_a_server_that_is_away_loses_nothing(post, clock):
    post.stop()
    email = factories.rejected()

    assert deliver(email.pk) is False
    assert state(email) == ("queued", 1)
    clock.shift(minutes=1)
    assert due_emails() == [email.pk]
    assert deliver(email.pk) is False
    post.start()
    clock.shift(minutes=3)
    outcomes = [deliver(email_id) for email_id in due_emails()]

    assert outcomes == [True]
    assert state(email) == ("sent", 3)
    assert [mail["Subject"] for mail in post.mails] == [email.subject]
    assert due_emails() == []


def test_a_failed_try_says_when_and_why(post):
    post.stop()
    email = factories.rejected()

    deliver(email.pk)

    email.refresh_from_db()
    assert email.last_error == "ConnectionRefusedError: [Errno 111] Connection refused"
    assert (email.next_attempt_at - email.created_at).total_seconds() < 31


def test_pauses_grow_to_half_an_hour(monkeypatch):
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: (low, high))

    assert [delivery.backoff(tries)[1] for tries in (1, 2, 3, 7, 200)] == [30, 60, 120, 1800, 1800]
    assert delivery.backoff(1)[0] == 0


@pytest.mark.parametrize(
    ("where", "answer", "expected"),
    [
        ("rcpt", "550 No such person here", "failed"),
        ("rcpt", "450 Try again later", "queued"),
        ("rcpt", "530 Authentication required", "queued"),
        ("data", "554 Not taken", "failed"),
        ("data", "451 Disk full", "queued"),
        ("data", "421 Closing", "queued"),
    ],
)
def test_only_a_final_answer_ends_the_tries(post, where, answer, expected):
    post.answers[where] = answer
    email = factories.rejected()

    deliver(email.pk)

    assert state(email) == (expected, 1)
    assert post.mails == []


def test_a_failed_mail_keeps_what_the_server_said(post):
    post.answers["data"] = "554 Not taken"
    email = factories.rejected()

    deliver(email.pk)

    email.refresh_from_db()
    assert email.last_error == "SMTPDataError: (554, b'Not taken')"
    assert due_emails() == []


def test_twenty_hours_and_eight_tries_are_enough(post, clock):
    post.stop()
    email = factories.rejected()
    states = []
    for hours in (0, 1, 2, 3, 4, 5, 6, 7, 19, 21):
        clock.shift(hours=hours)
        deliver(email.pk)
        states.append(state(email)[0])

    assert states == ["queued"] * 9 + ["failed"]


def test_a_mail_that_is_old_before_its_first_try_is_tried(post, clock):
    post.stop()
    email = factories.rejected()
    clock.shift(hours=30)

    deliver(email.pk)

    assert state(email) == ("queued", 1)


def test_a_mail_that_kills_its_workers_is_given_up(post, clock):
    email = factories.rejected()
    OutgoingEmail.objects.filter(pk=email.pk).update(attempts=200, state="sending")

    sent = deliver(email.pk)

    assert sent is False
    assert state(email) == ("failed", 201)
    assert post.mails == []


def test_the_longest_overdue_mail_is_rung_for_first(clock):
    first, second, third = (factories.rejected(dedupe_key=key) for key in "abc")

    assert due_emails(limit=2) == [first.pk, second.pk]
    assert due_emails() == [first.pk, second.pk, third.pk]


def test_a_server_that_breaks_after_taking_a_mail_gets_it_once(post):
    post.answers["quit"] = "221 " + "x" * 9_000  # longer than a line may be: the client raises
    email = factories.rejected()

    sent = deliver(email.pk)

    assert sent is True
    assert len(post.mails) == 1


def test_a_row_no_server_may_be_given_fails_at_once(post):
    email = factories.rejected()
    OutgoingEmail.objects.filter(pk=email.pk).update(headers={"X-Note": "a\r\nBcc: thief@example.test"})

    deliver(email.pk)

    assert state(email) == ("failed", 1)
    assert post.mails == []


def test_while_the_server_is_away_the_other_mails_wait_too(post, clock):
    post.stop()
    emails = [factories.rejected(dedupe_key=key) for key in "abc"]

    deliver(emails[0].pk)

    assert due_emails() == []
    assert [state(email) for email in emails] == [("queued", 1), ("queued", 0), ("queued", 0)]
    clock.shift(seconds=31)
    assert sorted(due_emails()) == [email.pk for email in emails]


def test_one_refused_mail_holds_up_no_other(post):
    emails = [factories.rejected(dedupe_key=key) for key in "ab"]
    post.answers["rcpt"] = "450 Try again later"

    deliver(emails[0].pk)

    assert due_emails() == [emails[1].pk]


def test_without_a_broker_everything_due_is_sent_until_the_server_goes_away(post, clock):
    emails = [factories.rejected(dedupe_key=key) for key in "abc"]

    delivery.deliver_due()

    assert [state(email) for email in emails] == [("sent", 1)] * 3
    assert len(post.mails) == 3


def response(status):
    answer = requests.Response()
    answer.status_code = status
    return answer


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (AnymailRecipientsRefused("all refused"), True),
        (AnymailRequestsAPIError("too long", response=response(422)), True),
        (AnymailRequestsAPIError("wrong token", response=response(401)), False),
        (AnymailRequestsAPIError("slow down", response=response(429)), False),
        (AnymailRequestsAPIError("broken", response=response(500)), False),
        (AnymailRequestsAPIError("no answer"), False),
        (ssl.SSLCertVerificationError("expired"), False),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), False),
        (smtplib.SMTPSenderRefused(550, b"not from there", "x@y"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError(), False),
        (RuntimeError("a fault of ours"), False),
    ],
)
def test_what_someone_can_mend_is_tried_again(error, permanent):
    assert delivery.is_permanent(error) is permanent


def test_a_provider_of_django_anymail_takes_the_same_mail(settings, mailoutbox):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    email = factories.rejected()

    sent = deliver(email.pk)

    [mail] = mailoutbox
    parameters = mail.anymail_test_params
    assert sent is True
    assert [str(address) for address in parameters["to"]] == ["Priya Shah <priya@harborvine.example>"]
    assert parameters["html_body"] == email.html
    assert parameters["extra_headers"]["Message-ID"] == email.headers["Message-ID"]


def test_the_task_that_is_rung_for_delivers(post):
    email = factories.rejected()

    deliver_email.apply(args=[email.pk])

    assert state(email) == ("sent", 1)
