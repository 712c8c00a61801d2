"""The tests' own ground: two roles, one clock, one broker."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_product_runs_as_a_role_without_rights():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == (False, False, False)


def test_the_broker_answers(broker):
    assert broker.client.ping() is True
