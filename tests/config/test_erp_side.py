"""Accounting's side on the project's pages: number and link, or what went wrong and what to do."""

import hashlib
from datetime import date

import pytest
from django.utils import timezone

from config.erp_side import erp_sides
from erp_integrations.models import DocumentRole, ErpConnection, ErpDocument, ExportJob, ExportRun, JobState
from tests.factories import OwnerInvoiceFactory, PrimeContractFactory
from tests.invoicing.pages import address, page_of, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    return PrimeContractFactory(lines=1)


@pytest.fixture
def connection(contract):
    return ErpConnection.objects.create(company=contract.company, adapter="demo", settings={})


def job_of(invoice, connection, state, **columns):
    run = ExportRun.objects.create(
        company=invoice.company, number=invoice.pk, started_by=invoice.created_by, invoice_ids=[invoice.pk]
    )
    return ExportJob.objects.create(
        company=invoice.company,
        connection=connection,
        invoice=invoice,
        run=run,
        generation=1,
        reference=invoice.reference,
        payload={},
        payload_sha256=hashlib.sha256(b"{}").hexdigest(),
        state=state,
        next_attempt_at=timezone.now(),
        **columns,
    )


def test_a_synced_one_shows_each_document_with_its_link(contract, connection):
    invoice = OwnerInvoiceFactory(contract=contract, synced=True)
    job = job_of(invoice, connection, JobState.SUCCEEDED)
    for role, number, url in (
        (DocumentRole.INVOICE, "RI-7", "http://erp.example/7"),
        (DocumentRole.RETAINAGE, "RR-7", ""),
    ):
        ErpDocument.objects.create(
            company=invoice.company, connection=connection, job=job, role=role, erp_id=number, number=number, url=url,
            total=invoice.current_payment_due, date=date(2026, 1, 31),
        )  # fmt: skip
    reader = signed_in(contract.company, project_reader=True)

    for page in (page_of(invoice), address("contract_invoices", contract.project, contract_id=contract.pk)):
        response = reader.get(page)
        assert "Synced RI-7 RR-7 (retainage)" in words(response)
        assert '<a href="http://erp.example/7" rel="noreferrer">RI-7</a>' in response.content.decode()


def test_a_failed_one_says_what_went_wrong_and_how_to_mend_it(contract, connection):
    invoice = OwnerInvoiceFactory(contract=contract, failed=True)
    job_of(
        invoice, connection, JobState.FAILED, last_error_code="PERIOD_CLOSED", last_error_params={"period": "Jan 2026"}
    )

    side = erp_sides([invoice])[invoice.pk]

    assert side.failure.endswith("has no open accounting period for Jan 2026.")
    assert side.how.startswith("Ask your controller to open it in ")
    reader = signed_in(contract.company, project_reader=True)
    assert side.failure in words(reader.get(page_of(invoice)))


def test_a_draft_costs_no_query(contract, django_assert_num_queries):
    invoice = OwnerInvoiceFactory(contract=contract)

    with django_assert_num_queries(0):
        sides = erp_sides([invoice])

    assert (sides[invoice.pk].documents, sides[invoice.pk].failure) == ((), "")


def test_a_list_costs_two_queries(contract, connection, django_assert_num_queries):
    invoices = [OwnerInvoiceFactory(contract=contract, failed=True) for _ in range(3)]
    for invoice in invoices:
        job_of(invoice, connection, JobState.FAILED, last_error_code="PERIOD_CLOSED")

    with django_assert_num_queries(2):
        sides = erp_sides(invoices)

    assert all(side.failure for side in sides.values())
