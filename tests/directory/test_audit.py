import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from directory import audit
from directory.models import AuditEvent
from tests.factories import CompanyFactory, UserFactory
from tests.real.databases import as_owner

pytestmark = pytest.mark.django_db


def record(company, **values):
    given = {"actor": None, "action": "company.changed", "subject": "Harbor", "at": timezone.now()} | values
    return audit.record(company.pk, **given)


def test_events_of_a_company_form_a_chain():
    company, other = CompanyFactory(), CompanyFactory()
    first = record(company, actor=UserFactory(), detail={"é": "ü"})
    record(other)
    second = record(company)

    assert [event.sequence for event in (first, second)] == [1, 2]
    assert (first.previous_hash, second.previous_hash) == (audit.FIRST_HASH, first.hash)
    assert [audit.first_break(each.pk) for each in (company, other)] == [None, None]


def test_the_product_cannot_rewrite_history():
    event = record(CompanyFactory())

    for change in (
        lambda: AuditEvent.objects.filter(pk=event.pk).update(action="nothing"),
        lambda: AuditEvent.objects.filter(pk=event.pk).delete(),
        lambda: connection.cursor().execute("TRUNCATE directory_auditevent"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert AuditEvent.objects.get() == event


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tampering",
    [
        'UPDATE directory_auditevent SET detail = \'{"reason": "other"}\' WHERE sequence = 2',
        "UPDATE directory_auditevent SET at = at - interval '1 hour' WHERE sequence = 2",
        "DELETE FROM directory_auditevent WHERE sequence = 1",
    ],
)
def test_tampering_past_the_triggers_is_found_and_named(tampering):
    company = CompanyFactory()
    for _ in range(3):
        with transaction.atomic():
            record(company)

    with as_owner() as owner:
        owner.execute("ALTER TABLE directory_auditevent DISABLE TRIGGER directory_auditevent_append_only")
        owner.execute(tampering)
        owner.execute("ALTER TABLE directory_auditevent ENABLE TRIGGER directory_auditevent_append_only")

    assert audit.first_break(company.pk).sequence == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_the_transaction_of_what_it_tells():
    with pytest.raises(AssertionError):
        record(CompanyFactory())
