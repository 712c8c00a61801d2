"""Migration operations for rules that Django's model layer cannot state.

A child's company is its parent's (composite foreign keys), evidence is append-only (row triggers and revoked rights),
and one clock for due times and leases (`tieout_now()`).
"""

from django.conf import settings
from django.db import migrations


def same_company(child, column, parent):
    """Tie `child.column` to a row of `parent` in the same company.

    Takes table and column names. Deferred, as Django's own foreign keys are, so that order of inserts is free.
    """
    name = f"{child}_{column}_same_company"
    return migrations.RunSQL(
        f"ALTER TABLE {child} ADD CONSTRAINT {name} FOREIGN KEY ({column}, company_id)"
        f" REFERENCES {parent} (id, company_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {child} DROP CONSTRAINT {name}",
    )


def company_key(*tables):
    """Give each table the unique pair (id, company_id) that `same_company` refers to."""
    return [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_company_key UNIQUE (id, company_id)",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_company_key",
        )
        for table in tables
    ]


APPEND_ONLY_FUNCTION = migrations.RunSQL(
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    "DROP FUNCTION refuse_change()",
)


def append_only(table):
    """Refuse UPDATE and DELETE of the table's rows: by trigger for everyone, by missing right for the running role."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"DROP TRIGGER {table}_append_only ON {table}",
        ),
        revoke(table, "UPDATE, DELETE, TRUNCATE"),
    ]


def revoke(table, rights):
    """Take rights on a table from the role that runs the product."""

    def take(apps, schema_editor):
        _change_rights(schema_editor, f"REVOKE {rights} ON {table} FROM")

    def give_back(apps, schema_editor):
        _change_rights(schema_editor, f"GRANT {rights} ON {table} TO")

    return migrations.RunPython(take, give_back)


def _change_rights(schema_editor, statement):
    role = schema_editor.quote_name(settings.DATABASES["default"]["USER"])
    owner = schema_editor.connection.settings_dict["USER"]
    if owner != settings.DATABASES["default"]["USER"]:
        schema_editor.execute(f"{statement} {role}")


TIEOUT_CLOCK = [
    migrations.RunSQL(
        """
        CREATE TABLE tieout_clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), shift interval NOT NULL);
        INSERT INTO tieout_clock (shift) VALUES (interval '0');
        CREATE FUNCTION tieout_now() RETURNS timestamptz LANGUAGE sql STABLE AS
            'SELECT statement_timestamp() + (SELECT shift FROM tieout_clock)';
        """,
        "DROP FUNCTION tieout_now(); DROP TABLE tieout_clock",
    ),
    revoke("tieout_clock", "INSERT, UPDATE, DELETE, TRUNCATE"),
]
