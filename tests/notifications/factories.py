"""Values for each mail, as the other apps hand them over."""

from notifications import emails
from notifications.models import OutgoingEmail

REASON = "Line 7 (less previous certificates) is 1,250.00 higher than line 6 of invoice #8."


def rejected(**changed):
    values = {
        "to": "priya@harborvine.example",
        "recipient_name": "Priya Shah",
        "number": "PC-011 #9",
        "term": "owner invoice",
        "article": "an",
        "tool": "Prime Contracts",
        "rejected_by": "Ana Whitfield",
        "project": "Mill Race Apartments",
        "period": "Oct 1 - 31, 2026",
        "due": "$687,803.17",
        "reason": REASON,
        "url": "/c/harborvine/p/mill-race/prime-contracts/11/invoices/9/",
        "because": "you created the invoice",
        "dedupe_key": "rejected:9:3:priya",
        "thread": "invoice:9",
    } | changed
    emails.invoice_rejected(**values)
    return OutgoingEmail.objects.get(dedupe_key=values["dedupe_key"])


def sent_again(**changed):
    values = {
        "to": "ana@harborvine.example",
        "recipient_name": "Ana Whitfield",
        "number": "PC-011 #9",
        "term": "owner invoice",
        "project": "Mill Race Apartments",
        "period": "Oct 1 - 31, 2026",
        "due": "$687,803.17",
        "sent_by": "Priya Shah",
        "reason": REASON,
        "url": "/c/harborvine/erp/owner-invoices/9/",
        "dedupe_key": "sent again:9:5",
        "thread": "invoice:9",
    } | changed
    emails.invoice_sent_again(**values)
    return OutgoingEmail.objects.get(dedupe_key=values["dedupe_key"])


def export_finished(**changed):
    values = {
        "to": "ana@harborvine.example",
        "recipient_name": "Ana Whitfield",
        "run_number": 14,
        "exported": 7,
        "failed": 1,
        "total_text": "$4,409,840.33",
        "failures": [("PC-011 #9", "The ERP has no open accounting period for Oct 2026.")],
        "url": "/c/harborvine/erp/owner-invoices/?erp_status=failed",
        "dedupe_key": "run:14",
    } | changed
    emails.export_finished(**values)
    return OutgoingEmail.objects.get(dedupe_key=values["dedupe_key"])


def retry_finished(**changed):
    values = {
        "to": "ana@harborvine.example",
        "recipient_name": "Ana Whitfield",
        "exported": 1,
        "failures": [("PC-011 #9", "The ERP has no open accounting period for Oct 2026.")],
        "url": "/c/harborvine/erp/owner-invoices/?status=failed",
        "dedupe_key": "retry:1",
    } | changed
    emails.retry_finished(**values)
    return OutgoingEmail.objects.get(dedupe_key=values["dedupe_key"])


def exports_paused(**changed):
    values = {
        "to": "nils@harborvine.example",
        "recipient_name": "Nils Berg",
        "company": "Harbor & Vine Builders",
        "erp": "Demo ERP",
        "what": "Demo ERP no longer accepts our sign-in.",
        "how": "An ERP Admin must reconnect in Settings. All exports wait.",
        "url": "/c/harbor-vine/erp/owner-invoices/",
        "dedupe_key": "exports-paused-9-1-4",
    } | changed
    emails.exports_paused(**values)
    return OutgoingEmail.objects.get(dedupe_key=values["dedupe_key"])


def privilege_changed(**changed):
    values = {
        "to": "marcus@harborvine.example",
        "recipient_name": "Marcus Bell",
        "company": "Harbor & Vine Builders",
        "granted": True,
        "by": "Dana Reyes",
        "url": "/c/harborvine/erp/",
        "dedupe_key": "privilege:5:granted",
    } | changed
    emails.privilege_changed(**values)
    return OutgoingEmail.objects.get(dedupe_key=values["dedupe_key"])
