"""Same company for parent and child, append-only history, and figures that are locked once accounting may look."""

from django.db import migrations

from directory.database import append_only, company_key, same_company

FIGURES = [
    "contract_id",
    "position",
    "number",
    "period_id",
    "billing_date",
    "retainage_note",
    "original_sum",
    "change_order_sum",
    "completed_and_stored",
    "retainage_on_work",
    "retainage_on_materials",
    "less_previous_certificates",
    "billed_this_period",
    "retainage_this_period",
]

EDITABLE = (
    "status IN ('draft', 'under_review', 'revise_and_resubmit') AND erp_status IN ('not_sent', 'rejected', 'recalled')"
)

LOCK_LINES = migrations.RunSQL(
    f"""
    CREATE FUNCTION refuse_locked_line() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
    BEGIN
        IF NOT EXISTS (SELECT FROM invoicing_ownerinvoice WHERE id = touched AND {EDITABLE}) THEN
            RAISE EXCEPTION 'the lines of owner invoice % are locked', touched
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER invoicing_ownerinvoiceline_locked BEFORE INSERT OR UPDATE OR DELETE ON invoicing_ownerinvoiceline
        FOR EACH ROW EXECUTE FUNCTION refuse_locked_line();
    """,
    "DROP TRIGGER invoicing_ownerinvoiceline_locked ON invoicing_ownerinvoiceline; DROP FUNCTION refuse_locked_line()",
)

LOCK_FIGURES = migrations.RunSQL(
    f"""
    CREATE FUNCTION refuse_locked_figures() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the figures of owner invoice % are locked', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER invoicing_ownerinvoice_locked BEFORE UPDATE ON invoicing_ownerinvoice FOR EACH ROW
        WHEN (NOT (OLD.{EDITABLE.replace("AND ", "AND OLD.")})
              AND ROW({", ".join(f"OLD.{each}" for each in FIGURES)})
                  IS DISTINCT FROM ROW({", ".join(f"NEW.{each}" for each in FIGURES)}))
        EXECUTE FUNCTION refuse_locked_figures();
    """,
    "DROP TRIGGER invoicing_ownerinvoice_locked ON invoicing_ownerinvoice; DROP FUNCTION refuse_locked_figures()",
)


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial"), ("directory", "0002_rules")]

    operations = [
        *company_key(
            "invoicing_owner",
            "invoicing_costcode",
            "invoicing_primecontract",
            "invoicing_changeorder",
            "invoicing_contractline",
            "invoicing_billingperiod",
            "invoicing_ownerinvoice",
        ),
        same_company("invoicing_primecontract", "project_id", "directory_project"),
        same_company("invoicing_primecontract", "owner_id", "invoicing_owner"),
        same_company("invoicing_changeorder", "contract_id", "invoicing_primecontract"),
        same_company("invoicing_contractline", "contract_id", "invoicing_primecontract"),
        same_company("invoicing_contractline", "change_order_id", "invoicing_changeorder"),
        same_company("invoicing_contractline", "cost_code_id", "invoicing_costcode"),
        same_company("invoicing_billingperiod", "project_id", "directory_project"),
        same_company("invoicing_ownerinvoice", "contract_id", "invoicing_primecontract"),
        same_company("invoicing_ownerinvoice", "period_id", "invoicing_billingperiod"),
        same_company("invoicing_ownerinvoiceline", "invoice_id", "invoicing_ownerinvoice"),
        same_company("invoicing_ownerinvoiceline", "contract_line_id", "invoicing_contractline"),
        same_company("invoicing_payment", "invoice_id", "invoicing_ownerinvoice"),
        same_company("invoicing_attachment", "invoice_id", "invoicing_ownerinvoice"),
        same_company("invoicing_invoiceevent", "invoice_id", "invoicing_ownerinvoice"),
        *append_only("invoicing_invoiceevent"),
        LOCK_LINES,
        LOCK_FIGURES,
    ]
