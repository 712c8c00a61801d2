"""What tests write as rows is what the actions would have left."""

from django.apps import apps

from directory.models import User
from invoicing.states import ACCEPT
from tests.erp_integrations.accounting import connected_company

# What differs between any two: ids, times, random references and the hashes over them.
OWN = {"id", "at", "created_at", "sent_at", "accepted_at", "erp_status_at", "started_at", "reference"}
OWN |= {"hash", "previous_hash", "encrypted_credentials"}


def rows_of(company):
    """Model -> its rows of the company in their order, ids told by what they stand for."""
    names = {company.approver.pk: "approver", company.staff.pk: "staff"}
    found = {}
    for model in apps.get_models():
        fields = [each for each in model._meta.concrete_fields if each.attname not in OWN]
        if "company_id" in [each.attname for each in fields] and model._meta.managed:
            rows = model.objects.filter(company_id=company.company.pk).order_by("pk")
            found[model.__name__] = [{each.attname: told(each, row, names) for each in fields} for row in rows]
    return found


def told(field, row, names):
    value = getattr(row, field.attname)
    if field.name == "cells":
        return [cell[1:] for cell in value]
    if field.is_relation:
        return names.get(value, value is not None) if field.related_model is User else value is not None
    return value


def added_by(act, company):
    """What an act adds to each table."""
    before = rows_of(company)
    act()
    return {model: rows[len(before[model]) :] for model, rows in rows_of(company).items()}


def test_rows_are_those_of_the_actions(db):
    written, acted = connected_company("http://127.0.0.1:9"), connected_company("http://127.0.0.1:9")
    moves = (*acted.sending, (ACCEPT, acted.approver))

    by_rows = added_by(written.accepted_invoice, written)
    by_actions = added_by(lambda: acted.billed_by_actions(acted.contract(), moves), acted)

    assert by_rows == by_actions
    assert len(by_rows["InvoiceEvent"]) == len(by_rows["AuditEvent"]) == 6
