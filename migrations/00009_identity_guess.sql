-- +goose Up
-- How often somebody was wrong of late: at an account, from a network, in the whole institution. The subject is a hash, so that the
-- table holds no addresses; accounts that do not exist are counted like those that do.
CREATE TABLE identity.guess (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    subject     bytea NOT NULL,
    failures    integer NOT NULL,
    last_at     timestamptz NOT NULL,
    held_until  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);
SELECT tenancy.protect('identity.guess');

-- Which browsers a person has signed in with.
CREATE INDEX session_device ON identity.session (tenant_id, person_id, device_hash);
