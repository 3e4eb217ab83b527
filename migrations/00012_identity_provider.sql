-- +goose Up

-- A sign-in service that the institution trusts to say who somebody is (OpenID Connect). Its secret is sealed: the database alone does
-- not open it.
CREATE TABLE identity.provider (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    key         text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,29}$'), -- ends the address that the provider sends people back to
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    issuer      text NOT NULL CHECK (length(issuer) <= 300),
    client_id   text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 300),
    secret      bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    removed_at  timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX provider_key ON identity.provider (tenant_id, key) WHERE removed_at IS NULL;
SELECT tenancy.protect('identity.provider');

-- A person as a provider knows them: by issuer and subject, never by e-mail address, which is kept only to be recognised by its owner.
CREATE TABLE identity.connection (
    tenant_id     uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id            uuid NOT NULL,
    person_id     uuid NOT NULL,
    issuer        text NOT NULL,
    subject       text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    email         text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    removed_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE UNIQUE INDEX connection_subject ON identity.connection (tenant_id, issuer, subject) WHERE removed_at IS NULL;
CREATE INDEX connection_person ON identity.connection (tenant_id, person_id) WHERE removed_at IS NULL;
SELECT tenancy.protect('identity.connection');

-- +goose Down
DROP TABLE identity.connection, identity.provider;
