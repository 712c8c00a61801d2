"""What PostgreSQL refuses, whoever asks: each rule is broken on purpose, past all Python."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from directory.models import AuditEvent, ToolGrant
from erp_integrations.models import ErpDocument, ExportAttempt, ExportJob, JobState
from invoicing import actions as billing
from invoicing.models import BillingPeriod, InvoiceEvent, OwnerInvoice, OwnerInvoiceLine, PrimeContract
from tests.erp_integrations.accounting import connected_company
from tests.factories import CompanyFactory, ProjectFactory
from tests.real.databases import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounting():
    return connected_company("http://127.0.0.1:9")


@pytest.fixture
def elsewhere():
    return CompanyFactory()


def refused(change, error=IntegrityError, match=None):
    """The change fails in the database, deferred rules included, and nothing of it stays."""
    with pytest.raises(error, match=match):
        _carry_out(change)
    return True


def _carry_out(change):
    with transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_product_runs_as_a_role_that_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("tieout_app", False, False)


def test_a_contract_cannot_stand_in_another_companys_project(accounting, elsewhere):
    foreign = ProjectFactory(company=elsewhere)
    contract = accounting.contract()

    assert refused(lambda: PrimeContract.objects.filter(pk=contract.pk).update(project=foreign), match="same_company")


def test_an_application_cannot_move_to_another_company(accounting, elsewhere):
    invoice = accounting.draft_invoice()

    assert refused(lambda: OwnerInvoice.objects.filter(pk=invoice.pk).update(company=elsewhere), match="same_company")


def test_a_grant_cannot_reach_into_another_company(accounting, elsewhere):
    grant = ToolGrant.objects.filter(company=accounting.company).first()

    assert refused(lambda: ToolGrant.objects.filter(pk=grant.pk).update(company=elsewhere), match="same_company")


@pytest.mark.parametrize("amount", ["NaN", "100000000000000.00"])
def test_amounts_are_finite(accounting, amount):
    line = accounting.draft_invoice().lines.first()

    def bill():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE invoicing_ownerinvoiceline SET work_this_period = '{amount}' WHERE id = {line.pk}")

    assert refused(bill, DatabaseError, match="finite|overflow")


def test_no_more_retainage_is_released_than_is_held(accounting):
    line = accounting.draft_invoice().lines.order_by("contract_line__position").first()
    change = OwnerInvoiceLine.objects.filter(pk=line.pk)

    assert refused(lambda: change.update(retainage_released=Decimal("1000.01")), match="retainage_keeps_the_sign")


def test_the_summary_cannot_disagree_with_what_is_billed(accounting):
    invoice = accounting.draft_invoice()
    change = OwnerInvoice.objects.filter(pk=invoice.pk)

    assert refused(lambda: change.update(completed_and_stored=Decimal("10000.01")), match="line_8_is_billed")


def test_lines_are_locked_once_approved(accounting):
    invoice = accounting.sent_invoice()
    change = OwnerInvoiceLine.objects.filter(invoice=invoice)

    assert refused(lambda: change.update(work_this_period=Decimal("1.00")), match="are locked")
    assert refused(lambda: change.delete(), match="are locked")


def test_figures_are_locked_once_approved(accounting):
    invoice = accounting.sent_invoice()
    change = OwnerInvoice.objects.filter(pk=invoice.pk)

    assert refused(lambda: change.update(retainage_note="Agreed by phone"), match="are locked")


def test_accounting_never_has_what_is_not_approved(accounting):
    invoice = accounting.draft_invoice()
    change = OwnerInvoice.objects.filter(pk=invoice.pk)

    assert refused(lambda: change.update(erp_status="accepted", reference="OI-1"), match="is_approved")


def test_one_standing_application_per_position(accounting):
    invoice = accounting.draft_invoice()
    second = billing.create_invoice(invoice.contract_id, accounting.period().pk, actor=accounting.staff)
    change = OwnerInvoice.objects.filter(pk=second.pk)

    assert refused(lambda: change.update(position=invoice.position), match="one_standing_application")


def test_one_open_billing_period_per_project(accounting):
    first = accounting.period()
    second = {"start": first.end, "end": first.due, "due": first.due}

    assert refused(
        lambda: BillingPeriod.objects.create(company=accounting.company, project=accounting.project, **second),
        match="one_open_period",
    )


@pytest.mark.parametrize("model", [AuditEvent, InvoiceEvent, ExportAttempt])
def test_the_running_role_may_not_change_history(model):
    assert refused(lambda: model.objects.update(id=1), DatabaseError, match="permission denied")
    assert refused(lambda: model.objects.all()._raw_delete("default"), DatabaseError, match="permission denied")


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_history_by_accident(accounting):
    accounting.sent_invoice()

    with as_owner() as owner, pytest.raises(Exception, match="append-only"):
        owner.execute("UPDATE directory_auditevent SET action = 'nothing'")


def test_a_job_cannot_succeed_without_its_document(accounting):
    accounting.accepted_invoice()
    accounting.export()
    change = ExportJob.objects.all()

    assert refused(lambda: change.update(state=JobState.SUCCEEDED), match="without its documents")


def test_a_lease_always_ends(accounting):
    accounting.accepted_invoice()
    accounting.export()

    assert refused(lambda: ExportJob.objects.update(state=JobState.LEASED), match="leased_has_a_lease")


def test_an_invoice_has_one_live_job(accounting):
    accounting.accepted_invoice()
    accounting.export()
    job = ExportJob.objects.get()
    job.pk, job.generation = None, 2
    job.idempotency_key = ExportJob._meta.get_field("idempotency_key").get_default()

    assert refused(lambda: job.save(force_insert=True), match="one_live_job")


def test_an_erp_document_stands_for_one_job(accounting):
    jobs = []
    for _ in range(2):
        accounting.accepted_invoice()
    accounting.export()
    jobs = list(ExportJob.objects.order_by("pk"))
    told = {"company": accounting.company, "connection": accounting.connection, "erp_id": "7", "number": "AR-7"}
    told |= {"total": Decimal("9000.00"), "date": accounting.period().end}
    ErpDocument.objects.create(job=jobs[0], **told)

    assert refused(lambda: ErpDocument.objects.create(job=jobs[1], **told), match="one_link_per_erp_document")


def test_only_the_owner_moves_the_clock():
    def move():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tieout_clock SET shift = interval '1 day'")

    assert refused(move, DatabaseError, match="permission denied")
