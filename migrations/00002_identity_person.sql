-- +goose Up
CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO stoa_app, stoa_search;

CREATE TABLE identity.person (
    tenant_id          uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id                 uuid NOT NULL,
    email              text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
    name               text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    password_hash      text NOT NULL,
    roles              text[] NOT NULL CHECK (roles <@ ARRAY['student', 'alumnus', 'instructor', 'staff', 'admin', 'operator']),
    standing           text CHECK (standing IN ('unverified', 'pending', 'verified', 'rejected')),
    email_verified_at  timestamptz,
    epoch              integer NOT NULL DEFAULT 0, -- rises when roles or standing change: older access tokens end
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    deleted_at         timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT person_email UNIQUE (tenant_id, email),
    CHECK ((standing IS NOT NULL) = ('alumnus' = ANY (roles)))
);
SELECT tenancy.protect('identity.person');

CREATE VIEW identity.person_card WITH (security_invoker = true) AS
    SELECT tenant_id, id, name, roles, standing FROM identity.person WHERE deleted_at IS NULL;
GRANT SELECT ON identity.person_card TO stoa_app;

CREATE TABLE identity.session (
    tenant_id        uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id               uuid NOT NULL,
    person_id        uuid NOT NULL,
    generation       integer NOT NULL DEFAULT 0,
    rotated_at       timestamptz NOT NULL,
    nonce            bytea NOT NULL,
    device_hash      bytea NOT NULL,
    idle_expires_at  timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    revoked_at       timestamptz,
    revoked_for      text,
    user_agent       text NOT NULL DEFAULT '',
    address          text NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX session_live ON identity.session (tenant_id, person_id, created_at DESC) WHERE revoked_at IS NULL;
SELECT tenancy.protect('identity.session');

CREATE TABLE identity.ban (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    person_id   uuid NOT NULL,
    by_id       uuid NOT NULL,
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    at          timestamptz NOT NULL,
    until       timestamptz,
    lifted_at   timestamptz,
    lifted_by   uuid,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id),
    FOREIGN KEY (tenant_id, by_id) REFERENCES identity.person (tenant_id, id),
    FOREIGN KEY (tenant_id, lifted_by) REFERENCES identity.person (tenant_id, id)
);
CREATE UNIQUE INDEX ban_current ON identity.ban (tenant_id, person_id) WHERE lifted_at IS NULL;
SELECT tenancy.protect('identity.ban');

-- A single-use link that was mailed: its secret is kept hashed.
CREATE TABLE identity.link (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    person_id   uuid NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('verify-email', 'reset-password')),
    hash        bytea NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT link_hash UNIQUE (tenant_id, hash),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
SELECT tenancy.protect('identity.link');

-- A request of an alumnus to be confirmed, and the answer to it.
CREATE TABLE identity.verification (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    person_id   uuid NOT NULL,
    statement   text NOT NULL CHECK (length(statement) BETWEEN 1 AND 2000),
    asked_at    timestamptz NOT NULL,
    decision    text CHECK (decision IN ('verified', 'rejected')),
    decided_by  uuid,
    decided_at  timestamptz,
    reason      text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id),
    FOREIGN KEY (tenant_id, decided_by) REFERENCES identity.person (tenant_id, id)
);
CREATE UNIQUE INDEX verification_open ON identity.verification (tenant_id, person_id) WHERE decision IS NULL;
CREATE INDEX verification_queue ON identity.verification (tenant_id, asked_at, id) WHERE decision IS NULL;
SELECT tenancy.protect('identity.verification');

-- What access tokens may no longer be believed: one session, or all of a person's tokens older than an epoch. Every process
-- follows this table; rows older than the life of an access token mean nothing any more.
CREATE TABLE identity.revocation (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    session_id  uuid,
    person_id   uuid,
    epoch       integer,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX revocation_recent ON identity.revocation (at);
SELECT tenancy.protect('identity.revocation', 'SELECT, INSERT');
CREATE POLICY definer ON identity.revocation FOR SELECT TO stoa_search USING (true);
GRANT SELECT ON identity.revocation TO stoa_search;

-- The feed of all institutions, ids only: a process must refuse revoked tokens before it knows whose they are.
CREATE FUNCTION identity.recent_revocations(since timestamptz)
RETURNS TABLE (session_id uuid, person_id uuid, epoch integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.session_id, r.person_id, r.epoch FROM identity.revocation r WHERE r.at >= since ORDER BY r.at
$$;
REVOKE EXECUTE ON FUNCTION identity.recent_revocations(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.recent_revocations(timestamptz) TO stoa_app;
GRANT CREATE ON SCHEMA identity TO stoa_search;
ALTER FUNCTION identity.recent_revocations(timestamptz) OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA identity FROM stoa_search;
