"""The mails Tieout writes: plain values in, one outgoing row per recipient, in the caller's transaction.

Repeating a call with the same `dedupe_key` writes nothing. Delivery is rung for on commit. `url` is a page of this
deployment, as a path or a full address; nothing is ever done by following a link.
"""

from hashlib import sha256
from itertools import islice
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string

from notifications import doorbell
from notifications.clock import TieoutNow
from notifications.models import DeliveryState, OutgoingEmail, OutgoingFile
from notifications.tasks import deliver_email
from notifications.wording import capped, one_line, paragraphs

REASON_LIMIT = 2_000
LISTED_FAILURES = 15
SENTENCE_LIMIT = 200


def invoice_rejected(
    *,
    to,
    recipient_name,
    number,
    term,
    article,
    tool,
    rejected_by,
    project,
    period,
    due,
    reason,
    url,
    because,
    dedupe_key,
    thread,
):
    """Tell a creator or sender that accounting gave an invoice back.

    `term` ("owner invoice"), `article` ("an") and `tool` ("Prime Contracts") are the reader's dictionary; `due` is
    formatted with its currency; `because` ends the sentence "You get this because …"; `thread` names the invoice.
    """
    values = {
        "number": number,
        "term": term,
        "article": article,
        "tool": tool,
        "rejected_by": rejected_by,
        "project": project,
        "period": period,
        "due": due,
        "reason": reason,
        "because": because,
    }
    _write("invoice_rejected", to, recipient_name, values, url, dedupe_key, thread)


def invoice_sent_again(
    *, to, recipient_name, number, term, project, period, due, sent_by, reason, url, dedupe_key, thread
):
    """Tell the approver who rejected an invoice that it is back; `reason` is what they wrote then."""
    values = {
        "number": number,
        "term": term,
        "sent_by": sent_by,
        "project": project,
        "period": period,
        "due": due,
        "reason": reason,
    }
    _write("invoice_sent_again", to, recipient_name, values, url, dedupe_key, thread)


def application_emailed(
    *, to, number, term, sender, reply_to, company, project, period, due, reason, attachment, url, dedupe_key, files=()
):
    """Hand an approved application to the owner; `reason` is the sender's message, `attachment` a name and a PDF.

    `files` go with it: names, MIME types and contents.
    """
    values = {
        "number": number,
        "term": term,
        "sender": sender,
        "company": company,
        "project": project,
        "period": period,
        "due": due,
        "reason": reason,
    }
    _write("application_emailed", to, "", values, url, dedupe_key, attachment=attachment, reply_to=reply_to)
    _add_files(dedupe_key, files)


def export_finished(*, to, recipient_name, run_number, exported, failed, total_text, failures=(), url, dedupe_key):
    """Tell the person who exported how the run ended.

    `exported` and `failed` are counts, `total_text` the formatted sum of what was exported, `failures` pairs of an
    invoice's number and a sentence.
    """
    values = _ended(exported, failed, failures) | {"run_number": run_number, "total_text": total_text}
    _write("export_finished", to, recipient_name, values, url, dedupe_key)


def retry_finished(*, to, recipient_name, exported, failures, url, dedupe_key):
    """Tell the person who pressed Retry which invoices failed again; `failures` as above."""
    values = _ended(exported, len(failures), failures)
    _write("retry_finished", to, recipient_name, values, url, dedupe_key)


def _ended(exported, failed, failures):
    """The counts of a mail about how exports ended, and as many failures as it lists."""
    listed = [
        (one_line(number), capped(one_line(sentence), SENTENCE_LIMIT))
        for number, sentence in islice(failures, LISTED_FAILURES)
    ]
    return {
        "exported": exported,
        "failed": failed,
        "count": exported + failed,
        "failures": listed,
        "unlisted": failed - len(listed) if listed else 0,
        "noun": "invoice" if exported + failed == 1 else "invoices",
    }


def exports_paused(*, to, recipient_name, company, erp, what, how, url, dedupe_key):
    """Tell an Admin on ERP Integrations that the ERP refuses our sign-in; `what` and `how` are the catalogue's."""
    values = {"company": company, "erp": erp, "what": what, "how": how}
    _write("exports_paused", to, recipient_name, values, url, dedupe_key)


def privilege_changed(*, to, recipient_name, company, granted, by, url, dedupe_key, invoices="owner invoices"):
    """Tell a person that Can Push to Accounting was given to them (`granted`) or taken from them."""
    values = {"company": company, "granted": granted, "by": by, "invoices": invoices}
    _write("privilege_changed", to, recipient_name, values, url, dedupe_key)


def _write(mail, to, recipient_name, values, url, dedupe_key, thread="", attachment=("", b""), reply_to=""):
    context = {name: _clean(name, value) for name, value in values.items()} | {"url": _page(url)}
    context["subject"] = _subject(mail, context)
    email = OutgoingEmail(
        to=to,
        to_name=one_line(recipient_name)[:200],
        subject=context["subject"],
        text=render_to_string(f"notifications/{mail}/body.txt", context).strip() + "\n",
        html=render_to_string(f"notifications/{mail}/body.html", context),
        headers=_headers(dedupe_key, thread) | ({"Reply-To": reply_to} if reply_to else {}),
        attachment_name=attachment[0],
        attachment=attachment[1],
        dedupe_key=dedupe_key,
        next_attempt_at=TieoutNow(),
    )
    OutgoingEmail.objects.bulk_create([email], ignore_conflicts=True)
    for email_id in _waiting(dedupe_key):
        doorbell.ring_on_commit(deliver_email, email_id)


def _add_files(dedupe_key, files):
    email = OutgoingEmail.objects.get(dedupe_key=dedupe_key)
    if not email.files.exists():  # the same mail may have been written before
        OutgoingFile.objects.bulk_create(
            OutgoingFile(email=email, name=name, mime=mime, content=content) for name, mime, content in files
        )


def _clean(name, value):
    if name == "reason":
        return capped(paragraphs(value), REASON_LIMIT)
    return one_line(value) if isinstance(value, str) else value


def _waiting(dedupe_key):
    queued = OutgoingEmail.objects.filter(dedupe_key=dedupe_key, state=DeliveryState.QUEUED, attempts=0)
    return queued.values_list("pk", flat=True)


def _subject(mail, context):
    subject = render_to_string(f"notifications/{mail}/subject.txt", context)
    return capped(one_line(subject), OutgoingEmail._meta.get_field("subject").max_length)


def _page(url):
    """A page of ours and of nobody else, as a full address."""
    base = settings.BASE_URL.rstrip("/") + "/"
    page = urljoin(base, url)
    if not page.startswith(base):
        raise ValueError("A mail links to pages of this deployment only.")
    return page


def _headers(dedupe_key, thread):
    """The same mail has the same Message-ID however often it is sent; mails of one thread name the same root."""
    headers = {"Message-ID": _message_id("mail", dedupe_key), "Auto-Submitted": "auto-generated"}
    if thread:
        root = _message_id("thread", str(thread))
        headers |= {"In-Reply-To": root, "References": root}
    return headers


def _message_id(kind, key):
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
    return f"<{kind}.{sha256(key.encode()).hexdigest()[:32]}@{domain}>"
