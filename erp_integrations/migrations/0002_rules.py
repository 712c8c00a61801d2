"""Same company for parent and child, append-only evidence, and no success without its documents."""

from django.db import migrations

from directory.database import append_only, company_key, same_company

SUCCESS_HAS_ITS_DOCUMENTS = migrations.RunSQL(
    """
    CREATE FUNCTION refuse_success_without_documents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM erp_integrations_exportjob WHERE id = NEW.id AND state = 'succeeded')
           AND (SELECT count(*) FROM erp_integrations_erpdocument WHERE job_id = NEW.id AND detached_at IS NULL)
               < NEW.expected_documents THEN
            RAISE EXCEPTION 'export job % cannot succeed without its documents', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER erp_integrations_exportjob_documents AFTER INSERT OR UPDATE ON erp_integrations_exportjob
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'succeeded')
        EXECUTE FUNCTION refuse_success_without_documents();
    """,
    "DROP TRIGGER erp_integrations_exportjob_documents ON erp_integrations_exportjob;"
    " DROP FUNCTION refuse_success_without_documents()",
)


class Migration(migrations.Migration):
    dependencies = [("erp_integrations", "0001_initial"), ("invoicing", "0002_rules")]

    operations = [
        *company_key(
            "erp_integrations_erpconnection",
            "erp_integrations_exportrun",
            "erp_integrations_exportjob",
            "erp_integrations_exportattempt",
        ),
        same_company("erp_integrations_codemapping", "connection_id", "erp_integrations_erpconnection"),
        same_company("erp_integrations_codemapping", "owner_id", "invoicing_owner"),
        same_company("erp_integrations_codemapping", "project_id", "directory_project"),
        same_company("erp_integrations_codemapping", "cost_code_id", "invoicing_costcode"),
        same_company("erp_integrations_exportjob", "connection_id", "erp_integrations_erpconnection"),
        same_company("erp_integrations_exportjob", "invoice_id", "invoicing_ownerinvoice"),
        same_company("erp_integrations_exportjob", "run_id", "erp_integrations_exportrun"),
        same_company("erp_integrations_exportattempt", "job_id", "erp_integrations_exportjob"),
        same_company("erp_integrations_attemptoutcome", "attempt_id", "erp_integrations_exportattempt"),
        same_company("erp_integrations_erpdocument", "connection_id", "erp_integrations_erpconnection"),
        same_company("erp_integrations_erpdocument", "job_id", "erp_integrations_exportjob"),
        *append_only("erp_integrations_exportattempt"),
        *append_only("erp_integrations_attemptoutcome"),
        SUCCESS_HAS_ITS_DOCUMENTS,
    ]
