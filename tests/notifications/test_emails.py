"""What stands in the mails, and that nothing a person typed gets out of its place."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from notifications.delivery import deliver
from notifications.models import OutgoingEmail
from tests.notifications import factories

pytestmark = pytest.mark.django_db

MAILS = [
    factories.rejected,
    factories.sent_again,
    factories.export_finished,
    factories.retry_finished,
    factories.exports_paused,
    factories.privilege_changed,
]
REJECTED_TEXT = f"""\
Ana Whitfield rejected owner invoice PC-011 #9.

Project   Mill Race Apartments
Period    Oct 1 - 31, 2026
Due       $687,803.17

Reason
Line 7 (less previous certificates) is 1,250.00 higher than line 6 of
invoice #8.

The invoice is editable again in Prime Contracts. Fix it and choose Send to ERP:
{settings.BASE_URL}/c/harborvine/p/mill-race/prime-contracts/11/invoices/9/

You get this because you created the invoice.
"""


class Elements(HTMLParser):
    """Collects (tag, attributes) and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.words.append(text)

    @property
    def links(self):
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


def test_the_rejection_says_who_what_why_and_where():
    email = factories.rejected()

    assert email.to == "priya@harborvine.example"
    assert email.subject == "Rejected: PC-011 #9, Mill Race Apartments"
    assert email.text == REJECTED_TEXT


def test_an_invoice_that_comes_back_is_told_to_who_rejected_it():
    email = factories.sent_again()

    assert email.to == "ana@harborvine.example"
    assert email.subject == "Fixed and sent again: PC-011 #9, $687,803.17"
    assert email.text.startswith("Priya Shah fixed owner invoice PC-011 #9 and sent it again.\n")


@pytest.mark.parametrize(
    ("counts", "subject"),
    [
        ({"exported": 7, "failed": 1}, "1 of 8 invoices failed to export"),
        ({"exported": 0, "failed": 1}, "1 of 1 invoice failed to export"),
        ({"exported": 1, "failed": 0, "failures": []}, "1 invoice exported"),
        ({"exported": 8, "failed": 0, "failures": []}, "8 invoices exported"),
    ],
)
def test_the_export_mail_begins_with_the_fact(counts, subject):
    assert factories.export_finished(**counts).subject == subject


def test_the_export_mail_lists_what_failed_and_says_how_much_more():
    failures = [(f"PC-011 #{number}", "The ERP did not answer.") for number in range(40)]

    email = factories.export_finished(failed=40, failures=failures)

    assert email.text.count("The ERP did not answer.") == 15
    assert "\nPC-011 #14: The ERP did not answer.\nand 25 more\n" in email.text
    assert "and 25 more" in email.html


@pytest.mark.parametrize(
    ("granted", "subject"),
    [
        (True, "You can now accept and export owner invoices"),
        (False, "You can no longer accept and export owner invoices"),
    ],
)
def test_a_changed_privilege_is_told_to_its_person(granted, subject):
    assert factories.privilege_changed(granted=granted).subject == subject


def test_a_mail_speaks_the_readers_dictionary():
    email = factories.rejected(term="funding invoice", article="a", tool="Funding")

    assert email.text.startswith("Ana Whitfield rejected funding invoice PC-011 #9.\n")
    assert "The invoice is editable again in Funding." in email.text
    assert "A funding invoice came back:" in email.html


def write_has_data(write):
    return write not in (factories.exports_paused, factories.privilege_changed)


@pytest.mark.parametrize("write", MAILS)
def test_the_html_is_one_plain_column_that_leads_to_one_page_of_ours(write):
    email = write()

    elements = Elements(email.html)
    names = {tag for tag, _ in elements.tags}

    assert elements.tags[0] == ("html", {"lang": "en"})
    assert names & {"img", "script", "form", "link", "iframe", "object"} == set()
    assert len(elements.links) == 1
    assert elements.links[0].startswith(settings.BASE_URL + "/c/")
    assert elements.links[0] in email.text
    assert len(email.html.encode()) < 30_000
    data_tables = [attributes for tag, attributes in elements.tags if tag == "table" and "role" not in attributes]
    assert [attributes["class"] for attributes in data_tables] == ["rule"] * write_has_data(write)


def test_the_longest_mails_stay_small():
    nasty = "\"'<>&🙂" * 1_000

    emails = [
        factories.rejected(reason=nasty, dedupe_key="a"),
        factories.export_finished(failed=500, failures=[(nasty[:60], nasty)] * 500, dedupe_key="b"),
    ]

    assert max(len(email.html.encode()) for email in emails) < 30_000
    assert emails[0].text.count("…") == 1


NASTY = '<img src=x onerror="alert(1)">&amp;'


def test_what_people_typed_is_escaped_in_html_and_untouched_in_text():
    email = factories.rejected(
        rejected_by=NASTY, project=NASTY, number=NASTY, reason=NASTY, period=NASTY, because=NASTY
    )

    elements = Elements(email.html)

    assert "img" not in {tag for tag, _ in elements.tags}
    assert "".join(elements.words).count(NASTY) == 9
    assert email.text.count(NASTY) == 6
    assert email.subject == f"Rejected: {NASTY}, {NASTY}"


def test_a_name_cannot_add_a_header_or_a_recipient(post):
    name = 'Priya"\r\nBcc: thief@evil.example, <thief@evil.example>'
    email = factories.rejected(recipient_name=name, project=name, number=name)

    deliver(email.pk)

    [mail] = post.mails
    assert [address.addr_spec for address in mail["To"].addresses] == ["priya@harborvine.example"]
    assert mail["To"].addresses[0].display_name == 'Priya" Bcc: thief@evil.example, <thief@evil.example>'
    assert mail["Bcc"] is None
    assert post.recipients == [["priya@harborvine.example"]]
    assert "\n" not in email.subject


def test_a_reason_keeps_its_lines_and_loses_what_cannot_be_seen(post):
    email = factories.rejected(reason="One\r\nTwo\x00\x1b[31m\n\n.\n\nFrom here\tto \u202ethere 🙂")

    deliver(email.pk)

    text = post.mails[0].get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert "\nReason\nOne\nTwo[31m\n\n.\n\nFrom here   to there 🙂\n" in text


def test_a_subject_is_one_line_of_bounded_length():
    email = factories.rejected(project="Mill\n\t Race\u2028" + "x" * 400)

    assert email.subject.startswith("Rejected: PC-011 #9, Mill Race xxx")
    assert len(email.subject) == 250
    assert email.subject.endswith("…")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_mail_links_to_no_other_site(url):
    with pytest.raises(ValueError, match="pages of this deployment"):
        factories.rejected(url=url)


def test_a_full_address_of_ours_is_taken_as_it_is():
    email = factories.rejected(url=f"{settings.BASE_URL}/me/")

    assert Elements(email.html).links == [f"{settings.BASE_URL}/me/"]


def test_the_same_call_twice_is_one_mail():
    first = factories.rejected()
    factories.rejected(reason="Another one")

    [email] = OutgoingEmail.objects.all()
    assert (email.pk, email.text) == (first.pk, first.text)


def test_mails_about_one_invoice_are_one_thread():
    rejected, again = factories.rejected(), factories.sent_again()
    other = factories.rejected(thread="invoice:10", dedupe_key="other")

    assert rejected.headers["References"] == rejected.headers["In-Reply-To"] == again.headers["References"]
    assert other.headers["References"] != rejected.headers["References"]
    assert re.fullmatch(r"<mail\.[0-9a-f]{32}@tieout\.example>", rejected.headers["Message-ID"])
    assert rejected.headers["Message-ID"] != again.headers["Message-ID"]
    assert rejected.headers["Auto-Submitted"] == "auto-generated"


def test_a_mail_is_rung_for_once_it_is_committed(broker, commit):
    broker.client.flushdb()

    with commit():
        email = factories.rejected()
        assert broker.client.llen("celery") == 0

    [message] = broker.client.lrange("celery", 0, -1)
    assert json.loads(message)["headers"]["task"] == "notifications.tasks.deliver_email"
    assert json.loads(message)["headers"]["argsrepr"] == f"({email.pk},)"
