-- +goose Up
CREATE SCHEMA tenancy;
CREATE SCHEMA work;
GRANT USAGE ON SCHEMA tenancy, work TO stoa_app;

-- protect puts a tenant-owned table under row-level security. The setting is read without missing_ok on purpose: a statement
-- that runs outside an institution must fail, not find nothing.
-- +goose StatementBegin
CREATE FUNCTION tenancy.protect(target regclass, privileges text DEFAULT 'SELECT, INSERT, UPDATE') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY institution ON %s TO stoa_app USING (tenant_id = current_setting(''app.tenant_id'')::uuid)'
        ' WITH CHECK (tenant_id = current_setting(''app.tenant_id'')::uuid)', target);
    EXECUTE format('GRANT %s ON %s TO stoa_app', privileges, target);
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION tenancy.protect(regclass, text) FROM PUBLIC;

CREATE TABLE tenancy.institution (
    id          uuid PRIMARY KEY,
    slug        text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{1,40}$'),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    short_name  text NOT NULL CHECK (length(short_name) BETWEEN 1 AND 40),
    tagline     text NOT NULL DEFAULT '' CHECK (length(tagline) <= 200),
    logo        text NOT NULL DEFAULT '',
    hue         smallint NOT NULL DEFAULT 255 CHECK (hue BETWEEN 0 AND 359),
    chroma      real NOT NULL DEFAULT 0.07 CHECK (chroma BETWEEN 0 AND 0.13),
    locale      text NOT NULL DEFAULT 'en',
    time_zone   text NOT NULL DEFAULT 'UTC',
    currency    char(3) NOT NULL DEFAULT 'INR',
    is_default  boolean NOT NULL DEFAULT false,
    is_demo     boolean NOT NULL DEFAULT false, -- made by stoa demo: production refuses it
    created_at  timestamptz NOT NULL DEFAULT now(),
    deleted_at  timestamptz
);
CREATE UNIQUE INDEX institution_default ON tenancy.institution (is_default) WHERE is_default;

CREATE TABLE tenancy.host (
    host            text PRIMARY KEY CHECK (host = lower(host)),
    institution_id  uuid NOT NULL REFERENCES tenancy.institution (id)
);

-- Which institutions exist, under which hosts and with which brand, is public: it is asked before anybody is known.
ALTER TABLE tenancy.institution ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.institution FORCE ROW LEVEL SECURITY;
CREATE POLICY public_read ON tenancy.institution FOR SELECT USING (true);
CREATE POLICY institution ON tenancy.institution FOR UPDATE TO stoa_app
    USING (id = current_setting('app.tenant_id')::uuid) WITH CHECK (id = current_setting('app.tenant_id')::uuid);
GRANT SELECT ON tenancy.institution, tenancy.host TO stoa_app;
GRANT UPDATE (name, short_name, tagline, logo, hue, chroma, locale, time_zone, currency) ON tenancy.institution TO stoa_app;
ALTER TABLE tenancy.host ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.host FORCE ROW LEVEL SECURITY;
CREATE POLICY public_read ON tenancy.host FOR SELECT USING (true);
