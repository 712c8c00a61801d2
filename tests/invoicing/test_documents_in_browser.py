"""Files, print page, e-mail and import in a real browser: attached by two presses, had back, and looked at with axe."""

import pytest

from invoicing.models import Attachment, Owner
from tests.factories import AttachmentFactory, MembershipFactory, OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing import sample_files as sample
from tests.invoicing.pages import address, page_of
from tests.real.accessibility import accessibility_faults
from tests.real.signing_in import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def invoice(transactional_db):
    invoice = OwnerInvoiceFactory(approved=True)
    Owner.objects.update(email="ap@owner.example")
    return invoice


@pytest.fixture
def priya(page, web, invoice):
    person = MembershipFactory(company=invoice.company, project_staff=True).user
    return sign_in(page, person)


def chosen(name, content):
    return {"name": name, "mimeType": "image/png", "buffer": content}


def test_attached_with_a_press_too_many_and_had_back(priya, invoice):
    priya.goto(page_of(invoice))
    priya.get_by_role("link", name="Attach files").click()
    priya.get_by_label("Files").set_input_files([chosen("waiver.pdf", sample.PDF), chosen("site.png", sample.png())])
    priya.get_by_role("button", name="Attach").dblclick()
    priya.get_by_role("link", name="waiver.pdf").wait_for()
    with priya.expect_download() as download:
        priya.get_by_role("link", name="waiver.pdf").click()

    assert download.value.suggested_filename == "waiver.pdf"
    assert download.value.path().read_bytes() == sample.PDF
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["site.png", "waiver.pdf"]


def test_every_page_can_be_used_by_everyone(priya, invoice):
    contract, project = invoice.contract, invoice.contract.project
    AttachmentFactory(company=invoice.company, name="x" * 116 + ".txt", invoice=invoice)
    lost = AttachmentFactory(company=invoice.company, name="x" * 116 + ".txt", contract=contract)
    lost.file.storage.delete(lost.file.name)
    beside_contract = address("contract_attachments", project, contract_id=contract.pk)
    faults = []
    for url in (
        page_of(invoice),
        page_of(invoice, "invoice_attachments"),
        address("contract", project, contract_id=contract.pk),
        beside_contract,
        f"{beside_contract}{lost.pk}/",
        page_of(invoice, "invoice_print"),
        page_of(invoice, "invoice_email"),
        address("contract_history", project, contract_id=contract.pk),
    ):
        priya.goto(url)
        faults += accessibility_faults(priya)

    assert faults == []


def test_every_refusal_can_be_used_by_everyone(priya, invoice):
    contract, project = invoice.contract, invoice.contract.project
    not_billed = PrimeContractFactory(project=project, owner=contract.owner, lines=1)
    priya.goto(address("schedule_import", project, contract_id=not_billed.pk))
    faults = accessibility_faults(priya)
    priya.get_by_label("Or paste the lines").fill("Item\tDescription\tScheduled value\n01\tDoors\tmany")
    priya.get_by_role("button", name="Check").click()
    priya.get_by_role("heading", name="Correct and check again").wait_for()
    faults += accessibility_faults(priya)
    priya.goto(page_of(invoice, "invoice_email"))
    priya.get_by_label("To", exact=True).fill("nobody")
    priya.get_by_role("button", name="Send").click()
    priya.get_by_text("Not saved yet").wait_for()
    faults += accessibility_faults(priya)
    priya.goto(address("contract_attachments", project, contract_id=contract.pk))
    priya.get_by_label("Files").set_input_files([chosen("d" * 120, sample.SVG), chosen("p" * 120, sample.png())])
    priya.get_by_role("button", name="Attach").click()
    priya.get_by_text("Not saved yet").wait_for()

    assert faults + accessibility_faults(priya) == []
