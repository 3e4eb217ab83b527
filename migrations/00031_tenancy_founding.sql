-- +goose Up
-- An institution is founded from inside itself: whoever adds one is in it, and can add nothing to another.
GRANT INSERT ON tenancy.institution, tenancy.host TO stoa_app;
CREATE POLICY found ON tenancy.institution FOR INSERT TO stoa_app WITH CHECK (id = current_setting('app.tenant_id')::uuid);
CREATE POLICY found ON tenancy.host FOR INSERT TO stoa_app WITH CHECK (institution_id = current_setting('app.tenant_id')::uuid);


-- Links in mails lead to the first of an institution's hosts, whatever the others are called.
ALTER TABLE tenancy.host ADD COLUMN position smallint NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE tenancy.host DROP COLUMN position;
DROP POLICY found ON tenancy.host;
DROP POLICY found ON tenancy.institution;
REVOKE INSERT ON tenancy.institution, tenancy.host FROM stoa_app;
