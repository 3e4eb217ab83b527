-- +goose Up

-- A second proof of who somebody is: a passkey, or an authenticator app's secret (encrypted: the database alone gives no codes).
CREATE TABLE identity.factor (
    tenant_id      uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id             uuid NOT NULL,
    person_id      uuid NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('passkey', 'totp')),
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    secret         bytea,   -- of an app
    last_step      bigint NOT NULL DEFAULT 0, -- the newest 30 seconds whose code was used: each works once
    credential_id  bytea,   -- of a passkey
    credential     jsonb,
    created_at     timestamptz NOT NULL,
    confirmed_at   timestamptz,
    last_used_at   timestamptz,
    removed_at     timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id),
    CHECK ((kind = 'totp') = (secret IS NOT NULL)),
    CHECK ((kind = 'passkey') = (credential IS NOT NULL AND credential_id IS NOT NULL))
);
CREATE INDEX factor_person ON identity.factor (tenant_id, person_id, created_at) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX factor_credential ON identity.factor (tenant_id, credential_id) WHERE removed_at IS NULL;
SELECT tenancy.protect('identity.factor');

-- Codes on paper, for the day the other factors are lost. Each works once.
CREATE TABLE identity.recovery_code (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    person_id   uuid NOT NULL,
    hash        bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    used_at     timestamptz,
    void_at     timestamptz,
    PRIMARY KEY (tenant_id, person_id, hash),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
SELECT tenancy.protect('identity.recovery_code');

-- Something begun that must be ended by the same hands within minutes: half a sign-in, a passkey's ceremony.
CREATE TABLE identity.challenge (
    tenant_id    uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id           uuid NOT NULL,
    person_id    uuid,
    purpose      text NOT NULL,
    data         jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
SELECT tenancy.protect('identity.challenge');

ALTER TABLE identity.session ADD COLUMN strong boolean NOT NULL DEFAULT false; -- opened with a second factor or a passkey

-- Whether staff, admins and operators need a second factor for their rights.
ALTER TABLE tenancy.institution ADD COLUMN second_factor text NOT NULL DEFAULT 'optional' CHECK (second_factor IN ('optional', 'privileged'));
GRANT UPDATE (second_factor) ON tenancy.institution TO stoa_app;

-- +goose Down
DROP TABLE identity.challenge, identity.recovery_code, identity.factor;
ALTER TABLE identity.session DROP COLUMN strong;
ALTER TABLE tenancy.institution DROP COLUMN second_factor;
