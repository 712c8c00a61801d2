"""Files beside applications and contracts: added, refused, handed out, removed, and swept up."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from directory.models import AuditEvent
from invoicing.actions.attaching import remove_attachment
from invoicing.management.commands import sweep_attachments
from invoicing.models import Attachment, ContractChange, InvoiceEvent
from invoicing.models.attachments import FOLDER
from invoicing.views import attachments as pages
from tests.factories import AttachmentFactory, OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing import sample_files as sample
from tests.invoicing.pages import address, error_at, page_of, signed_in, words

pytestmark = pytest.mark.django_db


def upload(name, content, said="image/png"):
    return SimpleUploadedFile(name, content, content_type=said)


def stored():
    try:
        folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return [*files, *(name for each in folders for name in default_storage.listdir(f"{FOLDER}/{each}")[1])]


@pytest.fixture(autouse=True)
def empty_storage(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture
def draft():
    return OwnerInvoiceFactory()


@pytest.fixture
def staff(draft):
    return signed_in(draft.company, project_staff=True)


def test_several_files_at_once_are_attached_and_told(draft, staff):
    page = page_of(draft, "invoice_attachments")
    files = {"files": [upload("../waiver.exe", sample.PDF), upload("<b>bills.csv", b"a,b\n1,2\n")]}

    answer = staff.post(page, files, follow=True)
    again = staff.post(page, {"files": [upload("../waiver.exe", sample.PDF)]}, follow=True)

    waiver, bills = Attachment.objects.filter(invoice=draft)
    assert (waiver.name, waiver.mime, waiver.size) == ("waiver.exe.pdf", "application/pdf", len(sample.PDF))
    assert (bills.name, bills.mime, bills.added_by) == ("-b-bills.csv", "text/csv; charset=utf-8", staff.user)
    assert waiver.file.name.startswith(f"attachments/{draft.company_id}/")
    assert "waiver.exe.pdf" in words(answer)
    assert "attached already" in words(again)
    assert len(stored()) == 2
    event = InvoiceEvent.objects.get(invoice=draft, move="attached files to")
    assert (event.actor, event.note) == (staff.user, f"{waiver.name}, {bills.name}")
    assert AuditEvent.objects.filter(action="invoice.attached files to").exists()
    assert "waiver.exe.pdf" in words(staff.get(page_of(draft)))


def test_what_is_refused_says_why_at_the_field_and_the_rest_is_attached(draft, staff):
    files = {"files": [upload("drawing.png", sample.SVG), upload("photo.png", sample.png())]}

    answer = staff.post(page_of(draft, "invoice_attachments"), files)

    assert answer.status_code == 422
    assert "drawing.png: It is a web page, a drawing or a program." in error_at(answer, "id_files")
    assert "photo.png was attached" in words(answer)
    assert [each.name for each in Attachment.objects.all()] == ["photo.png"]


def test_limits_are_told_in_words(draft, staff, monkeypatch):
    page = page_of(draft, "invoice_attachments")
    monkeypatch.setattr("invoicing.attaching.MOST_FILES", 1)
    monkeypatch.setattr("invoicing.forms.attachments.MOST_BYTES", 1_000_000)

    big = staff.post(page, {"files": [upload("a.txt", b"x" * 1_000_001)]})
    many = staff.post(page, {"files": [upload("a.txt", b"a"), upload("b.txt", b"b")]})
    none = staff.post(page, {})

    assert "a.txt: It is too large. The limit is 1 MB." in error_at(big, "id_files")
    assert "the limit is 1" in error_at(many, "id_files")
    assert "Choose one or more files." in error_at(none, "id_files")
    assert (Attachment.objects.count(), stored()) == (0, [])


def test_a_file_is_handed_out_as_a_download_alone(draft, staff):
    attachment = AttachmentFactory(invoice=draft, company=draft.company, name='a"b\u00e9.txt')

    answer = staff.get(f"{page_of(draft, 'invoice_attachments')}{attachment.pk}/")

    assert b"".join(answer.streaming_content) == b"Waived."
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''a%22b%C3%A9.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"


def test_another_ones_file_is_not_there(draft, staff):
    other = AttachmentFactory(invoice=OwnerInvoiceFactory(contract=draft.contract), company=draft.company)

    answer = staff.get(f"{page_of(draft, 'invoice_attachments')}{other.pk}/")

    assert answer.status_code == 404


def test_a_file_that_the_storage_lost_has_a_page(draft, staff, monkeypatch):
    attachment = AttachmentFactory(invoice=draft, company=draft.company)
    page = f"{page_of(draft, 'invoice_attachments')}{attachment.pk}/"

    def refuse(*_):
        raise OSError("away")

    default_storage.delete(attachment.file.name)

    lost = staff.get(page)
    monkeypatch.setattr(Storage, "open", refuse)
    away = staff.get(page)

    assert (lost.status_code, away.status_code) == (pages.MISSING, pages.AWAY)
    assert "no longer has it" in words(lost)
    assert "does not answer" in words(away)


def test_a_storage_that_fails_leaves_no_row(draft, staff, monkeypatch):
    saved = []

    def fail(storage, name, content, **_):
        if saved:
            raise OSError("full")
        saved.append(name)
        return name

    monkeypatch.setattr(Storage, "save", fail)

    files = {"files": [upload("a.txt", b"a"), upload("b.txt", b"b")]}
    answer = staff.post(page_of(draft, "invoice_attachments"), files)

    assert "does not answer. Nothing was attached." in error_at(answer, "id_files")
    assert not Attachment.objects.exists()


def test_removing_keeps_the_row_and_tells_who(draft, staff):
    attachment = AttachmentFactory(invoice=draft, company=draft.company)
    page = f"{page_of(draft, 'invoice_attachments')}{attachment.pk}/"

    staff.post(f"{page}remove/")
    again = staff.post(f"{page}remove/", follow=True)

    attachment.refresh_from_db()
    assert attachment.removed_by == staff.user
    assert InvoiceEvent.objects.filter(move="removed a file from", note="waiver.txt").count() == 1
    assert again.status_code == 200
    assert "Removed" in words(again)
    assert staff.get(page).status_code == 404


def test_files_of_a_locked_application_stay_and_more_can_come():
    invoice = OwnerInvoiceFactory(sent=True)
    staff = signed_in(invoice.company, project_staff=True)
    attachment = AttachmentFactory(invoice=invoice, company=invoice.company)
    page = page_of(invoice, "invoice_attachments")

    refused = staff.post(f"{page}{attachment.pk}/remove/", follow=True)
    added = staff.post(page, {"files": [upload("later.txt", b"later")]}, follow=True)

    assert "Its attachments stay as they are." in words(refused)
    assert "later.txt was attached" in words(added)
    assert Attachment.objects.standing().filter(invoice=invoice).count() == 2


def test_nothing_is_attached_to_a_void_one():
    invoice = OwnerInvoiceFactory()
    type(invoice).objects.update(status="void")
    staff = signed_in(invoice.company, project_staff=True)

    answer = staff.post(page_of(invoice, "invoice_attachments"), {"files": [upload("a.txt", b"a")]})

    assert "It is void." in words(answer)
    assert stored() == []


def test_a_contract_has_files_and_tells_of_them():
    contract = PrimeContractFactory()
    staff = signed_in(contract.company, project_staff=True)
    page = address("contract_attachments", contract.project, contract_id=contract.pk)

    staff.post(page, {"files": [upload("signed.pdf", sample.PDF)]})
    attachment = Attachment.objects.get(contract=contract)
    staff.post(f"{page}{attachment.pk}/remove/")

    told = ContractChange.objects.filter(contract=contract, field="Attachment").order_by("pk")
    assert list(told.values_list("before", "after")) == [("", "signed.pdf"), ("signed.pdf", "")]
    assert "signed.pdf" in words(staff.get(page))


def test_an_attachment_is_of_one_thing_of_its_own_company(draft):
    for beside in ({}, {"invoice": draft, "contract": draft.contract}):
        with pytest.raises(IntegrityError, match="attachment_is_of_one_thing"), transaction.atomic():
            AttachmentFactory(company=draft.company, **beside)


def test_the_sweep_takes_what_no_row_names(draft, monkeypatch, capsys):
    kept = AttachmentFactory(invoice=draft, company=draft.company)
    long_gone, lost = (AttachmentFactory(invoice=draft, company=draft.company, name=name) for name in ("a", "b"))
    remove_attachment(long_gone.pk, actor=draft.created_by)
    Attachment.objects.filter(pk=long_gone.pk).update(
        removed_at=timezone.now() - sweep_attachments.KEPT_AFTER_REMOVAL * 2
    )
    default_storage.delete(lost.file.name)
    default_storage.save(f"{FOLDER}/7/orphan", ContentFile(b"x"))

    call_command("sweep_attachments")
    first, young = capsys.readouterr().out, stored()
    monkeypatch.setattr(sweep_attachments, "is_old", lambda *_: True)
    call_command("sweep_attachments")

    assert len(young) == 2
    assert stored() == [kept.file.name.removeprefix(f"{FOLDER}/")]
    assert f"attachment {lost.pk}" in first
