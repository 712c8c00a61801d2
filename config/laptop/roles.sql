-- The two database roles, run once per server by a superuser connected to Tieout's database; by the laptop's launcher and by
-- the postgres container alike. The passwords come in as settings of the session (PGOPTIONS="-c tieout.owner_password=…"),
-- so that they stand in no file. An existing role is left as it is.
--
-- tieout_owner owns the tables and migrates; tieout_app runs the product and may not change the schema.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['owner', 'app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tieout_' || role_name) THEN
            EXECUTE format(
                'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L',
                'tieout_' || role_name, current_setting('tieout.' || role_name || '_password'));
        END IF;
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO tieout_owner', current_database());
END
$$;
