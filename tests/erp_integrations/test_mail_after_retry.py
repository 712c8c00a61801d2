"""Whoever presses Retry hears by mail when it fails again: once for one press, each time anew."""

from django.urls import reverse

from erp_integrations import export
from notifications.models import OutgoingEmail
from tests.erp_integrations.accounting import switch_faults
from tests.factories import MembershipFactory, UserFactory


def work(accounting):
    while export.export_next(accounting.connection.pk):
        pass


def failed_run(accounting, erp, count):
    invoices = [accounting.accepted_invoice() for _ in range(count)]
    accounting.export()
    switch_faults(erp, "refuse", times=count)
    work(accounting)
    return invoices


def retry(client, accounting, *invoices):
    client.post(
        reverse("erp_integrations:retry_many", args=[accounting.company.slug]), {"ids": [each.pk for each in invoices]}
    )
    work(accounting)


def test_who_pressed_retry_hears_what_failed_again_in_one_mail_for_each_press(client, accounting, erp):
    invoices = failed_run(accounting, erp, 3)
    marcus = UserFactory(name="Marcus Lund")
    client.force_login(MembershipFactory(company=accounting.company, user=marcus, approver=True).user)

    for _ in range(2):
        switch_faults(erp, "refuse", times=2)
        retry(client, accounting, *invoices)

    first, second = OutgoingEmail.objects.filter(to=marcus.email).order_by("pk")
    assert (first.subject, second.subject) == (
        "2 of 3 retried invoices failed again",
        "2 of 2 retried invoices failed again",
    )
    assert all(f"{invoice.display_number}: " in first.text for invoice in invoices[:2])
    assert f"/c/{accounting.company.slug}/erp/owner-invoices/?status=failed" in first.text
    assert OutgoingEmail.objects.filter(to=accounting.approver.email).count() == 1


def test_a_retry_that_gets_through_writes_no_mail(approver, accounting, erp):
    (failed,) = failed_run(accounting, erp, 1)

    retry(approver, accounting, failed)

    assert [mail.subject for mail in OutgoingEmail.objects.all()] == ["1 of 1 invoice failed to export"]
