-- What tieout_app may do in a database of tieout_owner's; run once in each new database, by its owner or a superuser, before
-- the first migration. Migrations take UPDATE, DELETE and TRUNCATE away again where rows may only be added.

GRANT USAGE ON SCHEMA public TO tieout_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tieout_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tieout_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tieout_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO tieout_app;
