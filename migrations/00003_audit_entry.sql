-- +goose Up
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO stoa_app;

CREATE TABLE audit.entry (
    tenant_id        uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id               uuid NOT NULL,
    at               timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id         uuid, -- nobody: the program itself, or a visitor
    impersonator_id  uuid,
    verb             text NOT NULL,
    object_type      text NOT NULL,
    object_id        uuid NOT NULL,
    before           jsonb,
    after            jsonb,
    request_id       text NOT NULL DEFAULT '',
    address          text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX entry_object ON audit.entry (tenant_id, object_type, object_id, id DESC);
CREATE INDEX entry_actor ON audit.entry (tenant_id, actor_id, id DESC);
SELECT tenancy.protect('audit.entry', 'SELECT, INSERT');

-- +goose StatementBegin
CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
